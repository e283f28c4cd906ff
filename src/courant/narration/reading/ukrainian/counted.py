"""Sums and measures: what is counted agrees with its number, and both with the word before them."""

import re

from courant.narration.reading.ukrainian.forms import dative, genitive, instrumental
from courant.narration.reading.ukrainian.numbers import (
    NUMBER,
    SPACE,
    Forms,
    amount,
    cardinal,
    form,
    parts,
)

CURRENCIES: dict[str, tuple[Forms, bool]] = {
    "грн": (("гривня", "гривні", "гривень"), True),
    "₴": (("гривня", "гривні", "гривень"), True),
    "$": (("долар", "долари", "доларів"), False),
    "дол": (("долар", "долари", "доларів"), False),
    "€": (("євро", "євро", "євро"), False),
    "£": (("фунт", "фунти", "фунтів"), False),
    "коп": (("копійка", "копійки", "копійок"), True),
}
UNITS: dict[str, tuple[Forms, bool]] = {
    "%": (("відсоток", "відсотки", "відсотків"), False),
    "км/год": (
        ("кілометр на годину", "кілометри на годину", "кілометрів на годину"),
        False,
    ),
    "кв. км": (("квадратний кілометр", "квадратні кілометри", "квадратних кілометрів"), False),
    "км²": (("квадратний кілометр", "квадратні кілометри", "квадратних кілометрів"), False),
    "кв. м": (("квадратний метр", "квадратні метри", "квадратних метрів"), False),
    "м²": (("квадратний метр", "квадратні метри", "квадратних метрів"), False),
    "куб. м": (("кубічний метр", "кубічні метри", "кубічних метрів"), False),
    "м³": (("кубічний метр", "кубічні метри", "кубічних метрів"), False),
    "м/с": (("метр на секунду", "метри на секунду", "метрів на секунду"), False),
    "км": (("кілометр", "кілометри", "кілометрів"), False),
    "кг": (("кілограм", "кілограми", "кілограмів"), False),
    "см": (("сантиметр", "сантиметри", "сантиметрів"), False),
    "мм": (("міліметр", "міліметри", "міліметрів"), False),
    "м": (("метр", "метри", "метрів"), False),
    "га": (("гектар", "гектари", "гектарів"), False),
    "т": (("тонна", "тонни", "тонн"), True),
    "°C": (("градус Цельсія", "градуси Цельсія", "градусів Цельсія"), False),
    "°": (("градус", "градуси", "градусів"), False),
    "л": (("літр", "літри", "літрів"), False),
    "МВт": (("мегават", "мегавати", "мегават"), False),
    "кВт": (("кіловат", "кіловати", "кіловат"), False),
    "хв": (("хвилина", "хвилини", "хвилин"), True),
    "год": (("година", "години", "годин"), True),
    "тис": (("тисяча", "тисячі", "тисяч"), True),
    "млн": (("мільйон", "мільйони", "мільйонів"), False),
    "млрд": (("мільярд", "мільярди", "мільярдів"), False),
    "трлн": (("трильйон", "трильйони", "трильйонів"), False),
}
STOP = r"(?:\.(?!\s*$))?"  # of a shortening; at the end it is the sentence's too
SIZE = rf"(?P<size>тис|млн|млрд|трлн){STOP}"
UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
SUM = rf"(?P<sign>[$€£₴])(?P<value>{NUMBER})(?:{SPACE}{SIZE})?(?P<behind>)"
SUM_BEHIND = (
    rf"(?<![\d.,])(?P<value>{NUMBER})(?:{SPACE}{SIZE})?{SPACE}"
    rf"(?P<behind>грн|₴|€|\$|дол|коп)(?!\w){STOP}(?P<sign>)"
)
MEASURE = rf"(?<![\w.,])(?P<value>[-−+]?(?:{NUMBER})){SPACE}(?P<unit>{UNIT})(?![\w²³]){STOP}"
# Words that ask for the genitive. "з" does so only where "до" follows: else it means "with".
OF = (
    r"\b(?P<before>(?i:до|від|близько|біля|без|для|після|більше|менше|проти|серед"
    r"|(?:з|із)(?= [\d,.]+ до)|(?<=\d )(?:з|із))) "
    rf"(?P<sign>[$€£₴]?)(?P<value>{NUMBER})(?:{SPACE}{SIZE})?"
    rf"(?:{SPACE}(?P<behind>грн|₴|€|\$|дол|коп|{UNIT})(?![\w²³]){STOP})?(?![\d:–/-])"
)
WORD = r"[\w'’-]+"
# Behind 2, 3 and 4 the genitive plural is of living beings: "врятували 3 жінок".
SOME_LIVING = r"(?<![\w.,])((?:\d*[02-9])?[2-4])(?= \w{2,20}(?:ів|ок|ей)\b)"
IN_MANY = rf"(?<![\w.,])(\d+)(?= (?:{WORD}их ){{0,2}}\w{{2,20}}(?:ах|ях)\b)"
TO_MANY = rf"(?<![\w.,])(\d+)(?= (?:{WORD}им ){{0,2}}\w{{3,20}}(?:ам|ям)\b)"
WITH_MANY = rf"(?<![\w.,])(\d+)(?= (?:{WORD}ими ){{0,2}}\w{{2,20}}(?:ами|ями|ьми)\b)"
ONE_SHE = (
    r"\b((?i:на|за|через|про|у|в)) ((?:[\w']+ ){0,2}?)одна "
    r"(гривня|копійка|тисяча|тонна|година|хвилина)\b"
)
A_THOUSAND_SHE = r"\b((?i:на|за|через|про|понад)) тисяча\b"


def counted(text: str, forms: Forms, *, feminine: bool) -> str:
    whole, part = parts(text)
    if part:  # of a fraction: "три цілих п'ять десятих відсотка"
        return f"{amount(text)} {_of_part(forms)}"
    return f"{amount(text, feminine=feminine)} {form(int(whole), forms)}"


def _of_part(forms: Forms) -> str:
    """The genitive singular behind a fraction."""
    one = forms[0]
    known = {
        "гривня": "гривні",
        "тисяча": "тисячі",
        "відсоток": "відсотка",
        "долар": "долара",
        "євро": "євро",
        "фунт": "фунта",
        "тонна": "тонни",
        "година": "години",
        "хвилина": "хвилини",
        "копійка": "копійки",
    }
    head, _, rest = one.partition(" ")
    if head in ("квадратний", "кубічний"):
        return f"{head[:-2]}ого {_of_part((rest, rest, rest))}"
    said = known.get(head, f"{head}а")
    return f"{said} {rest}".strip()


def money(match: re.Match[str]) -> str:
    sign = match["sign"] or match["behind"]
    forms, she = CURRENCIES[sign]
    if size := match["size"]:
        size_forms, size_she = UNITS[size]
        return f"{counted(match['value'], size_forms, feminine=size_she)} {forms[2]}"
    return counted(match["value"], forms, feminine=she)


def measure(match: re.Match[str]) -> str:
    forms, she = UNITS[match["unit"]]
    value = match["value"].lstrip("-−+")
    sign = {"-": "мінус ", "−": "мінус ", "+": "плюс "}.get(match["value"][0], "")
    return sign + counted(value, forms, feminine=she)


def of_so_many(match: re.Match[str]) -> str:
    """Behind a word that asks for the genitive: "до п'яти кілометрів"."""
    whole, part = parts(match["value"])
    sign = match["sign"] or match["behind"] or ""
    noun, she = CURRENCIES.get(sign) or UNITS.get(sign) or (None, False)
    said = [match["before"]]
    if size := match["size"]:
        sizes, size_she = UNITS[size]
        said += [genitive(amount(match["value"], feminine=size_she))]
        said += [_in_genitive(sizes, whole, part)]
        said += [noun[2]] if noun else []
    else:
        said += [genitive(amount(match["value"], feminine=she))]
        said += [_in_genitive(noun, whole, part)] if noun else []
    return " ".join(said)


def _in_genitive(forms: Forms, whole: str, part: str) -> str:
    one = form(int(whole), ("1", "2", "5")) == "1"
    return _of_part(forms) if part or one else forms[2]


def in_many(match: re.Match[str]) -> str:
    """ "у 5 областях": the locative, which is like the genitive."""
    return genitive(cardinal(int(match[1])))


def to_many(match: re.Match[str]) -> str:
    return dative(cardinal(int(match[1])))


def with_many(match: re.Match[str]) -> str:
    return instrumental(cardinal(int(match[1])))


def a_thousand_she(match: re.Match[str]) -> str:
    return f"{match[1]} тисячу"


def one_she(match: re.Match[str]) -> str:
    """ "на одну гривню": the accusative, which differs for the feminine alone."""
    noun = match[3]
    ending = "ю" if noun.endswith("я") else "у"
    return f"{match[1]} {match[2]}одну {noun[:-1]}{ending}"
