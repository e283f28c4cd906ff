"""A letter of a welcome series as all its readers get it; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import override

from courant.newsletter import pieces
from courant.newsletter.compose import (
    LONGEST_PREHEADER,
    Letter,
    enveloped,
    imprint,
    inlined,
    marks_for,
)
from courant.newsletter.message import one_line
from courant.newsletter.models import NewsletterFacts
from courant.newsletter.wording import shortened, tidy
from courant.stories.paper import Paper
from courant.stories.published import Inline, Run

LINK = re.compile(r"https?://[^\s<>\"“”«»]+")
SENTENCE_ENDS = ".,;:!?…'’"  # after an address they belong to the sentence


@dataclass(frozen=True)
class Words:
    """What an editor wrote."""

    subject: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        return [one_line(part) for part in re.split(r"\n\s*\n", self.text) if part.strip()]


def compose_welcome(words: Words, paper: Paper, newsletter: NewsletterFacts) -> Letter:
    """Write the letter in the newsletter's language, with the ways out that every letter has."""
    paragraphs = [tuple(_runs(each)) for each in words.paragraphs]
    with override(newsletter.language):
        frame = _frame(words, paragraphs, paper, newsletter)
        html = inlined(render_to_string("newsletter/welcome.html", frame))
        text = tidy(render_to_string("newsletter/welcome.txt", frame))
    return enveloped(newsletter, words.subject, frame, html, text)


def _frame(
    words: Words, paragraphs: list[Inline], paper: Paper, newsletter: NewsletterFacts
) -> dict[str, object]:
    return {
        **imprint(paper, newsletter),
        **marks_for(words, newsletter),
        "subject": one_line(words.subject),
        "preheader": shortened(" ".join(words.paragraphs), LONGEST_PREHEADER),
        "paragraphs": pieces.paragraphs_html(paragraphs, paper.url),
        "paragraphs_text": pieces.paragraphs_text(paragraphs, paper.url),
    }


def _runs(paragraph: str) -> Iterator[Run]:
    """Words and addresses; an address leads where it says."""
    place = 0
    for found in LINK.finditer(paragraph):
        address = _without_end(found[0])
        yield Run(paragraph[place : found.start()])
        yield Run(address, href=address)
        place = found.start() + len(address)
    yield Run(paragraph[place:])


def _without_end(address: str) -> str:
    """Without what ends the sentence, or the brackets, that the address stands in."""
    while address and (address[-1] in SENTENCE_ENDS or (address[-1] == ")" and "(" not in address)):
        address = address[:-1]
    return address
