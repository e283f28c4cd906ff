"""Where a story is public, in words that editors use."""

from collections.abc import Iterator
from dataclasses import dataclass

from courant.bake.explain import InFile, files_of_story

WHAT = {  # a kind of public files: what one of them is
    "about": "about the paper",
    "archive": "the archive's months",
    "asset": "style, script or typeface",
    "corrected": "list of corrections",
    "corrected-archive": "older corrections",
    "edition": "letter as it went out",
    "feed": "feed of the paper",
    "front": "front page",
    "gone": "word that a story was taken back",
    "indexnow": "key for search engines",
    "language-feed-json": "feed of a language",
    "language-feed-xml": "feed of a language",
    "language-front": "front page in another language",
    "language-people": "list of people in another language",
    "language-podcast-page": "page of the podcast in another language",
    "language-search": "search in another language",
    "language-topics": "list of topics in another language",
    "license": "licence for machines",
    "lite": "front page in words alone",
    "lite-front": "front page of another language in words alone",
    "lite-gone": "word that a story was taken back, in words alone",
    "lite-redirect": "way from an old address, in words alone",
    "lite-section": "section in words alone",
    "lite-story": "story in words alone",
    "llms": "guide for machines",
    "manifest": "sign for the home screen",
    "missing": "page for what is not there",
    "month": "month of the archive",
    "month-archive": "older stories of a month",
    "news-sitemap": "list of news for search engines",
    "newsletter": "letters of a newsletter",
    "newsletter-year": "letters of a year",
    "newsletters": "list of newsletters",
    "offline": "page for readers without a line",
    "page": "standing page",
    "people": "list of people",
    "person": "page of a person",
    "person-archive": "older stories of a person",
    "person-feed-json": "feed of a person",
    "person-feed-xml": "feed of a person",
    "person-language": "page of a person in another language",
    "podcast": "podcast feed",
    "podcast-page": "page of the podcast",
    "redirect": "way from an old address",
    "robots": "rules for machines",
    "search": "search",
    "search-cards": "what search shows",
    "search-index": "what search knows",
    "search-words": "what search knows",
    "section": "page of a section",
    "section-archive": "older stories of a section",
    "section-feed-json": "feed of a section",
    "section-feed-xml": "feed of a section",
    "sitemap": "list of pages for search engines",
    "sitemap-language": "list of stories for search engines",
    "sitemap-pages": "list of pages for search engines",
    "story": "page of a story",
    "story-card": "what other sites may show",
    "topic": "page of a topic",
    "topic-archive": "older stories of a topic",
    "topic-feed-json": "feed of a topic",
    "topic-feed-xml": "feed of a topic",
    "topic-language": "page of a topic in another language",
    "topics": "list of topics",
    "worker": "script that keeps pages",
}


@dataclass(frozen=True)
class ShownFile:
    """A public file that has the story in it, and what it is."""

    file: InFile
    what: str


def files_with(story_id: int) -> Iterator[ShownFile]:
    """The files that show a story or its headline. Raises NotPublic."""
    return (ShownFile(file, WHAT.get(file.kind, file.kind)) for file in files_of_story(story_id))
