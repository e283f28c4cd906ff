"""Bytes -> text with plain line ends, or a sentence that says why not."""

import re
import unicodedata

from charset_normalizer import from_bytes

from courant.importers.plaintext.model import UnreadableText

LIMIT = 2_000_000  # a long book is 1 MB of text; more is no story

# First bytes of files that people send instead of text, and what each is.
MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "Export its text and import that."),
    (b"{\\rtf", "an RTF document", "Save it as plain text (.txt) and import that."),
    (b"\xd0\xcf\x11\xe0", "an old Word document", "Save it as plain text (.txt) and import that."),
    (b"\x89PNG", "a picture (PNG)", "Import the text, and add the picture at the desk."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Import the text, and add the picture at the desk."),
    (b"GIF8", "a picture (GIF)", "Import the text, and add the picture at the desk."),
    (b"RIFF", "a picture or sound", "Import the text, and add the media at the desk."),
    (b"ID3", "a sound file (MP3)", "Import a transcript of it as text."),
    (b"\x1f\x8b", "a compressed file (gzip)", "Unpack it and import the text inside."),
    (b"II*\x00", "a picture (TIFF)", "Import the text, and add the picture at the desk."),
    (b"MM\x00*", "a picture (TIFF)", "Import the text, and add the picture at the desk."),
)
ZIPPED = (
    (b"word/", "a Word document", "Save it as plain text (.txt) and import that."),
    (b"opendocument", "an OpenDocument file", "Save it as plain text (.txt) and import that."),
    (b"", "a zip archive", "Unpack it and import the text inside."),
)
WIDE_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
OLD_ENCODINGS = ["cp1252", "cp1251", "koi8_u"]

HTML_START = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|\?xml|article|div|p|span)\b", re.I)
HTML_CLOSE = re.compile(r"</(?:p|div|span|a|li|h[1-6]|td|script|style)>", re.I)
MIME = re.compile(
    r"^content-(?:transfer-encoding:\s*(?:base64|quoted-printable)|type:\s*multipart/)", re.I | re.M
)
MOJIBAKE = re.compile("â€[™œ\x9d˜“”¦]|Ã[©¨¼¤¶±]|Ð[°-¿]|Ñ[€‚ƒ„…†‡]")
ZERO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
LINE_END = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
SIGNS = frozenset("“”„‘’‚«»–—…•·©®™°§€£¥½¼¾×\u00a0")
CONTROL = re.compile("[\x01-\x08\x0e-\x1b\x1f\x7f]")


def decode(data: bytes, name: str) -> str:
    """The text of a file. Raises UnreadableText with a sentence for the desk."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n\f"):
        raise UnreadableText(f"{name} is empty. Copy the story into it and import it again.")
    if len(data) > LIMIT:
        size = f"{len(data) / 1_000_000:.1f} MB"
        raise UnreadableText(
            f"{name} is {size}, and copy may have 2 MB at most. Import one story at a time."
        )
    _refuse_other_files(data, name)
    text = clean(_text(data, name))
    _refuse_other_texts(text, name)
    if not text.strip():
        raise UnreadableText(f"{name} is empty. Copy the story into it and import it again.")
    return text


def clean(text: str) -> str:
    """Text with \\n line ends and plain spaces, without characters that have no width."""
    text = ODD_SPACE.sub(" ", ZERO_WIDTH.sub("", LINE_END.sub("\n", text)))
    return unicodedata.normalize("NFC", CONTROL.sub("", text))


def _refuse_other_files(data: bytes, name: str) -> None:
    for start, what, advice in MAGIC:
        if data.startswith(start):
            raise UnreadableText(f"{name} is {what}, not text. {advice}")
    if data.startswith(b"PK\x03\x04"):
        what, advice = next((w, a) for part, w, a in ZIPPED if part in data)
        raise UnreadableText(f"{name} is {what}, not text. {advice}")
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableText(
            f"{name} is a binary file, not text. Save the story as plain text (UTF-8)."
        )


def _refuse_other_texts(text: str, name: str) -> None:
    if HTML_START.match(text) or len(HTML_CLOSE.findall(text)) >= 5:
        raise UnreadableText(
            f"{name} is a web page (HTML), not text. Copy the story's text and import that."
        )
    if MIME.search(text[:20_000]):
        raise UnreadableText(
            f"{name} is a raw e-mail with attachments or encoded text. "
            "Copy the text of the mail and import that."
        )
    if "\ufffd" in text or len(MOJIBAKE.findall(text)) >= 3:
        spoilt = "\ufffd" if "\ufffd" in text else MOJIBAKE.findall(text)[0]
        line = text[: text.index(spoilt)].count("\n") + 1
        raise UnreadableText(
            f"{name} lost characters when it was saved before (first in line {line}: “{spoilt}”). "
            "Save the original again as UTF-8."
        )


def _text(data: bytes, name: str) -> str:
    for mark, encoding in WIDE_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableText(
                    f"{name} is damaged UTF-16. Save it again as UTF-8."
                ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            line = data[: error.start].count(b"\n") + 1
            raise UnreadableText(
                f"{name} is UTF-8 with a damaged character in line {line}. Save it again as UTF-8."
            ) from error
    return _old_text(data, name)


def _mostly_utf8(data: bytes) -> bool:
    """True when whole UTF-8 characters outnumber the broken ones: an old encoding has few."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(ord(c) > 127 for c in text) - broken > broken


def _old_text(data: bytes, name: str) -> str:
    if text := _signs_alone(data):
        return text
    guesses = from_bytes(data, cp_isolation=OLD_ENCODINGS)
    for guess in guesses:
        text = str(guess)
        if _reads_well(text):
            return text
    raise UnreadableText(
        f"{name} has an encoding that could not be told with confidence. Save it as UTF-8."
    )


def _signs_alone(data: bytes) -> str:
    """Windows' quotes and dashes in words of plain letters, which no guess can be made from."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return text if all(c in SIGNS for c in text if not c.isascii()) else ""


def _reads_well(text: str) -> bool:
    """A wrong guess mixes scripts or capitals inside words (KOI8 read as cp1251 swaps capitals)."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    odd = [w for w in words if not w.isascii()]
    if not odd or CONTROL.search(text):
        return False
    bad = sum(_is_swapped(w) or _is_mixed(w) for w in odd)
    return bad * 8 <= len(odd)


def _is_swapped(word: str) -> bool:
    return word[0].islower() and not word[1:].islower()


def _is_mixed(word: str) -> bool:
    return any("Ѐ" <= c <= "ӿ" for c in word) and any(c < "Ѐ" for c in word)
