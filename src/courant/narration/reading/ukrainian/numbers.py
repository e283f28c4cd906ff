"""Ukrainian numbers in words, in the nominative and as ordinals: orthography of 2019, § 106."""

import re

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
    "триста": "трьохсотого",
    "чотириста": "чотирьохсотого",
    "п'ятсот": "п'ятисотого",
    "шістсот": "шестисотого",
    "сімсот": "семисотого",
    "вісімсот": "восьмисотого",
    "дев'ятсот": "дев'ятисотого",
    "мільйон": "мільйонного",
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


def digits(text: str) -> str:
    return " ".join(ONES[int(each)] for each in text if each.isdecimal())


def amount(text: str, *, feminine: bool = False) -> str:
    """ "3,5": "три цілих п'ять десятих"; a point or a comma divides."""
    whole, part = parts(text)
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


def parts(text: str) -> tuple[str, str]:
    plain = re.sub(r"[ \u00a0\u202f]", "", text).replace(",", ".")
    whole, _, part = plain.partition(".")
    return whole or "0", part
