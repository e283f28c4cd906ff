"""Ukrainian number words in the forms that news needs: other cases, ordinals, parts of words.

Forms follow the Ukrainian orthography of 2019, sections 38 and 106.
"""

from courant.narration.reading.ukrainian.numbers import cardinal, ordinal_of

# By the nominative, word by word.
GENITIVE = {
    "нуль": "нуля",
    "один": "одного",
    "одна": "однієї",
    "два": "двох",
    "дві": "двох",
    "три": "трьох",
    "чотири": "чотирьох",
    "шість": "шести",
    "сім": "семи",
    "вісім": "восьми",
    "сорок": "сорока",
    "п'ятдесят": "п'ятдесяти",
    "шістдесят": "шістдесяти",
    "сімдесят": "сімдесяти",
    "вісімдесят": "вісімдесяти",
    "дев'яносто": "дев'яноста",
    "сто": "ста",
    "двісті": "двохсот",
    "триста": "трьохсот",
    "чотириста": "чотирьохсот",
    "п'ятсот": "п'ятисот",
    "шістсот": "шестисот",
    "сімсот": "семисот",
    "вісімсот": "восьмисот",
    "дев'ятсот": "дев'ятисот",
    "тисяча": "тисячі",
    "тисячі": "тисяч",
    "мільйон": "мільйона",
    "мільйони": "мільйонів",
    "мільярд": "мільярда",
    "мільярди": "мільярдів",
    "трильйон": "трильйона",
    "трильйони": "трильйонів",
    "ціла": "цілої",
    "десята": "десятої",
    "сота": "сотої",
    "тисячна": "тисячної",
}
DATIVE = {"одного": "одному", "однієї": "одній", "двох": "двом", "трьох": "трьом"}
DATIVE |= {"чотирьох": "чотирьом", "двохсот": "двомстам", "трьохсот": "трьомстам"}
DATIVE |= {"чотирьохсот": "чотирьомстам", "п'ятисот": "п'ятистам", "шестисот": "шестистам"}
DATIVE |= {"семисот": "семистам", "восьмисот": "восьмистам", "дев'ятисот": "дев'ятистам"}
INSTRUMENTAL = {
    "один": "одним",
    "два": "двома",
    "три": "трьома",
    "чотири": "чотирма",
    "шість": "шістьма",
    "сім": "сьома",
    "вісім": "вісьма",
    "сорок": "сорока",
    "дев'яносто": "дев'яноста",
    "сто": "ста",
}
IN_WORDS = {  # the first part of a compound: двадцятидворічний
    "один": "одно",
    "два": "дво",
    "три": "три",
    "чотири": "чотири",
    "дев'яносто": "дев'яносто",
    "сто": "сто",
    "тисяча": "тисячо",
}
# Endings of an ordinal, hard and soft (третій), by case and gender.
ENDINGS: dict[str, tuple[str, str]] = {
    "nominative m": ("ий", "ій"),
    "nominative f": ("а", "я"),
    "nominative n": ("е", "є"),
    "nominative p": ("і", "і"),
    "genitive m": ("ого", "ього"),
    "genitive f": ("ої", "ьої"),
    "genitive p": ("их", "іх"),
    "locative m": ("ому", "ьому"),
    "locative f": ("ій", "ій"),
    "accusative f": ("у", "ю"),
    "instrumental m": ("им", "ім"),
    "instrumental f": ("ою", "ьою"),
    "instrumental p": ("ими", "іми"),
}
# What is written behind a number, such as 5-й, 21-го, 90-х.
SUFFIXES = {
    **dict.fromkeys(("й", "ий"), "nominative m"),
    **dict.fromkeys(("а", "та", "ша", "га", "ма", "я"), "nominative f"),
    **dict.fromkeys(("е", "те", "тє", "ше", "ге", "ме", "є"), "nominative n"),
    **dict.fromkeys(("і", "ті", "ші", "гі", "мі"), "nominative p"),
    **dict.fromkeys(("го", "ого"), "genitive m"),
    **dict.fromkeys(("ї", "ої"), "genitive f"),
    **dict.fromkeys(("х", "их"), "genitive p"),
    **dict.fromkeys(("му", "ому"), "locative m"),
    **dict.fromkeys(("ій",), "locative f"),
    **dict.fromkeys(("у", "ту", "шу", "гу", "ю"), "accusative f"),
    **dict.fromkeys(("м", "им"), "instrumental m"),
    **dict.fromkeys(("ою", "тою"), "instrumental f"),
    **dict.fromkeys(("ми", "ими"), "instrumental p"),
}


def genitive(words: str) -> str:
    """Number words in the genitive: "двадцять одна тисяча" as "двадцяти однієї тисячі"."""
    return " ".join(map(_genitive, words.split()))


def _genitive(word: str) -> str:
    return GENITIVE.get(word) or (f"{word[:-1]}и" if word.endswith("ть") else word)


def dative(words: str) -> str:
    return " ".join(DATIVE.get(word, word) for word in genitive(words).split())


def instrumental(words: str) -> str:
    """Of small numbers; larger ones stay as they are."""
    return " ".join(
        INSTRUMENTAL.get(word) or (f"{word}ма" if word.endswith(("ть", "десят")) else word)
        for word in words.split()
    )


def ordinal(number: int, form: str) -> str:
    """Such as `ordinal(21, "locative f")`: "двадцять першій"."""
    said = ordinal_of(number)
    hard, soft = ENDINGS[form]
    if said.endswith("ього"):
        return f"{said.removesuffix('ього')}{soft}"
    return f"{said.removesuffix('ого')}{hard}"


def in_word(number: int) -> str:
    """The first part of a word: "п'ятнадцяти" of п'ятнадцятирічний."""
    return "".join(IN_WORDS.get(word) or _genitive(word) for word in cardinal(number).split())
