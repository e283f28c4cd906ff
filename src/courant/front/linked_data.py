"""schema.org data, for machines: stories, the newsroom, people, the way to a page."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from courant.front import live
from courant.front.assets import asset_url
from courant.front.labels import correction_label
from courant.front.listening import duration, said
from courant.front.times import local
from courant.narration import captions, disclosure
from courant.narration.spoken import SpokenStory
from courant.stories.paper import Paper
from courant.stories.published import (
    PublishedByline,
    PublishedCard,
    PublishedCorrection,
    PublishedFront,
    PublishedPerson,
    PublishedPhoto,
    PublishedStory,
)

Facts = dict[str, Any]
Image = tuple[str, int, int]  # absolute address, width, height
TYPES = {
    "analysis": "AnalysisNewsArticle",
    "opinion": "OpinionNewsArticle",
    "explainer": "BackgroundNewsArticle",
    "live": "LiveBlogPosting",
}
CREATORS = ("by", "with", "agency")


def script_json(facts: Any) -> SafeString:
    """JSON that is safe inside <script>: no <, > or & can close it or open a comment."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(text)  # noqa: S308 - escaped above


def organization(paper: Paper) -> Facts:
    """The newsroom."""
    facts = {
        "@type": "NewsMediaOrganization",
        "@id": f"{paper.url}/#publisher",
        "name": paper.name,
        "description": paper.tagline,
        "url": f"{paper.url}/",
        "logo": paper.url + asset_url("icon.svg"),
        "publishingPrinciples": f"{paper.url}/about/",
        "masthead": f"{paper.url}/people/",
    }
    return _kept(facts)


def website(paper: Paper, front: PublishedFront) -> Facts:
    """For a front page."""
    facts: Facts = {"@type": "WebSite", "name": paper.name, "url": paper.url + front.path}
    facts |= {"inLanguage": front.language, "publisher": organization(paper)}
    return {"@context": "https://schema.org"} | facts


def person_page(paper: Paper, person: PublishedPerson) -> Facts:
    """For a person's page."""
    facts = _person(paper, PublishedByline("by", person.name, person))
    facts |= _kept({"description": person.bio, "worksFor": organization(paper)})
    return {"@context": "https://schema.org", "@type": "ProfilePage", "mainEntity": facts}


def news_article(
    story: PublishedStory,
    paper: Paper,
    *,
    images: Sequence[Image],
    spoken: SpokenStory | None,
    versions: Sequence[PublishedCard] = (),
) -> Facts:
    """Everything about a story that a machine may want."""
    url = paper.url + story.path
    facts: Facts = {
        "@type": ["NewsArticle", TYPES[story.kind]] if story.kind in TYPES else "NewsArticle",
        "@id": f"{url}#article",
        "mainEntityOfPage": url,
        "url": url,
        "headline": story.headline,
        "description": story.standfirst,
        "datePublished": _iso(story.published, paper),
        "dateModified": _iso(story.changed, paper),
        "author": [_author(paper, b) for b in story.bylines if b.role in CREATORS]
        or [organization(paper)],
        "contributor": [_author(paper, b) for b in story.bylines if b.role not in CREATORS],
        "publisher": organization(paper),
        "articleSection": story.section.title,
        "keywords": [topic.name for topic in story.topics],
        "inLanguage": story.language,
        "wordCount": story.words,
        "timeRequired": f"PT{story.minutes}M",
        "isAccessibleForFree": True,
        "image": [_image(image, story.lead_photo) for image in images],
        "speakable": {
            "@type": "SpeakableSpecification",
            "cssSelector": [".story-headline", ".story-standfirst"],
        },
        "correction": [_correction(c, paper) for c in story.corrections],
        "audio": _audio(story, paper, spoken) if spoken else None,
        "translationOfWork": next(
            (_version(paper, each) for each in versions if each.id == story.original), None
        ),
        "workTranslation": [
            _version(paper, each) for each in versions if each.original == story.id
        ],
    }
    facts |= live.coverage(story, paper)
    return {"@context": "https://schema.org"} | _kept(facts)


def breadcrumbs(paper: Paper, *steps: tuple[str, str]) -> Facts:
    """The way to a page from the front page: the name and the path of each step."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": paper.url + path}
        for position, (name, path) in enumerate([(paper.name, "/"), *steps], 1)
    ]
    head = {"@context": "https://schema.org", "@type": "BreadcrumbList"}
    return head | {"itemListElement": items}


def _version(paper: Paper, story: PublishedCard) -> Facts:
    url = paper.url + story.path
    facts: Facts = {"@type": "NewsArticle", "@id": f"{url}#article", "url": url}
    return facts | {"headline": story.headline, "inLanguage": story.language}


def _author(paper: Paper, byline: PublishedByline) -> Facts:
    if byline.role == "agency":
        return {"@type": "Organization", "name": byline.name}
    return _person(paper, byline)


def _person(paper: Paper, byline: PublishedByline) -> Facts:
    facts: Facts = {"@type": "Person", "name": byline.name}
    if byline.person:
        url = paper.url + byline.person.path
        facts |= {"@id": f"{url}#person", "url": url, "jobTitle": byline.person.role}
    return _kept(facts)


def _image(image: Image, photo: PublishedPhoto | None) -> Facts:
    facts: Facts = {"@type": "ImageObject", "url": image[0]}
    if photo:
        facts |= {"caption": photo.caption, "creditText": photo.credit}
        facts["copyrightNotice"] = photo.rights
    return _kept(facts)


def _correction(correction: PublishedCorrection, paper: Paper) -> Facts:
    return {
        "@type": "CorrectionComment",
        "name": correction_label(correction.kind),
        "text": correction.text,
        "datePublished": _iso(correction.time, paper),
    }


def _audio(story: PublishedStory, paper: Paper, spoken: SpokenStory) -> Facts:
    facts: Facts = {
        "@type": "AudioObject",
        "contentUrl": paper.url + spoken.path,
        "encodingFormat": "audio/mpeg",
        "duration": duration(spoken),
        "contentSize": str(spoken.size),
        "inLanguage": story.language,
        "name": story.headline,
        "transcript": captions.transcript(spoken.cues),
        "caption": _caption(paper, spoken) if spoken.captions_path else None,
        "description": said(spoken, story.language),
        "digitalSourceType": disclosure.SCHEMA.get(spoken.source_type, ""),
    }
    return _kept(facts)


def _caption(paper: Paper, spoken: SpokenStory) -> Facts:
    url = paper.url + spoken.captions_path
    return {"@type": "MediaObject", "contentUrl": url, "encodingFormat": "text/vtt"}


def _kept(facts: Facts) -> Facts:
    """Without what says nothing."""
    return {key: value for key, value in facts.items() if value not in (None, "", [], 0)}


def _iso(moment: datetime, paper: Paper) -> str:
    return local(moment, paper.time_zone).isoformat(timespec="seconds")
