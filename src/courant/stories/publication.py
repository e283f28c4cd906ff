"""From the desk's tables to what outputs read: one story from any revision, or the whole paper."""

from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import get_default_timezone_name, now
from wagtail.contrib.redirects.models import Redirect

from courant.lib.database import one_reading
from courant.stories import published as out
from courant.stories.body import frozen_body, frozen_photo, reading_texts
from courant.stories.links import Links, front_page
from courant.stories.models import Person, Recording, Section, Story

WORDS_A_MINUTE = 238
SECONDS_A_PHOTO = 10
SAME_MOMENT = timedelta(minutes=1)  # publishing again within it is no update


def published_story(story: Story, links: Links | None = None) -> out.PublishedStory:
    """Freeze a story: a live row, or `revision.as_object()` for a preview.

    What is private stays out: links to pages that are not public lose the link and keep the words.
    """
    links = links or Links.of_site(everything=False)
    body = frozen_body(story.body, links)
    lead = frozen_photo(story.lead_photo, story.lead_caption) if story.lead_photo else None
    words = sum(len(text.split()) for block in body for text in reading_texts(block))
    photos = (lead is not None) + sum(isinstance(block, out.PhotoBlock) for block in body)
    first = story.published_at or story.first_published_at or story.go_live_at or now()
    return out.PublishedStory(
        id=story.pk or 0,
        path=links.cut(story.url_path) if story.url_path else "/preview/",
        headline=story.title,
        standfirst=story.standfirst,
        kind=story.kind,
        language=story.language,
        section=_section(_parent(story), links),
        bylines=tuple(_byline(byline) for byline in story.bylines.all()),
        topics=tuple(out.PublishedTopic(topic.name, topic.path) for topic in story.topics.all()),
        published=first,
        updated=_updated(story, first),
        lead_photo=lead,
        body=body,
        corrections=tuple(
            out.PublishedCorrection(c.time, c.kind, c.text) for c in story.corrections.all()
        ),
        minutes=reading_minutes(words, photos),
        words=words,
        voices=_voices(story),
        recording=_recording(story.recording),
    )


def read_story(story_id: int) -> out.PublishedStory | None:
    """One story as committed now; None unless it is public."""
    links = Links.of_site(everything=False)
    if not links.path_of(story_id):
        return None
    story = Story.objects.filter(pk=story_id).select_related("lead_photo", "recording").first()
    return published_story(story, links) if story else None


def is_public(story_id: int) -> bool:
    """Whether readers may have the story now; asks less than reading it."""
    return bool(Links.of_site(everything=False).path_of(story_id))


def reading_minutes(words: int, photos: int) -> int:
    """Minutes to read: 238 words a minute and 10 s a photo, rounded up to a whole minute."""
    return max(1, ceil((words * 60 / WORDS_A_MINUTE + photos * SECONDS_A_PHOTO) / 60))


def read_paper() -> out.Paper:
    """Everything that is public, from one reading of the database."""
    with one_reading():
        page = front_page()
        if page is None:
            raise LookupError("This home has no front page. Run `courant init` first.")
        links = Links.of_site(everything=True)
        live = Story.objects.live().public().descendant_of(page)
        sections = Section.objects.live().public().child_of(page)
        stories = [
            published_story(story, links)
            for story in live.select_related("lead_photo", "recording").prefetch_related(
                "bylines__person__portrait"
            )
            if links.path_of(story.pk) and links.path_of(_parent(story).pk)
        ]
        stories.sort(key=lambda story: (story.published, story.id), reverse=True)
        return out.Paper(
            name=page.title,
            tagline=page.tagline,
            language=settings.LANGUAGE_CODE,
            time_zone=get_default_timezone_name(),
            url=settings.COURANT_URL,
            about=page.about,
            notice=page.notice,
            sections=tuple(_section(section, links) for section in sections),
            stories=tuple(stories),
            people=_people_of(stories),
            moved=_moved(links),
            picks=tuple(page.picks.values_list("story_id", flat=True)),
        )


def _moved(links: Links) -> tuple[out.Moved, ...]:
    """Old addresses of public pages; Wagtail notes one whenever a page moves or gets a new slug."""
    today = set(links.known.values())
    rows = Redirect.objects.exclude(redirect_page=None).order_by("pk")
    found = (
        out.Moved(f"{old.rstrip('/')}/", links.path_of(page))
        for old, page in rows.values_list("old_path", "redirect_page")
    )
    return tuple(m for m in found if m.path and m.old_path not in today)


def _people_of(stories: list[out.PublishedStory]) -> tuple[out.PublishedPerson, ...]:
    """Who stands over a public story, by name. A name over a draft may be the secret itself."""
    found = {b.person.id: b.person for s in stories for b in s.bylines if b.person}
    return tuple(sorted(found.values(), key=lambda person: (person.name.casefold(), person.id)))


def _parent(story: Story) -> Section:
    # A story's parent is always a section (parent_page_types); for a new one in preview it is set.
    parent: Any = getattr(story, "_section", None)
    if parent is None:
        parent = Section.objects.filter(path=story.path[: -Story.steplen]).first() or Section(
            title=""
        )
        story._section = parent
    return parent


def _updated(story: Story, first: datetime) -> datetime | None:
    if story.updated_at:
        return story.updated_at
    started, last = story.first_published_at, story.last_published_at
    if started and last and last - started > SAME_MOMENT and last > first:
        return last
    return None


def _section(section: Section, links: Links) -> out.PublishedSection:
    return out.PublishedSection(
        id=section.pk or 0,
        title=section.title,
        path=links.cut(section.url_path or "/"),
        slug=section.slug,
        language=section.language,
        description=section.description,
        accent=section.accent,
        audio=section.audio,
    )


def _voices(story: Story) -> tuple[str, ...]:
    authors = (byline.person.voice for byline in story.bylines.all() if byline.person)
    asked = (story.voice, *authors, _parent(story).voice)
    return tuple(name for name in asked if name)


def _recording(recording: Recording | None) -> out.PublishedRecording | None:
    if recording is None or not recording.file:
        return None
    path = Path(recording.file.path)
    return out.PublishedRecording(path, recording.digest, recording.reader, recording.seconds)


def _person(person: Person) -> out.PublishedPerson:
    portrait = (
        frozen_photo(person.portrait) if person.portrait and not person.portrait.missing() else None
    )
    return out.PublishedPerson(
        person.pk, person.name, person.path, person.role, person.bio, portrait
    )


def _byline(byline: Any) -> out.PublishedByline:
    person = _person(byline.person) if byline.person else None
    return out.PublishedByline(byline.role, person.name if person else byline.name, person)
