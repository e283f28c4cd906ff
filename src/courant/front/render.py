"""Pages of the paper: what each template gets to show."""

from dataclasses import replace
from typing import Any

from django.template.loader import get_template
from django.utils.translation import gettext

from courant.figures.address import ADDRESS
from courant.front import linked_data
from courant.front.alternates import alternates_of_fronts, alternates_of_list
from courant.front.body import BlockView, block_view, line_view, parted
from courant.front.contents import Archive, front, points, related
from courant.front.heads import Head, crumbs, pictured, section_at, story_head, way_to
from courant.front.labels import writers
from courant.front.listening import audio_files, forms, length, said
from courant.front.made import Made
from courant.front.sheet import Press, Sheet
from courant.front.times import in_language
from courant.stories import published as out
from courant.stories.lists import ALL
from courant.stories.paper import Listing

IN_LANGUAGE = 60  # stories on the page of a list in another language than the paper's own


def page(sheet: Sheet, template: str, head: Head, **facts: Any) -> str:
    """The HTML of one page, in the sheet's language."""
    return printed(sheet, f"front/{template}.html", head, **facts)


def printed(sheet: Sheet, template: str, head: Head, **facts: Any) -> str:
    """The same by a template of any room."""
    press = sheet.press
    context = {"sheet": sheet, "paper": sheet.paper, "box": press.box, "head": head, **facts}
    with in_language(sheet.language):
        return str(get_template(template).render(context))


def story_page(press: Press, story: out.PublishedStory) -> Made:
    """The page of one story."""
    others, versions = related(press.paper, story), press.paper.versions(story)
    sheet = press.sheet(story.language, others)
    spoken = press.audio_of(story)
    with in_language(story.language):
        head = story_head(sheet, story, spoken, versions)
        views = [_view(block, story, spoken=bool(spoken)) for block in story.body]
        opening, updates = parted(views)
        html = page(
            sheet,
            "story",
            head,
            story=story,
            figures=ADDRESS if press.counted else "",
            headline=line_view("headline", story.headline, story.language, spoken=bool(spoken)),
            standfirst=line_view(
                "standfirst", story.standfirst, story.language, spoken=bool(spoken)
            ),
            opening=opening,
            updates=updates,
            points=points(story),
            spoken=spoken,
            forms=forms(spoken) if spoken else (),
            disclosure=said(spoken, story.language) if spoken else "",
            length=length(spoken) if spoken else "",
            authors=_author_boxes(story),
            topics=story.topics,
            related=others,
            versions=versions,
        )
    return sheet.made(story.path, html, audio_files(spoken) if spoken else ())


def front_page(press: Press, of: out.PublishedFront | None = None) -> Made:
    """The paper's front, or that of another language."""
    paper = press.paper
    of = of or paper.masthead.own_front
    plan = front(paper, of)
    sheet = press.sheet(of.language, plan.stories, plan.newest)
    photo = plan.lead.lead_photo if plan.lead else None
    head = Head(
        title=paper.name,
        path=of.path,
        description=of.tagline,
        is_front=True,
        images=sheet.share_images(photo)[-1:],
        image_alt=photo.alt if photo else "",
        data=(linked_data.script_json(linked_data.website(paper, of)),),
        alternates=alternates_of_fronts(paper),
    )
    head = pictured(sheet, head, signature=of.tagline)
    return sheet.made(of.path, page(sheet, "front", head, plan=plan))


def section_page(press: Press, section: out.PublishedSection, number: int = 0) -> Made:
    """A section's newest stories, or a page of its archive."""
    head = Head(
        title=section.title,
        path=section.path,
        description=section.description,
        feed=(section.title, f"{section.path}feed.xml"),
        section=section,
        data=(crumbs(press.paper, *way_to(press.paper, section)),),
    )
    within = [s for s in press.paper.sections if s.above[:1] == (section.id,)]
    listing = press.paper.listing(f"section:{section.id}")
    facts = {"section": section, "within": within}
    return list_page(press, section.language, "section", head, listing, number, **facts)


def person_page(
    press: Press, person: out.PublishedPerson, number: int = 0, of: out.PublishedFront | None = None
) -> Made:
    """Who somebody is and what they wrote; or what of it is in the language of a front."""
    name = f"person:{person.id}"
    of = of or press.paper.masthead.own_front
    sheet = press.sheet(of.language)
    path = of.at(person.path)
    with in_language(of.language):
        way = (gettext("People"), of.at("/people/")), (person.name, path)
    head = Head(
        title=person.name,
        path=path,
        description=person.bio or person.role,
        type="profile",
        feed=(person.name, f"{person.path}feed.xml"),
        images=sheet.share_images(person.portrait)[:1],
        image_alt=person.portrait.alt if person.portrait else "",
        data=(
            linked_data.script_json(linked_data.person_page(press.paper, person)),
            crumbs(press.paper, *way),
        ),
        alternates=alternates_of_list(press.paper, name, person.path),
    )
    return _page_of_list(press, of, "person", head, name, person.path, number, person=person)


def topic_page(
    press: Press, topic: out.PublishedTopic, number: int = 0, of: out.PublishedFront | None = None
) -> Made:
    """All on one topic, across sections; or what of it is in the language of a front."""
    name = f"topic:{topic.id}"
    of = of or press.paper.masthead.own_front
    path = of.at(topic.path)
    with in_language(of.language):
        way = (gettext("Topics"), of.at("/topics/")), (topic.name, path)
    head = Head(
        title=topic.name,
        path=path,
        feed=(topic.name, f"{topic.path}feed.xml"),
        data=(crumbs(press.paper, *way),),
        alternates=alternates_of_list(press.paper, name, topic.path),
    )
    return _page_of_list(press, of, "topic", head, name, topic.path, number, topic=topic)


def _page_of_list(
    press: Press,
    of: out.PublishedFront,
    template: str,
    head: Head,
    name: str,
    everything: str,
    number: int,
    **facts: Any,
) -> Made:
    """The paper's own page of a list has all of it and an archive; that of another front the newest
    in its language, and leads to `everything`.
    """
    if of == press.paper.masthead.own_front:
        listing = press.paper.listing(name)
        return list_page(press, of.language, template, head, listing, number, **facts)
    stories = press.paper.listing(name).newest_in(of.language, IN_LANGUAGE)
    newest = stories[0].published if stories else None
    sheet = press.sheet(of.language, stories, newest)
    facts |= {"stories": stories, "everything": everything}
    head = pictured(sheet, head, signature=sheet.paper.name)
    return sheet.made(head.path, page(sheet, template, head, **facts))


def topics_page(press: Press, of: out.PublishedFront | None = None) -> Made:
    """The list of topics, all or those with stories in the language of a front."""
    paper = press.paper
    sheet = press.sheet(of.language if of else paper.language)
    with in_language(sheet.language):
        head = _head_of_every_front(sheet, gettext("Topics"), "/topics/")
    topics = paper.topics()
    if of:
        sizes = paper.list_sizes_in("topic", of.language)
        counted = ((topic, sizes.get(f"topic:{topic.id}", 0)) for topic, _ in topics)
        topics = tuple((topic, size) for topic, size in counted if size)
    return sheet.made(head.path, page(sheet, "topics", head, topics=topics))


def people_page(press: Press, of: out.PublishedFront | None = None) -> Made:
    """Who makes the paper, or who writes in the language of a front."""
    paper = press.paper
    sheet = press.sheet(of.language if of else paper.language)
    with in_language(sheet.language):
        head = _head_of_every_front(sheet, gettext("People"), "/people/")
    people = paper.people()
    if of:
        sizes = paper.list_sizes_in("person", of.language)
        people = tuple(person for person in people if f"person:{person.id}" in sizes)
    return sheet.made(head.path, page(sheet, "people", head, people=people))


def _head_of_every_front(sheet: Sheet, title: str, path: str) -> Head:
    return Head(title, sheet.here(path), alternates=alternates_of_fronts(sheet.paper, path))


def about_page(press: Press) -> Made:
    """What the paper is and who makes it."""
    paper = press.paper
    sheet = press.sheet(paper.language)
    facts = {"@context": "https://schema.org"} | linked_data.organization(paper)
    with in_language(sheet.language):
        title = gettext("About %(paper)s") % {"paper": paper.name}
    data = (linked_data.script_json(facts),)
    head = Head(title, "/about/", description=paper.about or paper.tagline, data=data)
    return sheet.made("/about/", page(sheet, "about", head, people=paper.people()))


def standing_page(press: Press, standing: out.PublishedPage) -> Made:
    """A page that is no story; one for secrets has no script and no form, and is kept nowhere."""
    secret = standing.purpose == "tips"
    sheet = (replace(press, box=None) if secret else press).sheet(press.paper.language)
    with in_language(sheet.language):
        head = Head(standing.title, standing.path, description=standing.standfirst)
        views = [block_view(block, sheet.language, spoken=False) for block in standing.body]
        facts = {"standing": standing, "blocks": views, "unkept": secret}
    return sheet.made(standing.path, page(sheet, "standing", head, **facts))


def missing_page(press: Press) -> Made:
    """What stands where nothing is."""
    newest = press.paper.listing(ALL).newest(5)
    sheet = press.sheet(press.paper.language, newest)
    with in_language(sheet.language):
        head = Head(gettext("Page not found"), "")
    return sheet.made("/404.html", page(sheet, "404", head, newest=newest))


def gone_page(press: Press, path: str) -> Made:
    """What stands where a story was that was taken back."""
    section = section_at(press.paper, path)
    sheet = press.sheet(section.language if section else press.paper.language)
    with in_language(sheet.language):
        head = Head(gettext("This story was taken back"), "")
    html = page(sheet, "gone", head, section=section)
    return sheet.made(f"{path}gone.html", html)


def moved_page(press: Press, old_path: str, path: str) -> Made:
    """What stands at an old address: it leads to the new one, with and without a script."""
    sheet = press.sheet(press.paper.language)
    with in_language(sheet.language):
        head = Head(gettext("This page has moved"), path)
    return sheet.made(old_path, page(sheet, "moved", head))


def list_page(
    press: Press,
    language: str,
    template: str,
    head: Head,
    listing: Listing,
    number: int,
    **facts: Any,
) -> Made:
    """A list's own page with its newest stories, or with a number a page of its archive."""
    archive = Archive(head.path, listing)
    if not number:
        stories = archive.newest
        newest = stories[0].published if stories else None
        sheet = press.sheet(language, stories, newest)
        facts |= {"stories": stories, "earlier": archive.earlier, "count": listing.size}
        head = pictured(sheet, head, signature=sheet.paper.name)
        return sheet.made(head.path, page(sheet, template, head, **facts))
    earlier, later = archive.neighbours(number)
    stories = archive.on_page(number)
    sheet = press.sheet(language, stories)
    with in_language(language):
        title = gettext("%(title)s, page %(number)d") % {"title": head.title, "number": number}
    own = Head(title, archive.path_of(number), feed=head.feed, section=head.section)
    facts = {"stories": stories, "earlier": earlier, "later": later, "of": head, "number": number}
    return sheet.made(own.path, page(sheet, "archive", own, **facts))


def _view(block: out.Block, story: out.PublishedStory, *, spoken: bool) -> BlockView:
    return block_view(block, story.language, spoken=spoken)


def _author_boxes(story: out.PublishedStory) -> list[out.PublishedPerson]:
    """The people of ours who wrote it."""
    people = {b.person.id: b.person for b in writers(story) if b.person}
    return list(people.values())
