"""An imported text becomes a draft at the desk; the same text again becomes the same draft."""

from html import escape
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import now

from courant.importers.models import ImportedFile
from courant.importers.plaintext.model import ImportedBlock, ImportedStory, UnreadableText
from courant.lib.slugs import free_slug
from courant.stories.links import front_page
from courant.stories.models import Byline, Person, Section, Story

LONGEST_HEADLINE = 255  # characters, Wagtail's limit for a page title
LONGEST_NAME = 150


@transaction.atomic
def save_draft(copy: ImportedStory, *, source: str, digest: str, section: Section) -> Story:
    """The story of this copy, as a draft. Nothing changes when the same bytes come again.

    A file that changed becomes a new revision of the story it made before; what editors did since
    stays in the story's history. Raises UnreadableText for a headline that no page can hold.
    """
    if len(copy.headline) > LONGEST_HEADLINE:
        raise UnreadableText(
            f"{source}: the headline has {len(copy.headline)} characters, "
            f"{LONGEST_HEADLINE} are the most. Put the headline on a line of its own."
        )
    known = _known(source, digest)
    if known and known.digest == digest:
        return known.story
    # Asked now: saving a revision changes the row that `known` holds.
    untouched = known is None or known.story.latest_revision_id == known.revision_id
    story = known.story.get_latest_revision_as_object() if known else _new(copy, section)
    _fill(story, copy)
    revision = story.save_revision()
    saved = Story.objects.get(pk=story.pk)
    facts = {"digest": digest, "story": saved}
    if untouched:
        facts["revision"] = revision  # else an editor's work lies in between: theirs to publish
    ImportedFile.objects.update_or_create(source=source, defaults=facts)
    return saved


def desk_has_changed(story: Story) -> str:
    """Why the importer may not publish a story any more; empty when it may.

    A draft that an editor wrote, and a story that an editor took back, are the desk's to publish.
    """
    ours = set(story.imported_from.values_list("revision", flat=True))
    if story.latest_revision_id not in ours:
        return "It was changed at the desk since: publish it there."
    if not story.live and story.first_published_at:
        return "It was taken back at the desk: publish it there."
    return ""


def section_for(copy: ImportedStory, slug: str = "") -> Section:
    """The section with that slug; else the first in the story's language, else the first.

    Raises LookupError, naming the sections there are.
    """
    page = front_page()
    if page is None:
        raise LookupError("This home has no front page. Run `courant init` first.")
    sections = list(Section.objects.child_of(page).order_by("path"))
    if slug:
        found = [section for section in sections if section.slug == slug]
        names = ", ".join(section.slug for section in sections) or "none"
        if not found:
            raise LookupError(f"There is no section {slug!r}. Sections: {names}.")
        return found[0]
    if not sections:
        raise LookupError("The paper has no section yet. Make one at the desk.")
    return next((s for s in sections if s.language == copy.language), sections[0])


def _known(source: str, digest: str) -> ImportedFile | None:
    """The file of this name, else the same bytes under another name."""
    rows = ImportedFile.objects.select_related("story")
    return rows.filter(source=source).first() or rows.filter(digest=digest).first()


def _new(copy: ImportedStory, section: Section) -> Story:
    slug = free_slug(copy.headline, Story.objects.child_of(section))
    story = Story(title=copy.headline, slug=slug, live=False)
    section.add_child(instance=story)
    return story


def _fill(story: Story, copy: ImportedStory) -> None:
    story.title = story.draft_title = copy.headline
    story.standfirst = copy.standfirst
    story.language = copy.language
    story.published_at = copy.published
    story.updated_at = copy.updated
    if copy.embargo and copy.embargo > now():
        story.go_live_at = copy.embargo
    story.lead_caption = " ".join(filter(None, (copy.caption, _bracketed(copy.credit))))
    story.bylines = [
        Byline(person=_person(byline.name), role=byline.role, sort_order=number)
        for number, byline in enumerate(copy.bylines)
    ]
    story.body = _body(copy.blocks, story.body)


def _bracketed(credit: str) -> str:
    return f"({credit})" if credit else ""


def _person(name: str) -> Person:
    """Whoever has that name, whatever its case; else a new person, whom the desk can complete."""
    name = name[:LONGEST_NAME]
    return Person.objects.filter(name__iexact=name).first() or Person.objects.create(name=name)


def _body(blocks: tuple[ImportedBlock, ...], old: Any) -> list[dict[str, Any]]:
    """Block data for the body. A block that stays the same keeps its id: anchors point at it."""
    ids: dict[str, list[str]] = {}
    for block in old.raw_data:
        ids.setdefault(repr((block["type"], block["value"])), []).append(block["id"])
    body = []
    for block in blocks:
        kind, value = _value(block)
        kept = ids.get(repr((kind, value)))
        body.append({"type": kind, "value": value, "id": kept.pop(0) if kept else str(uuid4())})
    return body


def _value(block: ImportedBlock) -> tuple[str, Any]:
    match block.kind:
        case "paragraph":
            return "paragraph", _html(block.text)
        case "subheading":
            return "subheading", block.text
        case "quote":
            quote = {"text": _html(block.text), "speaker": block.speaker, "speaker_role": ""}
            return "quote", quote
        case "list":
            return "list", {
                "ordered": block.ordered,
                "items": [_html(item) for item in block.items],
            }
    raise ValueError(f"The importer made a block of a kind that stories do not have: {block.kind}.")


def _html(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>"
