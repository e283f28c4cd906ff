"""Several stories as one letter: an introduction, then a card a story, in the order given."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import override

from courant.newsletter import pieces
from courant.newsletter.compose import (
    LONGEST_HTML,
    LONGEST_PREHEADER,
    Letter,
    PhotoUrl,
    enveloped,
    imprint,
    inlined,
    marks_for,
)
from courant.newsletter.errors import EditionError
from courant.newsletter.message import one_line
from courant.newsletter.models import NewsletterFacts
from courant.newsletter.noted import Note, frame_of
from courant.newsletter.wording import label, listening_time, reading_time, shortened, tidy
from courant.stories.paper import Paper
from courant.stories.published import Inline, PublishedCard


@dataclass(frozen=True)
class Entry:
    """A story in a letter of several. `seconds`: how long its sound is; 0 for none."""

    story: PublishedCard
    seconds: float = 0.0


@dataclass(frozen=True)
class Roundup:
    """What is said around the stories, and which they are.

    `path`: its page; "" for none. `notes`: see `noted`.
    """

    subject: str
    entries: Sequence[Entry]
    preheader: str = ""
    introduction: tuple[Inline, ...] = ()
    path: str = ""
    notes: Sequence[Note] = ()


def compose_roundup(
    roundup: Roundup, paper: Paper, newsletter: NewsletterFacts, photo_url: PhotoUrl
) -> Letter:
    """Write the letter in the newsletter's language. Raises EditionError when it gets too long."""
    with override(newsletter.language):
        frame = _frame(roundup, paper, newsletter, photo_url)
        html = inlined(render_to_string("newsletter/roundup.html", frame))
        text = tidy(render_to_string("newsletter/roundup.txt", frame))
    if (size := len(html.encode())) > LONGEST_HTML:
        raise EditionError(
            f"“{roundup.subject}” has {size:,} bytes with {len(roundup.entries)} stories; mail "
            f"programs cut what is above {LONGEST_HTML:,}. Take some stories out."
        )
    page = str(frame["online"])
    return enveloped(newsletter, roundup.subject, frame, html, text, page=page)


def _frame(
    roundup: Roundup, paper: Paper, newsletter: NewsletterFacts, photo_url: PhotoUrl
) -> dict[str, object]:
    entries = [_entry(entry, paper, newsletter) for entry in roundup.entries]
    lead = roundup.entries[0].story.lead_photo if roundup.entries else None
    return {
        **imprint(paper, newsletter),
        **marks_for(roundup, newsletter),
        **frame_of(roundup.notes, paper.url, newsletter.language),
        "online": f"{paper.url}{roundup.path}" if roundup.path else "",
        "preheader": shortened(_preheader(roundup), LONGEST_PREHEADER),
        "introduction": pieces.paragraphs_html(roundup.introduction, paper.url),
        "introduction_text": pieces.paragraphs_text(roundup.introduction, paper.url),
        "lead_html": pieces.photo_html(lead, photo_url) if lead else "",
        "entries": entries,
    }


def _preheader(roundup: Roundup) -> str:
    """What the editor wrote, else how the letter begins."""
    if roundup.preheader:
        return roundup.preheader
    if roundup.introduction:
        return pieces.runs_text(roundup.introduction[0], "")
    return " · ".join(one_line(entry.story.headline) for entry in roundup.entries)


def _entry(entry: Entry, paper: Paper, newsletter: NewsletterFacts) -> dict[str, str]:
    story = entry.story
    page = f"{paper.url}{story.path}"
    return {
        "language": "" if story.language == newsletter.language else story.language,
        "label": label(story),
        "headline": one_line(story.headline),
        "standfirst": one_line(story.standfirst),
        "byline": pieces.byline(story.bylines),
        "reading": reading_time(story),
        "page": page,
        "listen": listening_time(entry.seconds) if entry.seconds else "",
        "listen_url": f"{page}#listen" if entry.seconds else "",
    }
