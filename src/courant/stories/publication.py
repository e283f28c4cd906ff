"""From the desk's tables to what outputs read: one story from any revision, or the whole paper."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import get_default_timezone, get_default_timezone_name, now
from wagtail.contrib.redirects.models import Redirect

from courant.lib.batches import batched
from courant.lib.database import one_reading
from courant.lib.reads import Reads, note, recording
from courant.stories import published as out
from courant.stories.body import frozen_body, frozen_photo, photos_in, reading_texts
from courant.stories.links import Links, front_page
from courant.stories.models import (
    FrontPage,
    Person,
    Recording,
    Section,
    StandingPage,
    Story,
    Topic,
)
from courant.stories.paper.memory import MemoryPaper

WORDS_A_MINUTE = 238
SECONDS_A_PHOTO = 10
SAME_MOMENT = timedelta(minutes=1)  # publishing again within it is no update
A_CHUNK = 100  # stories read with one set of queries


@dataclass(frozen=True)
class Frozen:
    """A public story with the rows of the desk that were read for it."""

    story: out.PublishedStory
    reads: Reads


def published_story(story: Story, links: Links | None = None) -> out.PublishedStory:
    """Freeze a story: a live row, or `revision.as_object()` for a preview.

    What is private stays out: links to pages that are not public lose the link and keep the words.
    Every row that is read is noted.
    """
    note(f"page:{story.pk}")
    links = links or Links()
    body = frozen_body(story.body, links)
    lead = frozen_photo(story.lead_photo, story.lead_caption) if story.lead_photo else None
    words = sum(len(text.split()) for block in body for text in reading_texts(block))
    photos = (lead is not None) + sum(map(photos_in, body))
    first = story.published_at or story.first_published_at or story.go_live_at or now()
    return out.PublishedStory(
        id=story.pk or 0,
        path=links.cut(story.url_path) if story.url_path else "/preview/",
        headline=story.title,
        standfirst=story.standfirst,
        kind=story.kind,
        language=story.language,
        section=_section_of(story, links),
        bylines=tuple(_byline(byline) for byline in story.bylines.all()),
        topics=_topics_of(story),
        published=first,
        updated=_updated(story, first),
        lead_photo=lead,
        body=body,
        corrections=tuple(
            out.PublishedCorrection(c.time, c.kind, c.text) for c in story.corrections.all()
        ),
        minutes=reading_minutes(words, photos),
        words=words,
        voices=_voices(story, links),
        recording=_recording(story.recording),
        unspoken=story.unspoken,
        unread=tuple(story.unread),
        ended=story.ended,
        original=_original_of(story),
        month=f"{first.astimezone(get_default_timezone()):%Y-%m}",
    )


def read_story(story_id: int) -> out.PublishedStory | None:
    """One story as committed now; None unless it is public."""
    found = next(read_stories([story_id]), None)
    return found.story if found else None


def read_stories(story_ids: Iterable[int]) -> Iterator[Frozen]:
    """Those of some stories that are public, as committed now, in any order."""
    for some in batched(sorted(story_ids), A_CHUNK):
        yield from _frozen(Story.objects.filter(pk__in=some, live=True))


def read_every_story() -> Iterator[Frozen]:
    """All public stories as committed now, the oldest row first, without holding all at once."""
    last = 0
    while ids := _ids_after(last):
        yield from read_stories(ids)
        last = ids[-1]


def _ids_after(last: int) -> Sequence[int]:
    live = Story.objects.filter(live=True, pk__gt=last).order_by("pk")
    return list(live.values_list("pk", flat=True)[: A_CHUNK * 10])


def _frozen(rows: QuerySet[Any]) -> Iterator[Frozen]:
    links = Links()
    related = rows.select_related("lead_photo", "recording").prefetch_related(
        "bylines__person__portrait", "corrections", "story_topics__tag"
    )
    for story in related:
        if links.public_path(story.path, story.url_path, story.live):
            with recording() as reads:
                frozen = published_story(story, links)
            yield Frozen(frozen, reads)


def is_public(story_id: int) -> bool:
    """Whether readers may have the story now; asks less than reading it."""
    return bool(Links().path_of(story_id))


def reading_minutes(words: int, photos: int) -> int:
    """Minutes to read: 238 words a minute and 10 s a photo, rounded up to a whole minute."""
    return max(1, ceil((words * 60 / WORDS_A_MINUTE + photos * SECONDS_A_PHOTO) / 60))


# ── The paper as a whole ──────────────────────────────────────────────────────────────────────────


def read_paper() -> MemoryPaper:
    """Everything that is public, from one reading of the database, in memory."""
    with one_reading():
        stories = [frozen.story for frozen in read_every_story()]
        return MemoryPaper(
            read_masthead(), stories, moved=read_moved(), chosen=read_chosen(), pages=read_pages()
        )


def read_masthead() -> out.Masthead:
    """What every page says of the paper. Raises LookupError in a home without a front page."""
    page = front_page()
    if page is None:
        raise LookupError("This home has no front page. Run `courant init` first.")
    return out.Masthead(
        language=settings.LANGUAGE_CODE,
        time_zone=get_default_timezone_name(),
        url=settings.COURANT_URL,
        sections=tuple(_public_sections(page)),
        pages=tuple(replace(found, body=(), standfirst="") for found in read_pages()),
        **masthead_facts(page),
    )


def masthead_facts(page: FrontPage) -> dict[str, Any]:
    """What a revision of the front page says of the whole paper."""
    return {
        "name": page.title,
        "tagline": page.tagline,
        "about": page.about,
        "notice": page.notice,
        "links": tuple(_menu(page)),
        "fronts": _fronts(page),
        "logo": frozen_photo(page.logo) if page.logo else None,
        "logo_dark": frozen_photo(page.logo_dark) if page.logo_dark else None,
        "ground": page.ground,
        "brand": page.brand,
        "machines": out.MachineRules(
            search=page.search_engines,
            training=page.ai_training,
            whole_feeds=page.whole_feeds,
            guide=page.llms_txt,
        ),
    }


def _fronts(page: FrontPage) -> tuple[out.PublishedFront, ...]:
    """One a language; none in the paper's own, which may have become another one since."""
    rows = {row.language: row for row in page.fronts.all()}
    rows.pop(settings.LANGUAGE_CODE, None)
    return tuple(
        out.PublishedFront(language, f"/{language}/", row.tagline, row.notice)
        for language, row in rows.items()
    )


def _menu(page: FrontPage) -> Iterator[out.PublishedLink]:
    """The lines that editors chose, without those that lead to what is not public."""
    links = Links()
    for row in page.menu.all():
        if row.page is None:
            yield out.PublishedLink(row.title, row.address)
        elif path := links.path_of(row.page_id):
            section = Section.objects.filter(pk=row.page_id).first()
            title = row.title or row.page.title
            facts = (section.language, section.accent, section.pk) if section else ()
            yield out.PublishedLink(title, path, *facts)


def read_pages(page_id: int | None = None) -> tuple[out.PublishedPage, ...]:
    """Public pages that are no stories, all or one, in the desk's order."""
    links = Links()
    rows = StandingPage.objects.filter(live=True).order_by("path")
    found = rows.filter(pk=page_id) if page_id else rows
    public = (row for row in found if links.public_path(row.path, row.url_path, row.live))
    return tuple(frozen_page(row, links) for row in public)


def frozen_page(page: StandingPage, links: Links) -> out.PublishedPage:
    """A page of any revision, as readers get it."""
    note(f"page:{page.pk}")
    return out.PublishedPage(
        id=page.pk or 0,
        title=page.title,
        path=links.cut(page.url_path) if page.url_path else "/preview/",
        purpose=page.purpose,
        standfirst=page.standfirst,
        body=frozen_body(page.body, links),
    )


def _public_sections(page: FrontPage) -> Iterator[out.PublishedSection]:
    links = Links()
    for section in Section.objects.descendant_of(page).order_by("path"):
        if links.public_path(section.path, section.url_path, section.live):
            yield frozen_section(section, links)


def read_chosen() -> out.FrontChoices:
    """What editors chose for the front page, as it is published."""
    page = front_page()
    return chosen_on(page) if page else out.FrontChoices()


def chosen_on(page: FrontPage) -> out.FrontChoices:
    """The same of any revision of the front page."""
    picks = list(page.picks.all())

    def at(place: str) -> tuple[int, ...]:
        return tuple(pick.story_id for pick in picks if pick.place == place)

    return out.FrontChoices(
        top=at("top"),
        important=at("important"),
        opinion=at("opinion"),
        bar=page.bar,
        bar_text=page.bar_text,
        bar_story=page.bar_story_id,
    )


def read_moved(moved_id: int | None = None) -> tuple[out.Moved, ...]:
    """Old addresses of what is public, all or one.

    Wagtail notes them when a page moves or gets a new slug, people and topics do so themselves.
    """
    links = Links()
    rows = Redirect.objects.filter(pk=moved_id) if moved_id else Redirect.objects.all()
    facts = rows.order_by("pk").values_list("pk", "old_path", "redirect_page", "redirect_link")
    found = (
        out.Moved(pk, f"{old.rstrip('/')}/", links.path_of(page) if page else _own(link))
        for pk, old, page, link in facts
    )
    return tuple(moved for moved in found if moved.path not in ("", moved.old_path))


def _own(link: str) -> str:
    """A path of this paper; links to elsewhere are none of our pages."""
    return link if link.startswith("/") and not link.startswith("//") else ""


# ── Parts ─────────────────────────────────────────────────────────────────────────────────────────


def frozen_section(section: Section, links: Links) -> out.PublishedSection:
    note(f"page:{section.pk}")
    return out.PublishedSection(
        id=section.pk or 0,
        title=section.title,
        path=links.cut(section.url_path or "/"),
        slug=section.slug,
        language=section.language,
        description=section.description,
        accent=section.accent,
        above=tuple(links.sections_above(section.path)) if section.path else (),
        audio=section.audio,
    )


def frozen_person(person: Person) -> out.PublishedPerson:
    note(f"person:{person.pk}")
    shown = person.portrait and not person.portrait.missing()
    portrait = frozen_photo(person.portrait) if shown and person.portrait else None
    if person.portrait:
        note(f"photo:{person.portrait.pk}")
    return out.PublishedPerson(
        person.pk, person.name, person.path, person.role, person.bio, portrait
    )


def frozen_topic(topic: Topic) -> out.PublishedTopic:
    note(f"topic:{topic.pk}")
    return out.PublishedTopic(topic.pk, topic.name, topic.path)


def _voices(story: Story, links: Links) -> tuple[str, ...]:
    authors = (byline.person.voice for byline in story.bylines.all() if byline.person)
    section = links.section(story.path[: -Story.steplen])
    asked = (story.voice, *authors, section.voice if section else "")
    return tuple(name for name in asked if name)


def _original_of(story: Story) -> int:
    """The story to which this one and its like go back; 0 for one that is no version.

    The desk allows one step. Drafts published one after the other can still make chains and rings:
    every story of a ring goes back to the oldest one.
    """
    way, at = [story.pk], story.original_id
    while at and at not in way:
        note(f"page:{at}")
        way.append(at)
        at = Story.objects.filter(pk=at).values_list("original_id", flat=True).first()
    first: int = min(way[way.index(at) :]) if at else way[-1]
    return 0 if first == story.pk else first


def _recording(recording: Recording | None) -> out.PublishedRecording | None:
    if recording is None or not recording.file:
        return None
    note(f"recording:{recording.pk}")
    path = Path(recording.file.path)
    return out.PublishedRecording(path, recording.digest, recording.reader, recording.seconds)


def _topics_of(story: Story) -> tuple[out.PublishedTopic, ...]:
    """By name. Not `story.topics`, which asks the database for each story anew."""
    topics = sorted((item.tag for item in story.story_topics.all()), key=lambda topic: topic.name)
    return tuple(frozen_topic(topic) for topic in topics)


def _byline(byline: Any) -> out.PublishedByline:
    person = frozen_person(byline.person) if byline.person else None
    return out.PublishedByline(byline.role, person.name if person else byline.name, person)


def _section_of(story: Story, links: Links) -> out.PublishedSection:
    """The page above. A story's parent is always a section; in a new one's preview it may lack."""
    section = links.section(story.path[: -Story.steplen])
    return frozen_section(section or Section(title=""), links)


def _updated(story: Story, first: datetime) -> datetime | None:
    if story.updated_at:
        # Copy that tells only when it was updated was published then at the latest.
        return story.updated_at if story.updated_at > first else None
    started, last = story.first_published_at, story.last_published_at
    if started and last and last - started > SAME_MOMENT and last > first:
        return last
    return None
