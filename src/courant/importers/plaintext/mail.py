"""What an e-mail carries around copy: headers, greeting, quoted mails, signature."""

import re
from dataclasses import replace

from courant.importers.plaintext.lines import Line
from courant.importers.plaintext.sheet import Sheet

HEADER = re.compile(
    r"(subject|from|to|cc|bcc|date|sent|reply-to|message-id|received|return-path|mime-version|"
    r"content-type|x-[\w-]+|user-agent|importance|attachments?|тема|від|від кого|кому|копія|дата|"
    r"надіслано)\s?:\s*(.*)$",
    re.I,
)
SURE = re.compile(r"(?:subject|from|to|sent|тема|від|від кого|кому)\s?:", re.I)
FORWARDED = re.compile(
    r"-{2,}\s*(?:forwarded message|original message|переслане повідомлення|"
    r"початкове повідомлення)\s*-{2,}|begin forwarded message:", re.I
)  # fmt: skip
WROTE = re.compile(r"(?:on|в|у)? ?.{6,120}\b(?:wrote|пише|написа[вл]а?)\s?:$", re.I)
GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|greetings|добрий (?:день|ранок|"
    r"вечір)|"
    r"доброго дня|вітаю|привіт|шановн\w+|колеги)\b[^.?]{0,50}[,!.]?$", re.I
)  # fmt: skip
COVERING = re.compile(
    r"\b(?:i|we|you|your|please|attached|below|here(?:['’]s| is| are)|see|надсила\w+|ось|нижче|"
    r"додаю|прошу|будь ласка|дивіться)\b", re.I
)  # fmt: skip
SIGN_OFF = re.compile(
    r"(?:(?:all the |with )?(?:best|kind|warm)(?: (?:wishes|regards))?|regards|many thanks|thanks|"
    r"thank you|cheers|sincerely|yours(?: \w+)?|з повагою|дякую|щиро|"
    r"усього найкращого)[,.!]?$", re.I
)  # fmt: skip
SENT_FROM = re.compile(r"(?:sent from my|надіслано з) .{1,40}", re.I)
REPLY = re.compile(r"(?:(?:re|fwd?|fw|вх|пер)\s?:\s*)+", re.I)
SUBJECT = re.compile(r"(?:subject|тема)\s?:\s*(.+)$", re.I)
HEADER_REASON = "e-mail header"
SIGNATURE = "e-mail signature"
LONGEST_SIGNATURE = 12  # lines; below a "--" higher up the story goes on


def read_mail(sheet: Sheet) -> None:
    """Take out what belongs to the mail and not to the copy in it."""
    _headers(sheet)
    for line in list(sheet.lines[:40]):
        if FORWARDED.fullmatch(line.text):
            sheet.drop(line, HEADER_REASON)
            sheet.is_mail = True
    _quoted(sheet)
    _signature(sheet)
    if sheet.is_mail:
        _greeting(sheet)


def _headers(sheet: Sheet) -> None:
    for start in range(min(len(sheet.lines), 30)):
        block = _header_block(sheet.lines[start:])
        if len(block) >= 2 and (start == 0 or FORWARDED.fullmatch(sheet.lines[start - 1].text)):
            for line in block:
                if subject := SUBJECT.match(line.text):
                    sheet.subject = replace(line, text=REPLY.sub("", subject[1]))
            sheet.drop_all(block, HEADER_REASON)
            sheet.is_mail = True
            return _headers(sheet)
    first = sheet.lines[0] if sheet.lines else None
    if first and (found := re.match(r"subject\s?:\s*(.+)$", first.text, re.I)):
        sheet.subject = replace(first, text=REPLY.sub("", found[1]))
        sheet.drop(first, HEADER_REASON)
        sheet.is_mail = True


def _header_block(lines: list[Line]) -> list[Line]:
    block: list[Line] = []
    for line in lines:
        sure = SURE.match(line.text) or any(SURE.match(each.text) for each in block)
        if not HEADER.match(line.text) or (block and line.gap and not sure):
            break
        block.append(line)
    return block if any(SURE.match(line.text) for line in block) else []


def _quoted(sheet: Sheet) -> None:
    """Lines after ">" are an earlier mail when the text is a mail; else they are quotes."""
    wrote = [line for line in sheet.lines if WROTE.fullmatch(line.text)]
    quotes = [line for line in sheet.lines if line.mark == "quote"]
    last = quotes[-1].number if quotes else 0
    answered = [line for line in wrote if line.number < last]
    if not quotes or len(quotes) == len(sheet.lines) or not (sheet.is_mail or answered):
        return
    sheet.drop_all(answered + quotes, "quoted from an earlier mail")


def _signature(sheet: Sheet) -> None:
    for i, line in enumerate(sheet.lines):
        signed = sheet.is_mail and i > 1 and SIGN_OFF.fullmatch(line.text)
        if not signed and line.text != "--":
            continue
        below = sheet.lines[i + 1 :]
        if signed and sum(b.words for b in below) > sum(a.words for a in sheet.lines[:i]):
            return _covering_note(sheet, i)
        if i and len(below) <= LONGEST_SIGNATURE and all(b.words <= 25 for b in below):
            return sheet.drop_all((line, *below), SIGNATURE)
    sent_from = [x for x in sheet.lines if sheet.is_mail and SENT_FROM.fullmatch(x.text)]
    sheet.drop_all(sent_from, SIGNATURE)


def _covering_note(sheet: Sheet, end: int) -> None:
    """A signed note above the copy: all of it up to the name below its sign-off."""
    named = sheet.lines[end + 1].words <= 3 and not sheet.lines[end + 1].gap
    sheet.drop_all(sheet.lines[: end + 1 + named], "covering note of the mail")


def _greeting(sheet: Sheet) -> None:
    """A greeting and the covering note below it, which speaks of "I" and "you"."""
    if not sheet.lines or not GREETING.fullmatch(sheet.lines[0].text):
        return
    sheet.drop(sheet.lines[0], "greeting of the mail")
    while len(sheet.lines) > 3:
        line = sheet.lines[0]
        if not line.ends_sentence or line.words > 60 or not COVERING.search(line.text):
            return
        sheet.drop(line, "covering note of the mail")
