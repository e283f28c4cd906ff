"""Lines that stand below a photo: what is on it, and who made it."""

import re
from dataclasses import dataclass

from courant.importers.plaintext.names import is_name, is_newsroom, is_person

AGENCIES = (
    r"(?:Getty(?: Images)?|AFP|AP(?: Photo)?|Associated Press|Reuters|EPA(?:-EFE)?|EFE|ANSA|dpa|PA"
    r"(?: Media| Wire| Images)?|Shutterstock|iStock|Alamy(?: Stock Photo)?|Unsplash|Pexels|"
    r"Anadolu(?: Agency)?|NurPhoto|Zuma(?: Press)?|Bloomberg|Magnum(?: Photos)?|Depositphotos|"
    r"picture[ -]alliance|imago(?: images)?|Wikimedia(?: Commons)?|Ukrinform|"
    r"УНІАН|Укрінформ|РБК-Україна|Суспільне)"
)
LABEL = (
    r"(?:file |handout |archive )?(?:photo(?:graph|graphs|s|graphy)?|image|picture|credit|"
    r"illustration|фото|світлин[аи]|знімок|ілюстрація|зображення)"
    r"(?: credits?| source| courtesy)?"
)
NAME = r"[^\W\d_][\w.’'ʼ\-]*(?: (?:[^\W\d_][\w.’'ʼ\-]*)){0,4}"
PAIR = rf"(?P<left>{NAME}) ?/ ?(?P<right>{NAME}(?: ?/ ?{NAME})?)(?P<via>,? via [^.]{{2,60}})?"

BY_LABEL = re.compile(rf"{LABEL}(?: by|:| courtesy of|, )\s*(?P<credit>\S.*)", re.I)
IN_BRACKETS = re.compile(r"(?P<caption>.*?)\s*[(\[](?P<inner>[^()\[\]]{2,140})[)\]]\.?$")
AFTER_TEXT = re.compile(
    rf"(?P<caption>.+?[.!?»”\"')]|.+?(?= [|—–/] ))(?: [|—–/])?\s+{LABEL}"
    r"(?: by|:| courtesy of|\.{3}|…)"
    r"\s*(?P<credit>[^:]{2,100})$",
    re.I,
)
PAIR_AFTER_TEXT = re.compile(rf"(?P<caption>.+[.!?»”])\s+(?P<credit>{PAIR})\.?$")
VIA = re.compile(rf"[^.!?]{{2,60}},? via {AGENCIES}(?:/[\w ]+)?\.?$")
PHOTO_COLON = re.compile(r"(?:file )?(?:photo(?:graph)?|picture|фото|світлина)s?:", re.I)
SIGN = re.compile(r"©\s*(?P<credit>[^\d]{2,80})$")
CAPTION_LABEL = re.compile(r"(?:image |photo )?(?:caption|підпис(?: до фото)?)[:,]\s*(\S.*)$", re.I)
INNER_LABEL = re.compile(
    rf"(?:{LABEL}(?: by|:| courtesy of)|(?:(?-i:[A-Z]{{2,8}}) )?{LABEL}/|courtesy of|{AGENCIES}/)",
    re.I,
)
FOR_A_PAPER = re.compile(r"(?P<who>.+?) for (?:the |an? |our |this )?(?P<paper>[\w’' ]{2,40})")
FILE_PHOTO = re.compile(r"/ ?(?:file|archive|handout|pool)(?: photo| image| picture)?$", re.I)
LOOSE_WORDS = {"via", "by", "for", "of", "courtesy", "the", "and", "from", "de", "van", "von"}


@dataclass(frozen=True)
class Caption:
    text: str
    credit: str


def caption(line: str) -> Caption | None:
    """Caption and credit of a line that is nothing else; either may be empty."""
    if len(line) > 700 or len(line) < 2:
        return None
    for read in (_labelled_caption, _bracketed, _labelled, _trailing, _bare):
        if found := read(line):
            return found
    return None


def _labelled_caption(line: str) -> Caption | None:
    found = CAPTION_LABEL.match(line)
    if not found:
        return None
    return _bracketed(found[1]) or _trailing(found[1]) or Caption(found[1], "")


def _bracketed(line: str) -> Caption | None:
    found = IN_BRACKETS.match(line)
    if not found:
        return None
    inner = found["inner"].strip()
    if labelled := BY_LABEL.fullmatch(inner):
        return Caption(found["caption"], labelled["credit"])
    is_credit = (
        INNER_LABEL.match(inner)
        or _is_pair(inner)
        or VIA.match(inner)
        or ((paper := FOR_A_PAPER.fullmatch(inner)) and is_newsroom(paper["paper"]))
        or re.fullmatch(r"(?:file|archive|handout) (?:photo|image)|архівне фото", inner, re.I)
    )
    return Caption(found["caption"], inner) if is_credit and len(inner.split()) <= 16 else None


def agency(line: str) -> Caption | None:
    """ "Reuters" alone: a credit where a caption stands beside it, and there only."""
    return Caption("", line) if re.fullmatch(AGENCIES, line) else None


def is_labelled(line: str) -> bool:
    """True for a line that says of itself that it is about a photo."""
    return bool(PHOTO_COLON.match(line) or CAPTION_LABEL.match(line))


def _labelled(line: str) -> Caption | None:
    found = BY_LABEL.fullmatch(line)
    if not found:
        return None
    rest = found["credit"]
    if inside := _trailing(rest):
        return inside
    if _is_credit(rest):
        return Caption("", rest.rstrip("."))
    if line[found.start("credit") - 2] == ":" and not line.lower().startswith("credit"):
        return Caption(rest, "")
    return None


def _trailing(line: str) -> Caption | None:
    if (found := AFTER_TEXT.match(line)) and _is_credit(found["credit"]):
        return Caption(found["caption"].rstrip(), found["credit"].rstrip("."))
    if (found := PAIR_AFTER_TEXT.match(line)) and _is_pair(found["credit"]):
        return Caption(found["caption"], found["credit"])
    return None


def _bare(line: str) -> Caption | None:
    """A line that is a credit alone, without a label: "Jane Roe/AFP via Getty Images"."""
    if (found := SIGN.match(line)) and (_is_pair(found["credit"]) or "," in found["credit"]):
        return Caption("", found["credit"]) if _is_credit(found["credit"]) else None
    is_credit = _is_pair(line) or (VIA.match(line) and _is_credit(line))
    return Caption("", line) if is_credit or re.fullmatch(PICTURES_ONLY, line) else None


PICTURES_ONLY = (
    r"(?:Getty Images|Shutterstock|iStock|Alamy(?: Stock Photo)?|Unsplash|Pexels|AP Photo)"
)


def _is_pair(text: str) -> bool:
    """True for "Jane Roe/AFP": a full name or a known agency beside the slash, not "
    ""Windows/Linux"."""
    found = re.fullmatch(PAIR, text.rstrip("."))
    if not found or not is_name(found["left"].strip()):
        return False
    if not found["right"][0].isupper() and not re.match(AGENCIES, found["right"]):
        return False
    known = re.search(AGENCIES, found["right"]) or re.fullmatch(AGENCIES, found["left"])
    known = known or FILE_PHOTO.search(found["right"])
    return bool(found["via"] or known or (len(found["left"].split()) > 1 and "/" in text))


def _is_credit(text: str) -> bool:
    """Names, agencies and the small words between them; Ukrainian desks also write
    "з відкритих джерел" without a capital."""
    words = text.rstrip(".").split()
    if _is_pair(text) or ((found := FOR_A_PAPER.fullmatch(text)) and is_person(found["who"])):
        return True
    if len(words) > 12 or re.search(r"[.!?] +[A-ZА-ЯІЇЄҐ]\w{3}", text):
        return False
    if re.match(r"[а-яіїєґ]", text):
        return len(words) <= 6
    return all(w[0].isupper() or not w[0].isalpha() or w in LOOSE_WORDS for w in words) or (
        bool(re.match(r"[А-ЯІЇЄҐ]", text)) and len(words) <= 6
    )
