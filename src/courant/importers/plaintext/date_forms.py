"""The forms in which news writes days and hours; nothing outside this table is a date."""

import re

from courant.importers.plaintext.zones import ZONE

_english = """jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? \
sep(?:t(?:ember)?)? oct(?:ober)? nov(?:ember)? dec(?:ember)?"""
_ukrainian = """січ(?:ня|ень)? лют(?:ого|ий)? бер(?:езня|езень)? кві(?:тня|тень)? трав(?:ня|ень)? \
чер(?:вня|вень)? лип(?:ня|ень)? сер(?:пня|пень)? вер(?:есня|есень)? жов(?:тня|тень)? \
лис(?:топада?)? гру(?:дня|день)?"""
MONTHS = [f"(?:{en}|{uk})" for en, uk in zip(_english.split(), _ukrainian.split(), strict=True)]
MONTH = rf"(?P<month>{'|'.join(MONTHS)})(?!\w)\.?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\w:])"
YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)(?:\s*(?:року|р\.?)(?!\w))?"
WEEKDAY = (
    r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?|понеділ\w+|вівтор\w+|серед[аиу]|"
    r"четвер\w*|п['’ʼ]ятниц\w+|субот\w+|неділ\w+|пн|вт|ср|чт|пт|сб|нд"
)

# (kind of token, its form); the first that fits at a place is taken.
FORMS: tuple[tuple[str, str], ...] = (
    ("updated", r"(?:last |latest )?(?:updated|modified|revised|update)(?: on| at)?(?!\w)|"
     r"(?:останнє )?(?:оновлен\w|змінено|оновлення)(?!\w)(?: о)?"),
    ("published", r"(?:first |originally )?(?:published|posted|created|issued|released)"
     r"(?: on| at)?(?!\w)|(?:publication |release )?date(?:line)?(?=:)|"
     r"(?:дата(?: публікації)?)(?=:)"
     r"|(?:опубліковано|додано|створено|публікація)(?!\w)"),
    ("relative", r"(?:(?:an?|\d+|(?:a )?few) ?(?:s|sec|m|min|h|hr|d|w|second|minute|hour|day|week|"
     r"month|year)s?\.? ago|just now|yesterday|today|(?:\d+ ?)?(?:хв\.?|хвилин\w*|годин\w*|год\.?|"
     r"дн\w+|дні|день|тиж\w+|місяц\w+) тому|вчора|учора|сьогодні|щойно)(?!\w)"),
    ("date", r"(?P<year>\d{4})-(?P<day2>\d{2})-(?P<day>\d{2})(?:T(?=\d\d:)|(?!\d))"),
    ("date", r"(?P<year>\d{4})/(?P<day2>\d{1,2})/(?P<day>\d{1,2})(?!\d)"),
    ("date", rf"{MONTH}\s*{DAY},?\s+{YEAR}"),
    ("date", rf"{DAY}\.?(?: of)?[\s\-]*{MONTH},?[\s\-]*{YEAR}"),
    ("date", r"(?P<day>\d{1,2})\.(?P<day2>\d{1,2})\.(?P<year>\d{4}|\d{2})(?!\d)"),
    ("slashes", r"(?P<day>\d{1,2})(?P<s>[/\-])(?P<day2>\d{1,2})(?P=s)(?P<year>\d{4})(?!\d)"),
    ("partial", rf"{MONTH}\s*{DAY}"),
    ("partial", rf"{DAY}\.?\s*{MONTH}"),
    ("weekday", rf"(?:{WEEKDAY})(?!\w)\.?"),
    ("time", r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?\s?m)(?!\w)\.?"),
    ("time", r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?(?![\d:])"),
    ("time", r"(?P<hour>\d{1,2})\.(?P<minute>\d{2})(?![\d.])"),
    ("time", r"(?P<hour>\d{2})(?P<minute>\d{2})(?=\s*(?:GMT|UTC|Z|BST|CET)\b)"),
    ("time", r"(?P<noon>noon|midday|опівдні)(?!\w)"),
    ("zone", rf"\(?(?P<zone>{ZONE.pattern})\)?"),
    ("word", r"(?:at|on|о|об|в|у|from|as of|time|hrs|год)(?!\w)\.?"),
    ("space", r"[\s,;:|•·/\-–—()]+"),
)  # fmt: skip
TOKENS = [(kind, re.compile(form, re.I)) for kind, form in FORMS]
WORTH_A_LOOK = re.compile(
    r"\d|ago|just now|today|yesterday|вчора|сьогодні|щойно|тому|updated|published|posted|"
    r"оновлен|опубліков|дата|date", re.I
)  # fmt: skip
