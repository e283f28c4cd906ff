"""From the desk's tables to what outputs read: one story from any revision, or the whole paper."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import get_default_timezone_name, now
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from courant.stories import published as out
from courant.stories.blocks import table_rows
from courant.stories.models import FrontPage, Person, Photo, Section, Story
from courant.stories.richtext import runs_of

WORDS_A_MINUTE = 238
SECONDS_A_PHOTO = 10
SAME_MOMENT = timedelta(minutes=1)  # publishing again within it is no update


@dataclass
class Links:
    """Paths of public pages by id, looked up once a reading of the paper."""

    root: str
    known: dict[int, str]
    everything: bool  # False: ask the database for ids that are not known yet

    @classmethod
    def of_site(cls, *, everything: bool) -> "Links":
        page = front_page()
        root = page.url_path if page else "/"
        known: dict[int, str] = {}
        if everything:
            rows = Page.objects.live().public().filter(url_path__startswith=root)
            known = {pk: path[len(root) - 1 :] for pk, path in rows.values_list("pk", "url_path")}
        return cls(root, known, everything)

    def path_of(self, page_id: int) -> str:
        if page_id not in self.known and not self.everything:
            row = Page.objects.live().public().filter(pk=page_id).values_list("url_path", flat=True)
            self.known[page_id] = self.cut(path) if (path := row.first()) else ""
        return self.known.get(page_id, "")

    def cut(self, url_path: str) -> str:
        """The address that readers use, from Wagtail's path that begins with the site's root."""
        return url_path[len(self.root) - 1 :] if url_path.startswith(self.root) else url_path


def front_page() -> FrontPage | None:
    """The paper's root, live or not."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return FrontPage.objects.filter(pk=site.root_page_id).first() if site else None


def path_of(page: Page) -> str:
    """The reader's address of a page: "/harbour/ferry-returns/"."""
    return Links.of_site(everything=False).cut(page.url_path)


def published_story(story: Story, links: Links | None = None) -> out.PublishedStory:
    """Freeze a story: a live row, or `revision.as_object()` for a preview.

    What is private stays out: links to pages that are not public lose the link and keep the words.
    """
    links = links or Links.of_site(everything=False)
    body = tuple(block for item in story.body if (block := _block(item, links)))
    lead = _photo(story.lead_photo, story.lead_caption) if story.lead_photo else None
    words = _count_words(body)
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
    )


def read_story(story_id: int) -> out.PublishedStory | None:
    """One story as committed now; None unless it is public."""
    rows = Story.objects.live().public().filter(pk=story_id).select_related("lead_photo")
    story = rows.first()
    if story is None or not Links.of_site(everything=False).path_of(_parent(story).pk):
        return None
    return published_story(story)


def reading_minutes(words: int, photos: int) -> int:
    """Minutes to read: 238 words a minute and 10 s a photo, rounded up to a whole minute."""
    return max(1, ceil((words * 60 / WORDS_A_MINUTE + photos * SECONDS_A_PHOTO) / 60))


def read_paper() -> out.Paper:
    """Everything that is public, from one reading of the database."""
    with transaction.atomic():
        page = front_page()
        if page is None:
            raise LookupError("This home has no front page. Run `courant init` first.")
        links = Links.of_site(everything=True)
        live = Story.objects.live().public().descendant_of(page)
        sections = Section.objects.live().public().child_of(page)
        stories = [
            published_story(story, links)
            for story in live.select_related("lead_photo").prefetch_related(
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
    )


def _person(person: Person) -> out.PublishedPerson:
    portrait = (
        _photo(person.portrait) if person.portrait and not person.portrait.missing() else None
    )
    return out.PublishedPerson(
        person.pk, person.name, person.path, person.role, person.bio, portrait
    )


def _byline(byline: Any) -> out.PublishedByline:
    person = _person(byline.person) if byline.person else None
    return out.PublishedByline(byline.role, person.name if person else byline.name, person)


def _photo(photo: Photo, caption: str = "") -> out.PublishedPhoto:
    return out.PublishedPhoto(
        id=photo.pk,
        file=Path(photo.file.path),
        width=photo.width,
        height=photo.height,
        alt=photo.alt,
        caption=caption.strip() or photo.caption,
        credit=photo.credit,
        digest=photo.file_hash or photo.get_file_hash(),
        focal_x=_share(photo.focal_point_x, photo.width),
        focal_y=_share(photo.focal_point_y, photo.height),
        source=photo.source,
        rights=photo.rights,
    )


def _share(point: int | None, whole: int) -> float:
    return round(point / whole, 4) if point is not None and whole else 0.5


def _block(item: Any, links: Links) -> out.Block | None:
    """One block of the body; None for what has nothing to show: a deleted photo, a draft."""
    kind, value, key = item.block_type, item.value, str(item.id)
    match kind:
        case "paragraph":
            runs = runs_of(value.source, links.path_of)
            return out.Paragraph(key, runs) if runs else None
        case "subheading":
            return out.Subheading(key, value)
        case "photo":
            return _photo_block(key, value)
        case "quote":
            runs = runs_of(value["text"].source, links.path_of)
            return out.Quote(key, runs, value["speaker"] or "", value["speaker_role"] or "")
        case "pull_quote":
            return out.PullQuote(key, value["text"])
        case "list":
            items = tuple(runs_of(entry.source, links.path_of) for entry in value["items"])
            return out.ListBlock(key, items, bool(value["ordered"]))
        case "box":
            texts = tuple(runs_of(entry.source, links.path_of) for entry in value["paragraphs"])
            return out.Box(key, value["title"], texts)
        case "table":
            header, *rows = table_rows(value["cells"])
            return out.Table(key, value["caption"] or "", header, tuple(rows))
        case "embed":
            card = (value[name] or "" for name in ("url", "title", "description", "provider"))
            return out.Embed(key, *card)
        case "related":
            return _related(key, value["story"], links)
    raise ValueError(f"The body has a block of a kind that outputs do not know: {kind!r}.")


def _photo_block(key: str, value: Any) -> out.PhotoBlock | None:
    photo = value["photo"]
    return out.PhotoBlock(key, _photo(photo, value["caption"] or "")) if photo else None


def _related(key: str, page: Page | None, links: Links) -> out.RelatedStory | None:
    path = links.path_of(page.pk) if page else ""
    if not page or not path:
        return None
    return out.RelatedStory(key, path, page.title, getattr(page.specific, "standfirst", ""))


def _count_words(body: tuple[out.Block, ...]) -> int:
    return sum(len(text.split()) for block in body for text in reading_texts(block))


def reading_texts(block: out.Block) -> list[str]:
    """The words of a block that a reader reads through, as plain texts."""
    match block:
        case out.Paragraph(runs=runs) | out.Quote(runs=runs):
            return [out.plain(runs)]
        case out.Subheading(text=text):
            return [text]
        case out.ListBlock(items=items):
            return [out.plain(item) for item in items]
        case out.Box(title=title, paragraphs=paragraphs):
            return [title, *(out.plain(text) for text in paragraphs)]
        case out.Table(header=header, rows=rows):
            return [" ".join(header), *(" ".join(row) for row in rows)]
    return []
