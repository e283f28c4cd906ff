"""A story as a letter: subject, preheader, HTML and text, with one place open for each reader."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import css_inline
from django.template.loader import render_to_string
from django.utils.translation import override

from courant.lib.digests import digest_of
from courant.narration.spoken import SpokenStory
from courant.newsletter import pieces
from courant.newsletter.dkim import Signer
from courant.newsletter.message import ByteTemplate, Mail, Sender, one_line
from courant.newsletter.models import NewsletterFacts
from courant.newsletter.noted import Note, frame_of
from courant.newsletter.wording import (
    day,
    day_and_time,
    label,
    listening_time,
    reading_time,
    shortened,
    tidy,
)
from courant.stories.paper import Paper
from courant.stories.published import PublishedPhoto, PublishedStory

LONGEST_HTML = 90_000  # bytes; Gmail cuts at about 102,000, and the reader's own link comes on top
LONGEST_SUBJECT = 200
LONGEST_PREHEADER = 140
UNSUBSCRIBE = "unsubscribe_url"  # the fields of every letter that differ between readers
PREFERENCES = "preferences_url"
INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

PhotoUrl = Callable[[PublishedPhoto], str]


@dataclass(frozen=True)
class Letter:
    """The same for every reader; `mark` stands where each reader's own unsubscribe address goes."""

    subject: str
    preheader: str
    html: str
    text: str
    mark: str
    from_name: str
    from_address: str
    list_id: str
    language: str
    cut: bool  # the story was too long for mail clients
    page: str = ""  # where it is read in a browser, from its first letter on

    @property
    def preferences_mark(self) -> str:
        return _preferences_mark(self.mark)


@dataclass(frozen=True)
class Recipient:
    """What differs between subscribers. `date` and `message_id` stay at every attempt."""

    email: str
    unsubscribe_url: str
    preferences_url: str
    message_id: str
    date: datetime


def compose(
    story: PublishedStory,
    paper: Paper,
    newsletter: NewsletterFacts,
    spoken: SpokenStory | None,
    photo_url: PhotoUrl,
    path: str = "",
    notes: Sequence[Note] = (),
) -> Letter:
    """Write the letter in the newsletter's language around the story in its own.

    `path`: where the letter is read in a browser; the story's own page else. `notes`: see `noted`.
    """
    with override(newsletter.language):
        frame = _frame(story, paper, newsletter, spoken, photo_url)
        frame |= frame_of(notes, paper.url, newsletter.language)
        frame["online"] = f"{paper.url}{path or story.path}"
        html, text, cut = _fitting(story, paper, photo_url, frame)
    page = frame["online"] if path else ""
    return enveloped(newsletter, story.headline, frame, html, text, cut=cut, page=page)


def enveloped(
    newsletter: NewsletterFacts,
    subject: str,
    frame: Mapping[str, Any],
    html: str,
    text: str,
    *,
    cut: bool = False,
    page: str = "",
) -> Letter:
    """What was written, as a letter of this newsletter. `frame`: what it was written with."""
    return Letter(
        subject=shortened(subject, LONGEST_SUBJECT),
        preheader=frame["preheader"],
        html=html,
        text=text,
        mark=frame["mark"],
        from_name=newsletter.from_name,
        from_address=newsletter.from_address,
        list_id=f"<{newsletter.slug}.{newsletter.domain}>",
        language=newsletter.language,
        cut=cut,
        page=page,
    )


def in_type(letter: Letter, date: datetime) -> ByteTemplate:
    """The letter encoded once for all readers, with the headers of one-click unsubscribing.

    RFC 8058. Raises ValueError where the sender or the address of the paper fit no header.
    """
    sender = Sender(letter.from_name, letter.from_address)
    return ByteTemplate(
        sender=sender,
        subject=letter.subject,
        date=date,
        text=letter.text,
        html=letter.html,
        marks={letter.mark: UNSUBSCRIBE, letter.preferences_mark: PREFERENCES},
        more=(
            ("List-Id", letter.list_id),
            ("List-Unsubscribe", f"<{letter.mark}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ),
        signer=Signer.for_domain(sender.domain),
    )


def personal(letter: Letter, to: Recipient) -> Mail:
    """The letter for one reader."""
    links = {UNSUBSCRIBE: to.unsubscribe_url, PREFERENCES: to.preferences_url}
    return in_type(letter, to.date).mail(to.email, to.message_id, links)


def imprint(paper: Paper, newsletter: NewsletterFacts) -> dict[str, str]:
    """Whose letter it is: what stands in the head and the foot of each."""
    return {
        "language": newsletter.language,
        "paper": paper.name,
        "paper_url": f"{paper.url}/",
        "notice": paper.notice,
        "newsletter": newsletter.name,
    }


def marks_for(*facts: object) -> dict[str, str]:
    """What stands for each reader's own addresses until they are known.

    No story holds the digest of its own words, so nothing written can be taken for it.
    """
    mark = f"https://unsubscribe.invalid/{digest_of([repr(fact) for fact in facts])[:32]}"
    return {"mark": mark, "preferences": _preferences_mark(mark)}


def _preferences_mark(mark: str) -> str:
    return mark.replace("unsubscribe", "preferences", 1)


def inlined(source: str) -> str:
    """HTML as mail programs show it: without blanks at line ends, its styles on each element."""
    return INLINER.inline(re.sub(r"\n\s*", "\n", source))


def _frame(
    story: PublishedStory,
    paper: Paper,
    newsletter: NewsletterFacts,
    spoken: SpokenStory | None,
    photo_url: PhotoUrl,
) -> dict[str, Any]:
    """Everything around the body."""
    standfirst = one_line(story.standfirst)
    page = f"{paper.url}{story.path}"
    return {
        **marks_for(story, newsletter),
        "story_language": story.language,
        **imprint(paper, newsletter),
        "label": label(story),
        "page": page,
        "headline": one_line(story.headline),
        "standfirst": standfirst,
        "preheader": shortened(standfirst or pieces.first_words(story.body), LONGEST_PREHEADER),
        "byline": pieces.byline(story.bylines),
        "date": day_and_time(story.published, paper.time_zone),
        "reading": reading_time(story),
        "listen": listening_time(spoken.seconds) if spoken else "",
        "listen_url": f"{page}#listen" if spoken else "",
        "lead_html": pieces.photo_html(story.lead_photo, photo_url) if story.lead_photo else "",
        "lead_text": pieces.photo_text(story.lead_photo) if story.lead_photo else "",
    }


def _fitting(
    story: PublishedStory, paper: Paper, photo_url: PhotoUrl, frame: dict[str, Any]
) -> tuple[str, str, bool]:
    """HTML and text with as many blocks as mail clients show; whether that is less than all."""
    html = [pieces.block_html(block, paper.url, photo_url) for block in story.body]
    text = [pieces.block_text(block, paper.url) for block in story.body]
    end = pieces.corrections(story.corrections, paper.time_zone, day)

    def written(count: int) -> str:
        whole = count == len(html)
        body = "".join(html[:count]) + (pieces.corrections_html(end) if whole else "")
        facts = {**frame, "body": body, "cut": not whole}
        return inlined(render_to_string("newsletter/letter.html", facts))

    count = len(html)
    found = written(count)
    if len(found.encode()) > LONGEST_HTML:
        low, high = 0, count  # `low` blocks fit, `high` do not
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _fits(written(middle)) else (low, middle)
        count, found = low, written(low)
    whole = count == len(html)
    body_text = "\n\n".join(t for t in [*text[:count], *(end if whole else ())] if t)
    plain = render_to_string(
        "newsletter/letter.txt", {**frame, "body": body_text, "cut": not whole}
    )
    return found, tidy(plain), not whole


def _fits(html: str) -> bool:
    return len(html.encode()) <= LONGEST_HTML
