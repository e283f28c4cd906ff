"""Addresses, handles, hashtags, telephones, emoji, brackets and other signs."""

import re
import unicodedata

from courant.narration.reading.english.numbers import amount, cardinal, digits, ordinal, year
from courant.narration.reading.english.rules import (
    DASH,
    MAGNITUDE,
    NUMBER,
    Rule,
    magnitude,
    rule,
)

ENDINGS = "com|org|net|gov|edu|int|info|news|media|io|eu|uk|ua|us|de|fr|pl|ie|ca|au|example|tv|me"
# As long as names in the net may be (RFC 1035, RFC 5321). Without limits, or with spaces looked at
# from each of them, a text of mere points or spaces costs the square of its length.
HOST = rf"(?:[\w-]{{1,63}}\.){{1,8}}(?:{ENDINGS})\b"
MAIL = r"\b([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})\b"
SPACES = r"(?<!\s)\s*+"
SPELLED_ENDINGS = frozenset(
    ["io", "eu", "uk", "ua", "us", "de", "fr", "pl", "ie", "ca", "au", "tv"]
)
FRACTIONS = {
    "½": "one half",
    "⅓": "one third",
    "⅔": "two thirds",
    "¼": "one quarter",
    "¾": "three quarters",
    "⅛": "one eighth",
    "⅜": "three eighths",
    "⅝": "five eighths",
    "⅞": "seven eighths",
    "⅕": "one fifth",
}
BET_BEFORE = re.compile(r"\b(?:odds|backed|priced|bet\w*|quoted?)\b[^.!?]*$", re.IGNORECASE)
BET_AFTER = re.compile(r"\s(?:joint\s)?(?:favourites?|favorites?|on|against|shots?|outsiders?)\b")
PICTURE = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001faff☀-➿]"
    "[\U0001f3fb-\U0001f3ff\ufe0f]*(?:\u200d[\U0001f300-\U0001faff☀-➿]\ufe0f?)*)"
)


def _address(match: re.Match[str]) -> str:
    text = re.sub(r"^(?:https?://)?(?:www\.)?", "", match.group())
    stop = text[len(text.rstrip("./,;:!?")) :].lstrip("/")
    host, _, path = text.rstrip("./,;:!?").partition("/")
    said = " dot ".join(_host_word(part) for part in host.split("."))
    if path:
        pieces = [piece for piece in re.split(r"/", path) if piece]
        said += "".join(f" slash {_path_words(piece)}" for piece in pieces)
    return said + stop


def _host_word(part: str) -> str:
    return " ".join(part) if part in SPELLED_ENDINGS else re.sub(r"-", " dash ", part)


def _path_words(piece: str) -> str:
    words = re.sub(r"[-_]", " ", piece)
    return re.sub(r"[?#&=.+%]", lambda m: SIGN_WORDS.get(m.group(), " "), words)


SIGN_WORDS = {"?": " question mark ", "#": " hash ", "&": " and ", "=": " equals ", ".": " dot "}


def _mail(match: re.Match[str]) -> str:
    local = re.sub(r"\.", " dot ", match[1])
    local = re.sub(r"_", " underscore ", re.sub(r"-", " dash ", local))
    host = " dot ".join(_host_word(part) for part in match[2].split("."))
    return f"{local} at {host}"


def _words_of(name: str) -> str:
    """HarbourVote2026: "Harbour Vote 2026"."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+", name)
    return " ".join(parts) or name


def _telephone(match: re.Match[str]) -> str:
    text = match.group()
    groups = re.findall(r"\d+", text)
    lead = "plus " if text.lstrip("(").startswith("+") else ""
    return lead + ", ".join(digits(group) for group in groups)


def _picture(match: re.Match[str]) -> str:
    first = match.group()[0]
    if "\U0001f1e6" <= first <= "\U0001f1ff":
        letters = [chr(ord(c) - 0x1F1E6 + ord("A")) for c in match.group()[:2]]
        return f" flag {' '.join(letters)} "
    name = unicodedata.name(first, "").lower()
    return f" {name} emoji " if name else " "


def _fraction(match: re.Match[str]) -> str:
    whole = f"{cardinal(int(match[1]))} and " if match[1] else ""
    said = FRACTIONS[match[2]]
    return whole + (said.replace("one ", "a ", 1) if whole and said.startswith("one ") else said)


def _slash(match: re.Match[str]) -> str:
    above, below = int(match["above"]), int(match["below"])
    if (above, below) == (9, 11):
        return "nine eleven"
    if (above, below) == (24, 7):
        return "twenty-four seven"
    if _are_odds(match, above, below):
        return f"{cardinal(above)} to {cardinal(below)}"
    whole = f"{cardinal(int(match['whole']))} and " if match["whole"] else ""
    if below not in range(2, 101) or above >= below:
        return f"{whole}{cardinal(above)} over {cardinal(below)}"
    name = {2: "half", 4: "quarter"}.get(below, ordinal(below))
    one = "a" if whole else "one"
    if above == 1:
        return f"{whole}{one} {name.removeprefix('one ')}"
    return f"{whole}{cardinal(above)} {'halves' if below == 2 else f'{name}s'}"


def _are_odds(match: re.Match[str], above: int, below: int) -> bool:
    """100/1 is nothing else; 7/2 where a bet is spoken of."""
    if match["whole"] or above <= below:
        return False
    before, after = match.string[: match.start()][-60:], match.string[match.end() :][:20]
    return below == 1 or bool(BET_BEFORE.search(before) or BET_AFTER.match(after))


def _brackets(match: re.Match[str]) -> str:
    inside = match[1].strip()
    if match.group() == match.string.strip():
        return inside
    return f", {inside.rstrip('.,;')}," if inside else " "


SIGNS_FIRST: tuple[Rule, ...] = (
    rule(MAIL, _mail),
    rule(rf"\b(?:https?://|www\.)[^\s<>\"”’)\]]+|\b{HOST}(?:/[^\s<>\"”’)\]]*)?", _address),
    rule(r"(?<!\w)@(\w+)", lambda m: f"at {_words_of(m[1])}"),
    rule(r"(?<!\w)#(\d+)\b", lambda m: f"number {cardinal(int(m[1]))}"),
    rule(r"(?<!\w)#([^\W\d_]\w+)", lambda m: f"hashtag {_words_of(m[1])}"),
    rule(
        r"(?<![\w.])(?:\+\d{1,3}[\s-]?(?:\(?\d{1,5}\)?[\s-]?){1,4}\d{2,5}|\(\d{3,5}\)\s?\d{3,4}[\s-]\d{3,4}"
        r"|0\d{2,4}[\s-]\d{3,4}(?:[\s-]\d{3,4})?|\d{3}-\d{3}-\d{4})(?!\d)",
        _telephone,
    ),
    rule(r"(?<![\w-])\d+(?:-\d+){3,}(?![\w-])", _telephone),
    rule(r"(?<![\w-])\d{3}-0\d{3}(?![\w-])", _telephone),
    rule(
        r"\b((?:[Cc]all|[Pp]hone|[Rr]ing|[Dd]ial|[Tt]ext)(?:\son)?\s)(\d{3}-\d{4})(?![\w-])",
        lambda m: m[1] + ", ".join(map(digits, m[2].split("-"))),
    ),
    rule(
        r"(?<![\w-])\d(?:-\d){2}(?![\w-])",
        lambda m: " ".join(cardinal(int(d)) for d in m.group().split("-")),
    ),
    rule(r"(?<=\w)-a-(?=\w)", lambda m: " a "),
)
REST: tuple[Rule, ...] = (
    rule(r"\bv\.?(?=\d)", lambda m: "version "),
    rule(r"(?:(?<![\w.])(\d+)\s?)?([½⅓⅔¼¾⅛⅜⅝⅞⅕])", _fraction),
    rule(
        r"(?<![\w/.,])(?:(?P<whole>\d+)\s)?(?P<above>\d{1,3})/(?P<below>\d{1,3})(?![\w/])",
        _slash,
    ),
    rule(
        r"\b(\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)\b",
        lambda m: ordinal(int(m[1].replace(",", ""))),
    ),
    rule(rf"(?<![\w.,])({NUMBER})({MAGNITUDE})", lambda m: f"{amount(m[1])}{magnitude(m[2])}"),
    rule(rf"(?<![\w.,])({NUMBER}){DASH}(?={NUMBER})", lambda m: f"{amount(m[1])} to "),
    rule(r"(?<![\w.,:])(1[1-9]\d\d|20\d\d)(?![\w,]*\d|\.\d|%)", lambda m: year(int(m[1]))),
    rule(
        r"\b\d+(?:\.\d+){2,}\b",
        lambda m: " point ".join(cardinal(int(part)) for part in m.group().split(".")),
    ),
    rule(r"(?<=\d)\s?[x×]\s?(?=\d)", lambda m: " by "),
    rule(r"(?<=[\w)])²", lambda m: " squared"),
    rule(r"(?<=[\w)])³", lambda m: " cubed"),
    rule(r"(?<=\d):(?=\d)", lambda m: " "),  # of a race: 1:02:33
    rule(r"(?<=\w)\s?\+(?=\s|$)", lambda m: " plus"),
    rule(rf"(?<![\w.])[-−](?=(?:{NUMBER}))", lambda m: "minus "),
    rule(rf"(?<!\w)[~≈]\s?(?={NUMBER})", lambda m: "about "),
    rule(r"±\s?", lambda m: "plus or minus "),
    rule(r"§§?\s?", lambda m: "section "),
    rule(r"№\s?", lambda m: "number "),
    rule(rf"{SPACES}&\s*", lambda m: " and "),
    rule(r"\band/or\b", lambda m: "and or"),
    rule(r"(?<=[^\W\d])/(?=\w)|(?<=\w)/(?=[^\W\d])", lambda m: " or "),
    rule(r"(?<=\S)\s+=\s+(?=\S)", lambda m: " equals "),
    rule(r"[©®™]", lambda m: ""),
    rule(PICTURE.pattern, _picture),
    rule(rf"{SPACES}\(([^()]*)\)", _brackets),
    rule(r"(?<![\d.,])0\d{2,}\b", lambda m: digits(m.group())),
    rule(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", lambda m: " "),
    rule(NUMBER, lambda m: amount(m.group())),
    rule(r"\d", lambda m: f" {digits(m.group())} "),  # in the midst of letters
    rule(r"(?<!\s)\s++([,.;:!?])", lambda m: m[1]),
    rule(r",\s*([,.;:!?])", lambda m: m[1]),
    rule(r"^\s*,\s*|,\s*$", lambda m: ""),
)
