"""Pages of the paper: what each template gets to show."""

from dataclasses import dataclass, field
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from courant.front import linked_data
from courant.front.body import BlockView, block_view, line_view
from courant.front.contents import Archive, Stories
from courant.front.labels import writers
from courant.front.listening import audio_files, forms, length, said
from courant.front.made import Made
from courant.front.sheet import Press, Sheet
from courant.front.times import in_language
from courant.stories import published as out


@dataclass(frozen=True)
class Head:
    """What a page says about itself to machines."""

    title: str
    path: str  # "" where the page has no address of its own
    description: str = ""
    type: str = "website"
    images: list[tuple[str, int, int]] = field(default_factory=list)
    image_alt: str = ""
    feed: tuple[str, str] | None = None  # title, path, beside the paper's own
    data: tuple[SafeString, ...] = ()
    story: out.PublishedStory | None = None
    audio: str = ""
    section: out.PublishedSection | None = None


def page(sheet: Sheet, template: str, head: Head, **facts: Any) -> str:
    """The HTML of one page, in the sheet's language."""
    press = sheet.press
    context = {"sheet": sheet, "paper": sheet.paper, "box": press.box, "head": head, **facts}
    with in_language(sheet.language):
        return str(get_template(f"front/{template}.html").render(context))


def story_page(press: Press, story: out.PublishedStory) -> Made:
    """The page of one story."""
    sheet = press.sheet(story.language)
    spoken = press.audio_of(story)
    contents = press.contents
    with in_language(story.language):
        head = _story_head(sheet, story)
        html = page(
            sheet,
            "story",
            head,
            story=story,
            headline=line_view("headline", story.headline, story.language, spoken=bool(spoken)),
            standfirst=line_view(
                "standfirst", story.standfirst, story.language, spoken=bool(spoken)
            ),
            blocks=[_view(block, story, spoken=bool(spoken)) for block in _shown(sheet, story)],
            spoken=spoken,
            forms=forms(spoken) if spoken else (),
            disclosure=said(spoken, story.language) if spoken else "",
            length=length(spoken) if spoken else "",
            authors=_author_boxes(sheet, story),
            topics=[topic for topic in story.topics if topic.path in contents.paths],
            related=contents.related(story),
        )
    return sheet.made(html, audio_files(spoken) if spoken else ())


def front_page(press: Press) -> Made:
    """The paper's front."""
    paper = press.paper
    sheet = press.sheet(paper.language)
    plan = press.contents.front()
    photo = plan.lead.lead_photo if plan.lead else None
    head = Head(
        title=paper.name,
        path="/",
        description=paper.tagline,
        images=sheet.share_images(photo)[-1:],
        image_alt=photo.alt if photo else "",
        data=(linked_data.script_json(linked_data.website(paper)),),
    )
    return sheet.made(page(sheet, "front", head, plan=plan))


def section_page(press: Press, section: out.PublishedSection, number: int = 0) -> Made:
    """A section's newest stories, or a page of its archive."""
    head = Head(
        title=section.title,
        path=section.path,
        description=section.description,
        feed=(section.title, f"{section.path}feed.xml"),
        section=section,
    )
    stories = press.contents.of_section(section)
    sheet = press.sheet(section.language)
    return _list_page(sheet, "section", head, stories, number, section=section)


def person_page(press: Press, person: out.PublishedPerson, number: int = 0) -> Made:
    """Who somebody is and what they wrote."""
    sheet = press.sheet(press.paper.language)
    images = sheet.share_images(person.portrait)[:1]
    head = Head(
        title=person.name,
        path=person.path,
        description=person.bio or person.role,
        type="profile",
        images=images,
        image_alt=person.portrait.alt if person.portrait else "",
        data=(linked_data.script_json(linked_data.person_page(press.paper, person)),),
    )
    stories = press.contents.of_person(person)
    return _list_page(sheet, "person", head, stories, number, person=person)


def topic_page(press: Press, topic: out.PublishedTopic, number: int = 0) -> Made:
    """All on one topic, across sections."""
    sheet = press.sheet(press.paper.language)
    stories = press.contents.of_topic(topic)
    return _list_page(sheet, "topic", Head(topic.name, topic.path), stories, number, topic=topic)


def topics_page(press: Press) -> Made:
    """The list of topics."""
    sheet = press.sheet(press.paper.language)
    topics = [(topic, len(press.contents.of_topic(topic))) for topic in press.paper.topics]
    with in_language(sheet.language):
        head = Head(gettext("Topics"), "/topics/")
    return sheet.made(page(sheet, "topics", head, topics=topics))


def people_page(press: Press) -> Made:
    """Who makes the paper."""
    sheet = press.sheet(press.paper.language)
    with in_language(sheet.language):
        head = Head(gettext("People"), "/people/")
    return sheet.made(page(sheet, "people", head))


def about_page(press: Press) -> Made:
    """What the paper is and who makes it."""
    paper = press.paper
    sheet = press.sheet(paper.language)
    facts = {"@context": "https://schema.org"} | linked_data.organization(paper)
    with in_language(sheet.language):
        title = gettext("About %(paper)s") % {"paper": paper.name}
    data = (linked_data.script_json(facts),)
    head = Head(title, "/about/", description=paper.about or paper.tagline, data=data)
    return sheet.made(page(sheet, "about", head))


def missing_page(press: Press) -> Made:
    """What stands where nothing is."""
    sheet = press.sheet(press.paper.language)
    with in_language(sheet.language):
        head = Head(gettext("Page not found"), "")
    return sheet.made(page(sheet, "404", head, newest=press.paper.stories[:5]))


def moved_page(press: Press, path: str) -> Made:
    """What stands at an old address: it leads to the new one, with and without a script."""
    sheet = press.sheet(press.paper.language)
    with in_language(sheet.language):
        head = Head(gettext("This page has moved"), path)
    return sheet.made(page(sheet, "moved", head))


def _list_page(
    sheet: Sheet, template: str, head: Head, stories: Stories, number: int, **facts: Any
) -> Made:
    archive = Archive(head.path, stories)
    if not number:
        facts |= {"stories": archive.newest, "earlier": archive.earlier, "count": len(stories)}
        return sheet.made(page(sheet, template, head, **facts))
    earlier, later = archive.neighbours(number)
    with in_language(sheet.language):
        title = gettext("%(title)s, page %(number)d") % {"title": head.title, "number": number}
    own = Head(title, archive.path_of(number), feed=head.feed, section=head.section)
    facts = {"stories": archive.on_page(number), "earlier": earlier, "later": later}
    facts |= {"of": head, "number": number}
    return sheet.made(page(sheet, "archive", own, **facts))


def _story_head(sheet: Sheet, story: out.PublishedStory) -> Head:
    photo = story.lead_photo
    images = sheet.share_images(photo)
    spoken = sheet.press.audio_of(story)
    known = sheet.press.contents.paths
    article = linked_data.news_article(
        story,
        sheet.paper,
        images=[url for url, _, _ in images],
        spoken=spoken,
        known=known,
    )
    crumbs = linked_data.breadcrumbs(story, sheet.paper)
    section = story.section if story.section.path in known else None
    return Head(
        title=story.headline,
        path=story.path,
        description=story.standfirst,
        type="article",
        images=images[-1:],
        image_alt=photo.alt if photo else "",
        feed=(section.title, f"{section.path}feed.xml") if section else None,
        data=(linked_data.script_json(article), linked_data.script_json(crumbs)),
        story=story,
        audio=sheet.absolute(spoken.path) if spoken else "",
        section=section,
    )


def _view(block: out.Block, story: out.PublishedStory, *, spoken: bool) -> BlockView:
    return block_view(block, story.language, spoken=spoken)


def _shown(sheet: Sheet, story: out.PublishedStory) -> list[out.Block]:
    """The body without cards of stories that have gone."""
    known = sheet.press.contents.paths
    return [b for b in story.body if not isinstance(b, out.RelatedStory) or b.path in known]


def _author_boxes(sheet: Sheet, story: out.PublishedStory) -> list[out.PublishedPerson]:
    """The people who wrote it, as long as there is a page about them."""
    known = sheet.press.contents.paths
    people = {b.person.id: b.person for b in writers(story) if b.person}
    return [person for person in people.values() if person.path in known]
