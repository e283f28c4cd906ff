"""Lines of a page that are not its story: recognised as whole lines, or not at all."""

import re
from functools import lru_cache

from courant.importers.plaintext.appeals import APPEALS
from courant.importers.plaintext.prompts import EXACT, NETWORK, SHARE

# Buttons whose words are also ordinary words: they count only beside other prompts.
BUTTON = re.compile(
    rf"(?:{NETWORK}|e-?mail|link|print|save|comments?|more|sms|copy|gift|tweet|post|bookmark|"
    r"likes?|restacks?|ready for more\?|"
    r"send|follow|play|pause|audio|listen|submit|ok|done|\d+(?:[.,]\d+)?k?|"
    r"\d+ ?min(?:ute)?s?|\d+ ?хв|email us|copied!?|"
    r"пошта|друк|друкувати|роздрукувати|зберегти|надіслати|коментувати|копіювати|імейл)",
    re.I,
)
REPORTED = re.compile(
    r"\b(?:said|says|told|tells|asked|wrote|writes|according|added|replied|announced|"
    r"каже|кажуть|(?:сказа|заяви|розпові|написа|дода|повідоми)(?:в|ла|ло|ли|ють|є))\b",
    re.I,
)
# An author who greets the reader and says who writes: no story does, whatever "I wrote" follows.
AUTHORS_NOTE = re.compile(
    r"(?:thank(?:s| you) for reading\b[^.!]{0,40}[.!] )?"
    r"(?:hi|hello|hey|dear readers?)\b.{0,30}?\b(?:this is|it's|i'm|i am|my name is|we're|"
    r"we are)\b.*",
    re.I,
)
TALKS_TO_READER = re.compile(
    r"\b(?:our|us|we|your|here|free|now|today|newsletters?|наш\w*|нас|нам|ваш\w*|вам|нашої|ви|ctrl)\b",
    re.I,
)
EDGES = " \t*_→›»>▶►•·|#[]👉📩📧🔔▼↓✉️"
LONGEST_APPEAL = 70  # words; pages speak briefly

_exact = [(reason, re.compile("|".join(forms), re.I)) for reason, forms in EXACT]
_appeals = [(reason, re.compile("|".join(forms), re.I)) for reason, forms in APPEALS]
_pieces = re.compile(r"\s*[|•·,/]\s*|\s+")


@lru_cache(maxsize=4096)
def is_exactly(text: str) -> str:
    """The reason to drop a line that is a label of a page and nothing else, or ""."""
    bare = _bare(text).rstrip(".:!…").strip()
    if not bare or len(bare) > 320:
        return ""
    for reason, form in _exact:
        if form.fullmatch(bare):
            return reason
    return SHARE if _is_row_of_buttons(bare) else ""


@lru_cache(maxsize=4096)
def reason_to_drop(text: str) -> str:
    """The reason to drop a line of a page's furniture, or "" for all that may be story."""
    if reason := is_exactly(text):
        return reason
    bare = _bare(text)
    words = len(bare.split())
    reports = REPORTED.search(bare) and not AUTHORS_NOTE.match(bare)
    if words > LONGEST_APPEAL or reports or not bare[:1].isalnum():
        return ""
    for reason, form in _appeals:
        if form.fullmatch(bare) and (words <= 9 or ":" in bare or TALKS_TO_READER.search(bare)):
            return reason
    return ""


def is_button(text: str) -> bool:
    return bool(BUTTON.fullmatch(_bare(text).rstrip(".:!∙")))


def _bare(text: str) -> str:
    return text.strip(EDGES).replace("’", "'").replace("ʼ", "'").strip()


def _is_row_of_buttons(text: str) -> bool:
    """True for "Facebook X WhatsApp" or "Share: Facebook, Copy link"."""
    rest = re.sub(r"^(?:share|поділитис[яь])(?: on| у| в)?:?\s*|copy link", "", text, flags=re.I)
    parts = [p for p in _pieces.split(rest) if p and p != "(Twitter)"]
    named = [p for p in parts if re.fullmatch(NETWORK, p, re.I)]
    return len(parts) >= 2 and bool(named) and all(BUTTON.fullmatch(p) for p in parts)
