"""What may be wrong with a letter before it goes, each in one clear sentence; pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from courant.newsletter.compose import LONGEST_HTML, Letter
from courant.newsletter.links import PREFIX

SHOWN = 102_000  # bytes after which Gmail cuts a letter, and hides the link to unsubscribe
SUBJECT = 70  # characters that mail programs show; phones about half of it
SHY = (401, 403, 405, 429)  # what sites also say to whom they take for a program
FORGOTTEN = re.compile(
    r"\{\{.*?\}\}|\{%|%\(\w+\)s|\[\[.*?\]\]|\bTK\b|\bTKTK\b|\bTODO\b|\bXXX+\b|\b[Ll]orem ipsum"
)


@dataclass(frozen=True)
class Remark:
    """One sentence. `wrong`: readers would suffer from it."""

    text: str
    wrong: bool = True


@dataclass(frozen=True)
class Tried:
    """What a link to another site answered; where its `status` is 0, `problem` says why."""

    address: str
    status: int
    problem: str = ""

    @property
    def gone(self) -> bool:
        return not self.status or (self.status >= 400 and self.status not in SHY)

    @property
    def shy(self) -> bool:
        """It is there, and may answer browsers alone."""
        return self.status in SHY


@dataclass
class Seen:
    """What stands in the HTML of a letter."""

    links: list[str] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)  # address, alt text


def remarks_on(
    letter: Letter,
    site: str,
    is_there: Callable[[str], bool],
    tried: Sequence[Tried] | None = None,
) -> list[Remark]:
    """Everything found, what is wrong first. `is_there`: whether readers find a path of ours.

    `tried`: what links to other sites answered; None where nobody has asked.
    """
    seen = _seen(letter.html)
    found = [
        *_subject(letter),
        *_forgotten(letter),
        *_size(letter),
        *_pictures(seen),
        *_own_links(seen, letter, site, is_there),
        *_way_out(letter),
        *(_not_tried(seen, letter, site) if tried is None else _answers(tried)),
    ]
    return sorted(found, key=lambda remark: not remark.wrong)


def _subject(letter: Letter) -> Iterator[Remark]:
    length = len(letter.subject)
    if not length:
        yield Remark("The subject is empty.")
    elif length > SUBJECT:
        yield Remark(
            f"The subject has {length} characters: mail programs show about {SUBJECT}, phones 40."
        )
    else:
        yield Remark(f"The subject has {length} characters.", wrong=False)
    if not letter.preheader:
        yield Remark("There is no preheader: the inbox shows the letter's first words instead.")


def _forgotten(letter: Letter) -> Iterator[Remark]:
    words = "\n".join((letter.subject, letter.preheader, letter.text))
    for word in dict.fromkeys(FORGOTTEN.findall(words)):
        yield Remark(f"“{word}” stands in the letter: something was to be filled in there.")


def _size(letter: Letter) -> Iterator[Remark]:
    size = len(letter.html.encode())
    told = f"The letter has {size:,} bytes; Gmail cuts what is above {SHOWN:,}"
    if letter.cut:
        yield Remark("The story is too long for a letter: it ends with “Read on”.", wrong=False)
    if size > LONGEST_HTML:
        yield Remark(f"{told}, and hides the link to unsubscribe. Take something out.")
    else:
        yield Remark(f"{told}.", wrong=False)


def _pictures(seen: Seen) -> Iterator[Remark]:
    for address, alt in seen.images:
        if not alt.strip():
            yield Remark(f"A photo has no alt text: {address}. Write one where the photo is kept.")


def _own_links(
    seen: Seen, letter: Letter, site: str, is_there: Callable[[str], bool]
) -> Iterator[Remark]:
    paths = {_path(address, site) for address in [*seen.links, *(url for url, _ in seen.images)]}
    paths.discard(_path(letter.page, site))  # it is put there just before the first letter
    own = sorted(path for path in paths if path and not path.startswith(PREFIX))
    missing = [path for path in own if not is_there(path)]
    for path in missing:
        yield Remark(f"{path} leads nowhere: no public page or picture has this address now.")
    if own and not missing:
        yield Remark(f"All {len(own)} of the paper's own addresses in it are there.", wrong=False)


def _path(address: str, site: str) -> str:
    """The path of one of our own addresses; "" for another's."""
    return unquote(urlsplit(address).path) if address.startswith(f"{site}/") else ""


def _way_out(letter: Letter) -> Iterator[Remark]:
    for name, part in (("letter", letter.html), ("plain text", letter.text)):
        if letter.mark not in part:
            yield Remark(f"The {name} has no link to unsubscribe.")


def foreign_links(letter: Letter, site: str) -> list[str]:
    """Links to other sites, in the order of the letter."""
    return _foreign(_seen(letter.html), letter, site)


def _foreign(seen: Seen, letter: Letter, site: str) -> list[str]:
    ours = (f"{site}/", letter.mark, letter.preferences_mark)
    links = dict.fromkeys(seen.links)
    return [a for a in links if a.startswith(("http://", "https://")) and not a.startswith(ours)]


def _not_tried(seen: Seen, letter: Letter, site: str) -> Iterator[Remark]:
    if foreign := {urlsplit(link).netloc for link in _foreign(seen, letter, site)}:
        names = ", ".join(sorted(foreign))
        yield Remark(f"Links to other sites are not tried: {names}.", wrong=False)


def _answers(tried: Sequence[Tried]) -> Iterator[Remark]:
    for one in tried:
        if one.gone:
            yield Remark(f"{one.address}: {one.problem or f'it answers {one.status}.'}")
        elif one.shy:
            told = f"it answers {one.status}, perhaps to programs only. Open it yourself."
            yield Remark(f"{one.address}: {told}", wrong=False)
    good = sum(not (one.gone or one.shy) for one in tried)
    if tried:
        yield Remark(f"{good} of {len(tried)} links to other sites answer.", wrong=False)


def _seen(html: str) -> Seen:
    reader = _Reader()
    reader.feed(html)
    return reader.seen


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "a" and (link := facts.get("href")):
            self.seen.links.append(link)
        elif tag == "img":
            self.seen.images.append((facts.get("src") or "", facts.get("alt") or ""))
