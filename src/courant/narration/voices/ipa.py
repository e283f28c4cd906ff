"""Sounds inside a text, as a lexicon puts them there: "Mayor [[wˈɪn]] spoke." """

import re
from collections.abc import Iterator

SOUNDS = re.compile(r"\[\[(.*?)\]\]")


def pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    """Stretches of a text with their places: words, or (True) sounds in IPA."""
    done = 0
    for match in SOUNDS.finditer(text):
        if text[done : match.start()].strip():
            yield done, text[done : match.start()], False
        yield match.start(), match.group(1).strip(), True
        done = match.end()
    if text[done:].strip():
        yield done, text[done:], False


def without_sounds(text: str) -> str:
    """The same text with blanks where sounds are: every place stays."""
    return SOUNDS.sub(lambda match: " " * len(match.group()), text)
