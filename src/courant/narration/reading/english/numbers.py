"""Numbers in English words, as British news says them."""

from decimal import Decimal

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
MAGNITUDES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
LARGEST = 10**15  # from here on digit by digit
IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def cardinal(number: int) -> str:
    """1,063: "one thousand and sixty-three"."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= LARGEST:
        return digits(str(number))
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens] + (f"-{ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{ONES[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")
    size, name = next(each for each in MAGNITUDES if number >= each[0])
    many, rest = divmod(number, size)
    tail = f" {'and ' if rest < 100 else ''}{cardinal(rest)}" if rest else ""
    return f"{cardinal(many)} {name}{tail}"


def ordinal(number: int) -> str:
    """23: "twenty-third"."""
    words = cardinal(number)
    head, mark, last = words.rpartition("-")
    if not mark:
        head, mark, last = words.rpartition(" ")
    if last in IRREGULAR:
        last = IRREGULAR[last]
    elif last.endswith("y"):
        last = f"{last[:-1]}ieth"
    else:
        last = f"{last}th"
    return head + mark + last


def year(number: int) -> str:
    """1905: "nineteen oh five"; 2007: "two thousand and seven"; 2026: "twenty twenty-six"."""
    if not 1000 < number < 2100 or 2000 <= number < 2010:
        return cardinal(number)
    first, last = divmod(number, 100)
    if last == 0:
        return f"{cardinal(first)} hundred"
    return f"{cardinal(first)} {'oh ' if last < 10 else ''}{cardinal(last)}"


def digits(text: str) -> str:
    """Each digit by itself: "oh" is for people, zero is clear."""
    return " ".join(ONES[int(each)] for each in text if each.isdecimal())


def amount(text: str) -> str:
    """What is written with commas and a point: "1,200", "3.50", ".5"."""
    plain = text.replace(",", "")
    whole, point, part = plain.partition(".")
    words = cardinal(int(whole or "0"))
    return f"{words} point {digits(part)}" if point and part else words


def is_one(text: str) -> bool:
    """Whether what is counted stands in the singular."""
    return Decimal(text.replace(",", "").rstrip(".") or "0") == 1


def plural(word: str) -> str:
    """Of a number in words: "nineties", "twenties", "hundreds"."""
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def decade(number: int) -> str:
    """1990: "nineteen nineties"; 2000: "two thousands"; 90: "nineties"."""
    if number < 100:
        return plural(cardinal(number)) if number else "noughties"
    if number == 2000:
        return "two thousands"
    return plural(year(number))


def roman(text: str) -> int:
    """The value of a Roman numeral; 0 for what is none."""
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
    total, before = 0, 0
    for letter in reversed(text):
        value = values.get(letter, 0)
        total += -value if value < before else value
        before = max(before, value)
    return total if text and as_roman(total) == text else 0


def as_roman(number: int) -> str:
    """The numeral; empty for what has none."""
    steps = [
        "1000",
        "M",
        "900",
        "CM",
        "500",
        "D",
        "400",
        "CD",
        "100",
        "C",
        "90",
        "XC",
        "50",
        "L",
        "40",
        "XL",
        "10",
        "X",
        "9",
        "IX",
        "5",
        "V",
        "4",
        "IV",
        "1",
        "I",
    ]
    found = ""
    for value, letters in zip(map(int, steps[::2]), steps[1::2], strict=True):
        while number >= value:
            found, number = found + letters, number - value
    return found
