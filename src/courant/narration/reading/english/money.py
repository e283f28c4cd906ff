"""Money, percent and measures."""

import re

from courant.narration.reading.english.numbers import amount, cardinal, is_one
from courant.narration.reading.english.rules import DASH, MAGNITUDE, NUMBER, Rule, magnitude, rule

# Singular, plural, and the hundredth part of it.
CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""),
    "₴": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₽": ("rouble", "roubles", "kopeck", "kopecks"),
    "zł": ("zloty", "zlotys", "grosz", "groszy"),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
}
COUNTRIES = {
    "US": "US ",
    "A": "Australian ",
    "AU": "Australian ",
    "C": "Canadian ",
    "CA": "Canadian ",
    "NZ": "New Zealand ",
    "HK": "Hong Kong ",
    "S": "Singapore ",
}
CODES = {"USD": "$", "GBP": "£", "EUR": "€", "JPY": "¥", "UAH": "₴", "PLN": "zł", "CHF": "CHF"}
SIGN = r"(?P<land>\b(?:US|AU|CA|NZ|HK|A|C|S))?(?P<sign>[$£€¥₴₹₽])"
CODE = rf"\b(?P<sign>{'|'.join(CODES)})\s?"

# Behind "a" a sum stands for a quality: a five million dollar deal.
QUALITY = re.compile(r"\b(?:[Aa]n?|[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)\s(?:[a-z]+\s)?$")
NOUN = re.compile(
    r"[\s-](?!of\b|in\b|to\b|for\b|from\b|and\b|or\b|a\b|an\b|the\b|per\b|by\b)[a-z]{3}"
)

UNITS = {
    "km/h": ("kilometre an hour", "kilometres an hour"),
    "kph": ("kilometre an hour", "kilometres an hour"),
    "mph": ("mile an hour", "miles an hour"),
    "km²": ("square kilometre", "square kilometres"),
    "km2": ("square kilometre", "square kilometres"),
    "sq km": ("square kilometre", "square kilometres"),
    "sq m": ("square metre", "square metres"),
    "sq ft": ("square foot", "square feet"),
    "m²": ("square metre", "square metres"),
    "m2": ("square metre", "square metres"),
    "m³": ("cubic metre", "cubic metres"),
    "m3": ("cubic metre", "cubic metres"),
    "km": ("kilometre", "kilometres"),
    "cm": ("centimetre", "centimetres"),
    "mm": ("millimetre", "millimetres"),
    "kg": ("kilogram", "kilograms"),
    "mg": ("milligram", "milligrams"),
    "lbs": ("pound", "pounds"),
    "lb": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "ft": ("foot", "feet"),
    "mi": ("mile", "miles"),
    "ha": ("hectare", "hectares"),
    "ml": ("millilitre", "millilitres"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "MWh": ("megawatt hour", "megawatt hours"),
    "GWh": ("gigawatt hour", "gigawatt hours"),
    "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"),
    "GW": ("gigawatt", "gigawatts"),
    "TW": ("terawatt", "terawatts"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "KB": ("kilobyte", "kilobytes"),
    "kB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "Mbps": ("megabit a second", "megabits a second"),
    "hrs": ("hour", "hours"),
    "hr": ("hour", "hours"),
    "mins": ("minute", "minutes"),
    "min": ("minute", "minutes"),
    "s": ("second", "seconds"),
    "secs": ("second", "seconds"),
    "bps": ("basis point", "basis points"),
    "bp": ("basis point", "basis points"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
    "m": ("metre", "metres"),
    "g": ("gram", "grams"),
    "l": ("litre", "litres"),
}
# "m" and "g" alone are metres and grams only behind a space: 5m is five million.
UNIT = "|".join(
    re.escape(u) for u in sorted(UNITS, key=len, reverse=True) if len(u) > 1 or u == "°"
)


def _sum(match: re.Match[str]) -> str:
    one, many, _, _ = _currency(match)
    value, size = match["value"], magnitude(match["size"])
    if not size and (match_ := re.fullmatch(r"([\d,]+)\.(\d\d)", value)) and _has_parts(match):
        return _with_parts(match_, match)
    singular = (is_one(value) and not size) or _is_quality(match)
    return f"{amount(value)}{size} {_land(match)}{one if singular else many}"


def _range(match: re.Match[str]) -> str:
    _, many, _, _ = _currency(match)
    size = magnitude(match["size"])
    first = magnitude(match["first_size"]) if match["first_size"] else ""
    return f"{amount(match['first'])}{first} to {amount(match['value'])}{size} {_land(match)}{many}"


def _with_parts(found: re.Match[str], match: re.Match[str]) -> str:
    one, many, part, parts = _currency(match)
    whole, rest = int(found[1].replace(",", "")), int(found[2])
    said = f"{cardinal(whole)} {_land(match)}{one if whole == 1 else many}"
    cents = f"{cardinal(rest)} {part if rest == 1 else parts}"
    if not rest:
        return said
    return f"{said} and {cents}" if whole else cents


def _has_parts(match: re.Match[str]) -> bool:
    return bool(_currency(match)[2])


def _is_quality(match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()][-40:], match.string[match.end() :][:8]
    return bool(QUALITY.search(before) and NOUN.match(after))


def _currency(match: re.Match[str]) -> tuple[str, str, str, str]:
    sign = match["sign"]
    return CURRENCIES[CODES.get(sign, sign)]


def _land(match: re.Match[str]) -> str:
    return COUNTRIES.get(match.groupdict().get("land") or "", "")


def _percent(match: re.Match[str]) -> str:
    first = f"{_signed(match['first'])} to " if match["first"] else ""
    return f"{first}{_signed(match['value'])} percent"


def _signed(text: str) -> str:
    if text[0] in "+-−":
        return f"{'plus' if text[0] == '+' else 'minus'} {amount(text[1:])}"
    return amount(text)


def _measure(match: re.Match[str]) -> str:
    one, many = UNITS[match["unit"] or match["letter"]]
    first = f"{_signed(match['first'])} to " if match["first"] else ""
    singular = (not first and is_one(match["value"].lstrip("+-−"))) or _is_quality(match)
    return f"{first}{_signed(match['value'])} {one if singular else many}"


def _celsius(match: re.Match[str]) -> str:
    return f"{_signed(match[1])} degrees Celsius"


def _parts(match: re.Match[str]) -> str:
    one, many = {"p": ("penny", "pence"), "c": ("cent", "cents"), "¢": ("cent", "cents")}[match[2]]
    return f"{amount(match[1])} {one if is_one(match[1]) else many}"


SIGNED = rf"(?<![\w.,])[-−+]?(?:{NUMBER})"
SPAN = rf"(?:(?P<first>{SIGNED}){DASH})?(?P<value>{SIGNED})"
MONEY: tuple[Rule, ...] = (
    rule(
        rf"{SIGN}\s?(?P<first>{NUMBER})(?P<first_size>{MAGNITUDE})?(?:{DASH}|\sto\s)[$£€¥₴]?"
        rf"(?P<value>{NUMBER})(?P<size>{MAGNITUDE})?",
        _range,
    ),
    rule(rf"{SIGN}\s?(?P<value>{NUMBER})(?P<size>{MAGNITUDE})?", _sum),
    rule(rf"{CODE}(?P<value>{NUMBER})(?P<size>{MAGNITUDE})?", _sum),
    rule(rf"(?<![\w.,])(?P<value>{NUMBER})(?P<size>{MAGNITUDE})?\s?(?P<sign>[€₴₽]|zł)", _sum),
    rule(r"(?<![\w.,])(\d+(?:\.\d+)?)([pc¢])(?!\w|\.[a-z])", _parts),
)
LENGTHS = "long high tall wide deep away above below apart"
EVENTS = "sprint hurdles race freestyle relay butterfly backstroke wave tower pool dash final"
TRACKS = r"60|[1248]00|1,?500|5,?000|10,?000"
MEASURES: tuple[Rule, ...] = (
    rule(rf"{SPAN}(?P<unit>m)(?=\s(?:{'|'.join(LENGTHS.split())})\b)", _measure),
    rule(
        rf"{SPAN}m(?=\s(?:{'|'.join(EVENTS.split())})\b)", lambda m: f"{amount(m['value'])} metre"
    ),
    rule(
        rf"(?<=\bthe\s)(?P<value>{TRACKS})m(?=\sin\s|\sat\s|\sand\s|[,.;]|$)",
        lambda m: f"{amount(m['value'])} metres",
    ),
    rule(r"(?<![\w.,])(\d+\.\d+)s\b", lambda m: f"{amount(m[1])} seconds"),
    rule(
        r"(?<![\w.,])([1-9])['’′]\s?(1[01]|\d)(?:[\"”″]|(?![\w'’′]))",
        lambda m: f"{amount(m[1])} foot {amount(m[2])}",
    ),
    rule(r"(?<![\w.,])(\d+(?:\.\d+)?)in\b", lambda m: f"{amount(m[1])} inches"),
    rule(rf"{SPAN}\s?(?:%|per\s?cent\b)", _percent),
    rule(rf"{SPAN}(?:[\s-]?(?P<unit>{UNIT})(?![\w²³])|\s(?P<letter>[mgls])(?![\w'’]))", _measure),
    rule(rf"({SIGNED})C\b", _celsius),
)
