"""Ukrainian news as it is said: numbers that agree with what they count, dates, sums, shortenings.

A start: cases other than those after a number are not inflected, so a sum in the genitive is said
in the nominative. Number words follow the Ukrainian orthography of 2019, section 106.
"""

import re
from collections.abc import Callable

ONES = ["нуль", "один", "два", "три", "чотири", "п'ять", "шість", "сім", "вісім", "дев'ять"]
TEENS = [
    "десять",
    "одинадцять",
    "дванадцять",
    "тринадцять",
    "чотирнадцять",
    "п'ятнадцять",
    "шістнадцять",
    "сімнадцять",
    "вісімнадцять",
    "дев'ятнадцять",
]
TENS = [
    "-",
    "-",
    "двадцять",
    "тридцять",
    "сорок",
    "п'ятдесят",
    "шістдесят",
    "сімдесят",
    "вісімдесят",
    "дев'яносто",
]
HUNDREDS = [
    "-",
    "сто",
    "двісті",
    "триста",
    "чотириста",
    "п'ятсот",
    "шістсот",
    "сімсот",
    "вісімсот",
    "дев'ятсот",
]
Forms = tuple[str, str, str]  # after 1, after 2 to 4, after 5
SIZES: tuple[tuple[int, Forms, bool], ...] = (
    (10**12, ("трильйон", "трильйони", "трильйонів"), False),
    (10**9, ("мільярд", "мільярди", "мільярдів"), False),
    (10**6, ("мільйон", "мільйони", "мільйонів"), False),
    (10**3, ("тисяча", "тисячі", "тисяч"), True),
)
LARGEST = 10**15
# Ordinals in the genitive, as dates and years need them.
OF = {
    "нуль": "нульового",
    "один": "першого",
    "два": "другого",
    "три": "третього",
    "чотири": "четвертого",
    "п'ять": "п'ятого",
    "шість": "шостого",
    "сім": "сьомого",
    "вісім": "восьмого",
    "дев'ять": "дев'ятого",
    "сорок": "сорокового",
    "дев'яносто": "дев'яностого",
    "сто": "сотого",
    "двісті": "двохсотого",
    "дев'ятсот": "дев'ятисотого",
}
MONTHS = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
]
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
    "км": (("кілометр", "кілометри", "кілометрів"), False),
    "кг": (("кілограм", "кілограми", "кілограмів"), False),
    "см": (("сантиметр", "сантиметри", "сантиметрів"), False),
    "мм": (("міліметр", "міліметри", "міліметрів"), False),
    "м": (("метр", "метри", "метрів"), False),
    "га": (("гектар", "гектари", "гектарів"), False),
    "т": (("тонна", "тонни", "тонн"), True),
    "°C": (("градус Цельсія", "градуси Цельсія", "градусів Цельсія"), False),
    "°": (("градус", "градуси", "градусів"), False),
    "МВт": (("мегават", "мегавати", "мегават"), False),
    "кВт": (("кіловат", "кіловати", "кіловат"), False),
    "хв": (("хвилина", "хвилини", "хвилин"), True),
    "год": (("година", "години", "годин"), True),
    "тис": (("тисяча", "тисячі", "тисяч"), True),
    "млн": (("мільйон", "мільйони", "мільйонів"), False),
    "млрд": (("мільярд", "мільярди", "мільярдів"), False),
    "трлн": (("трильйон", "трильйони", "трильйонів"), False),
}
SHORT = {
    "вул": "вулиця",
    "просп": "проспект",
    "бул": "бульвар",
    "пл": "площа",
    "обл": "область",
    "смт": "селище міського типу",
    "ім": "імені",
    "проф": "професор",
    "акад": "академік",
    "доц": "доцент",
    "ген": "генерал",
    "полк": "полковник",
    "див": "дивіться",
    "напр": "наприклад",
    "ст": "стаття",
    "млн": "мільйонів",
    "млрд": "мільярдів",
    "тис": "тисяч",
    "грн": "гривень",
}
NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"
SPACE = r"[ \u00a0\u202f]?"


def cardinal(number: int, *, feminine: bool = False) -> str:
    """21: "двадцять один", of a feminine noun "двадцять одна"."""
    if number >= LARGEST:
        return digits(str(number))
    for size, forms, she in SIZES:
        if number >= size:
            many, rest = divmod(number, size)
            head = "" if many == 1 else f"{cardinal(many, feminine=she)} "
            tail = f" {cardinal(rest, feminine=feminine)}" if rest else ""
            return f"{head}{form(many, forms)}{tail}"
    words = [HUNDREDS[number // 100]] if number >= 100 else []
    rest = number % 100
    if 10 <= rest < 20:
        words.append(TEENS[rest - 10])
    else:
        words += [TENS[rest // 10]] if rest >= 20 else []
        if rest % 10 or not number:
            words.append(_one(rest % 10, feminine=feminine))
    return " ".join(words)


def _one(number: int, *, feminine: bool) -> str:
    return {1: "одна", 2: "дві"}.get(number, ONES[number]) if feminine else ONES[number]


def form(number: int, forms: Forms) -> str:
    """1 мільйон, 2 мільйони, 5 мільйонів, 11 мільйонів, 21 мільйон."""
    if number % 100 in range(11, 15):
        return forms[2]
    return forms[{1: 0, 2: 1, 3: 1, 4: 1}.get(number % 10, 2)]


def ordinal_of(number: int) -> str:
    """26: "двадцять шостого"."""
    head, _, last = cardinal(number).rpartition(" ")
    if last in ("тисяча", "тисячі", "тисяч"):
        last = {1: "тисячного", 2: "двохтисячного"}.get(number // 1000, "тисячного")
        return last
    if last not in OF:
        stem = last.removesuffix("ь")
        said = f"{stem}ого" if last.endswith("ять") else f"{last}ого"
        if last in TENS and last.endswith("десят"):
            said = f"{last}ого"
    else:
        said = OF[last]
    return f"{head} {said}".strip()


def _nominative(ordinal: str) -> str:
    """ "другого": "другий"; "третього": "третій"."""
    if ordinal.endswith("ього"):
        return f"{ordinal.removesuffix('ього')}ій"
    return f"{ordinal.removesuffix('ого')}ий"


def digits(text: str) -> str:
    return " ".join(ONES[int(each)] for each in text if each.isdecimal())


def amount(text: str, *, feminine: bool = False) -> str:
    """ "3,5": "три цілих п'ять десятих"; a point or a comma divides."""
    whole, part = _parts(text)
    if not part:
        return cardinal(int(whole), feminine=feminine)
    name = {1: ("десята", "десятих"), 2: ("сота", "сотих"), 3: ("тисячна", "тисячних")}
    if len(part) not in name:
        return f"{cardinal(int(whole))} кома {digits(part)}"
    ones, many = name[len(part)]
    wholes = "ціла" if form(int(whole), ("1", "2", "5")) == "1" else "цілих"
    last = ones if form(int(part), ("1", "2", "5")) == "1" else many
    return (
        f"{cardinal(int(whole), feminine=True)} {wholes} "
        f"{cardinal(int(part), feminine=True)} {last}"
    )


def _parts(text: str) -> tuple[str, str]:
    plain = re.sub(r"[ \u00a0\u202f]", "", text).replace(",", ".")
    whole, _, part = plain.partition(".")
    return whole or "0", part


def _counted(text: str, forms: Forms, *, feminine: bool) -> str:
    whole, part = _parts(text)
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
    said = known.get(head, f"{head}а")
    return f"{said} {rest}".strip()


def _money(match: re.Match[str]) -> str:
    sign = match["sign"] or match["behind"]
    forms, she = CURRENCIES[sign]
    if size := match["size"]:
        size_forms, size_she = UNITS[size]
        return f"{_counted(match['value'], size_forms, feminine=size_she)} {forms[2]}"
    return _counted(match["value"], forms, feminine=she)


def _measure(match: re.Match[str]) -> str:
    forms, she = UNITS[match["unit"]]
    value = match["value"].lstrip("-−")
    sign = "мінус " if value != match["value"] else ""
    return sign + _counted(value, forms, feminine=she)


def _date(match: re.Match[str]) -> str:
    said = f"{ordinal_of(int(match['day']))} {match['month']}"
    if match["year"]:
        said += f" {ordinal_of(int(match['year']))} року"
    return said


def _dotted(match: re.Match[str]) -> str:
    day, month, year = int(match[1]), int(match[2]), int(match[3])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match.group()
    return f"{ordinal_of(day)} {MONTHS[month - 1]} {ordinal_of(year)} року"


def _year(match: re.Match[str]) -> str:
    return f"{ordinal_of(int(match[1]))} року"


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    rest = f" {'нуль ' if 0 < minute < 10 else ''}{cardinal(minute, feminine=True)}"
    return cardinal(hour, feminine=True) + (rest if minute else " нуль нуль")


def _short(match: re.Match[str]) -> str:
    word = SHORT[match[1].lower()]
    return word.capitalize() if match[1][0].isupper() else word


SIZE = r"(?P<size>тис|млн|млрд|трлн)\.?"
UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"\bhttps?://(?:www\.)?([^\s/]+)(?:/\S*)?", lambda m: m[1].replace(".", " крапка ")),
        (
            r"\b([\w.+-]{1,64})@([\w.-]{1,253}\w)",
            lambda m: f"{m[1]} равлик {m[2].replace('.', ' крапка ')}",
        ),
        (r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)(?:\s?(?:року|р\.))?", _dotted),
        (
            rf"\b(?P<day>\d\d?)\s(?P<month>{'|'.join(MONTHS)})"
            r"(?:\s(?P<year>\d{4})(?:\s?(?:року|р\.))?)?",
            _date,
        ),
        (r"\b(\d{4})\s?(?:року\b|р\.)", _year),
        (r"\b(\d{4})\sрік\b", lambda m: f"{_nominative(ordinal_of(int(m[1])))} рік"),
        (r"(?<![\d:])(\d{1,2}):(\d\d)(?![\d:])", _clock),
        (rf"(?P<sign>[$€£₴])(?P<value>{NUMBER})(?:{SPACE}{SIZE})?(?P<behind>)", _money),
        (
            rf"(?<![\d.,])(?P<value>{NUMBER})(?:{SPACE}{SIZE})?{SPACE}"
            r"(?P<behind>грн|₴|€|\$|дол|коп)(?!\w)\.?(?P<sign>)",
            _money,
        ),
        (rf"(?<![\w.,])(?P<value>[-−]?(?:{NUMBER})){SPACE}(?P<unit>{UNIT})(?![\w²])\.?", _measure),
        (r"№\s?", lambda m: "номер "),
        (rf"(?i:\b({'|'.join(sorted(SHORT, key=len, reverse=True))}))\.(?=\s|$)", _short),
        (r"\bт\.\s?зв\.", lambda m: "так званий"),
        (r"\bі т\.\s?д\.", lambda m: "і так далі"),
        (r"\bта ін\.", lambda m: "та інші"),
        (rf"(?<![\w.,])({NUMBER})\s?[–—-]\s?(?=\d)", lambda m: f"{amount(m[1])}–"),
        (rf"(?<!\w)[-−](?=(?:{NUMBER}))", lambda m: "мінус "),
        (r"(?<![\d,.])(?<!\d[ \u00a0\u202f])0\d{2,}\b", lambda m: digits(m.group())),
        (NUMBER, lambda m: amount(m.group())),
        (r"\d", lambda m: f" {digits(m.group())} "),
    )
)


def say(sentence: str) -> str:
    """The words of one sentence. What has no rule stays as it is written."""
    for pattern, words in RULES:
        sentence = pattern.sub(words, sentence)
    return " ".join(sentence.split())
