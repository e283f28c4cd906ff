"""Titles, streets, initials, acronyms, parties, Roman numerals."""

import re

from courant.narration.reading.english.numbers import cardinal, ordinal, plural, roman
from courant.narration.reading.english.rules import CAPITAL, STOP, Rule, rule, words_of

TITLES = {
    "Mr": "Mister",
    "Mrs": "Missus",
    "Ms": "Miz",
    "Mx": "Mix",
    "Dr": "Doctor",
    "Prof": "Professor",
    "Gov": "Governor",
    "Sen": "Senator",
    "Sens": "Senators",
    "Rep": "Representative",
    "Reps": "Representatives",
    "Gen": "General",
    "Brig": "Brigadier",
    "Maj": "Major",
    "Col": "Colonel",
    "Capt": "Captain",
    "Cmdr": "Commander",
    "Lt": "Lieutenant",
    "Sgt": "Sergeant",
    "Cpl": "Corporal",
    "Pvt": "Private",
    "Adm": "Admiral",
    "Rev": "Reverend",
    "Fr": "Father",
    "Hon": "Honourable",
    "Supt": "Superintendent",
    "Insp": "Inspector",
    "Det": "Detective",
    "Amb": "Ambassador",
    "Pres": "President",
    "Mt": "Mount",
    "Ft": "Fort",
}
WORDS = {
    "Jr": "Junior",
    "Sr": "Senior",
    "Inc": "Incorporated",
    "Ltd": "Limited",
    "Corp": "Corporation",
    "Co": "Company",
    "Bros": "Brothers",
    "Dept": "Department",
    "Univ": "University",
    "Assn": "Association",
    "approx": "approximately",
    "est": "established",
    "vs": "versus",
    "etc": "et cetera",
    "al": "al",
}
STREETS = {"St": "Street", "Rd": "Road", "Ave": "Avenue", "Blvd": "Boulevard", "Dr": "Drive"}
STATES = {
    "Ala": "Alabama",
    "Ariz": "Arizona",
    "Ark": "Arkansas",
    "Calif": "California",
    "Colo": "Colorado",
    "Conn": "Connecticut",
    "Del": "Delaware",
    "Fla": "Florida",
    "Ga": "Georgia",
    "Ill": "Illinois",
    "Ind": "Indiana",
    "Kan": "Kansas",
    "Ky": "Kentucky",
    "La": "Louisiana",
    "Md": "Maryland",
    "Mass": "Massachusetts",
    "Mich": "Michigan",
    "Minn": "Minnesota",
    "Miss": "Mississippi",
    "Mo": "Missouri",
    "Mont": "Montana",
    "Neb": "Nebraska",
    "Nev": "Nevada",
    "N.H": "New Hampshire",
    "N.J": "New Jersey",
    "N.M": "New Mexico",
    "N.Y": "New York",
    "N.C": "North Carolina",
    "N.D": "North Dakota",
    "Okla": "Oklahoma",
    "Ore": "Oregon",
    "Pa": "Pennsylvania",
    "R.I": "Rhode Island",
    "S.C": "South Carolina",
    "S.D": "South Dakota",
    "Tenn": "Tennessee",
    "Tex": "Texas",
    "Vt": "Vermont",
    "Va": "Virginia",
    "Wash": "Washington",
    "W.Va": "West Virginia",
    "Wis": "Wisconsin",
    "Wyo": "Wyoming",
    "CA": "California",
    "NY": "New York",
    "TX": "Texas",
    "FL": "Florida",
    "OH": "Ohio",
    "PA": "Pennsylvania",
    "GA": "Georgia",
    "AZ": "Arizona",
    "WI": "Wisconsin",
    "MI": "Michigan",
    "IL": "Illinois",
    "NJ": "New Jersey",
    "VA": "Virginia",
    "WA": "Washington",
    "MA": "Massachusetts",
}
PARTIES = {"D": "Democrat", "R": "Republican", "I": "independent"}
# Capital letters that are said as a word.
SPOKEN = words_of(
    "NATO UNESCO UNICEF NASA OPEC FIFA UEFA AIDS SARS COVID ASEAN BRICS PIN SIM SWAT NIMBY FEMA "
    "NAFTA POTUS SCOTUS FLOTUS LASER RADAR SCUBA SONAR CAPTCHA GIF JPEG RAM ROM LAN IKEA LEGO COP "
    "DARPA CERN TASS ANZAC NASDAQ HAMAS ISIS DAESH OFCOM COBRA ACAS DEFRA MASH ZIP AWOL"
)
# Four letters and more that could be a word, and are spelled.
LETTERED = words_of(
    "UNHCR OSCE NAACP ACLU IAEA HMRC SOAS UCLA OECD IELTS EBRD ECHR UNDP USSR SDLP RSPCA HTTP "
    "HTML UNEP USDA USGS IPCC OHCHR IUCN"
)
# Words of one to three letters that stand in capitals for weight.
ORDINARY = words_of(
    "A I AM AN AS AT BE BY DO GO HE IF IN IS IT ME MY NO OF OH ON OR SO TO UP WE ALL AND ANY ARE "
    "BUT CAN DAY DID FOR GET GOT HAD HAS HER HIM HIS HOW ITS LET MAN MAY NEW NOT NOW OFF OLD ONE "
    "OUR OUT OWN SAY SEE SHE THE TOO TWO USE WAS WAY WHO WHY YES YET YOU TOP BIG BAD"
)
VOWELS = frozenset("AEIOUY")
PARTS = (
    "Chapter Part Act Scene Book Volume Vol Title Article Section Phase Stage Level Type Class "
    "Bowl Rocky Mark Apollo Schedule Appendix Category Division Grade"
)
ROYAL = (
    "Charles Henry Edward George William James Elizabeth Mary Louis Richard Philip Pius Paul John "
    "Benedict Francis Leo Gregory Innocent Clement Alexander Nicholas Catherine Peter Frederick "
    "Wilhelm Felipe Carlos Juan Alfonso Haakon Harald Olav Christian Margrethe Gustaf Gustav Carl "
    "Oscar Albert Leopold Baudouin Napoleon Ramses Rama Urban Victor Umberto Otto Ferdinand Henri"
)


def spelled(letters: str) -> str:
    """ "BBC": "B B C"."""
    return " ".join(letters)


def _title(match: re.Match[str]) -> str:
    return f"{TITLES[match[1]]} "


def _word(match: re.Match[str]) -> str:
    return WORDS[match[1]]


def _street(match: re.Match[str]) -> str:
    return f"{match[1]} {STREETS[match[2]]}"


def _dotted(match: re.Match[str]) -> str:
    """U.N. and U.S.; the last stop may end the sentence too."""
    stop = "." if match.end() == len(match.string) else ""
    return spelled(match.group().replace(".", "")) + stop


def _initials(match: re.Match[str]) -> str:
    return f"{spelled(re.sub(r'[^A-Z]', '', match[1]))} "


def _party(match: re.Match[str]) -> str:
    place = match["place"].rstrip(".")
    of = STATES.get(place.replace(" ", ""), place)
    return f", {PARTIES[match['party']]} of {of},"


def _party_behind_comma(match: re.Match[str]) -> str:
    place = match["place"].rstrip(".")
    return f"{PARTIES[match['party']]} of {STATES.get(place.replace(' ', ''), place)}"


def _regnal(match: re.Match[str]) -> str:
    number = roman(match[2])
    return f"{match[1]} the {ordinal(number).title()}" if number else match.group()


def _part(match: re.Match[str]) -> str:
    number = roman(match[2])
    return f"{match[1]} {cardinal(number)}" if number else match.group()


def _war(match: re.Match[str]) -> str:
    return f"World War {cardinal(roman(match[1])).title()}"


def _acronym(match: re.Match[str]) -> str:
    letters, tail = match["letters"], match["tail"] or ""
    said = letters if _is_a_word(letters, tail) else spelled(letters)
    return f"{said}{tail}"


def _is_a_word(letters: str, tail: str) -> bool:
    if letters in SPOKEN:
        return True
    if letters in ORDINARY and not tail:
        return True
    return len(letters) > 3 and bool(VOWELS & set(letters)) and letters not in LETTERED


def _mixed(match: re.Match[str]) -> str:
    """G7, F-16, COVID-19, MH17, 5G."""
    letters, number = match["letters"], match["number"]
    said = letters if _is_a_word(letters, "") and len(letters) > 1 else spelled(letters)
    value = cardinal(int(number)) if len(number) < 3 else _in_pairs(number)
    return f"{said} {plural(value) if match['many'] else value}"


def _code(match: re.Match[str]) -> str:
    """H5N1, H2O: letters and numbers in turn."""
    parts = re.findall(r"[A-Z]+|\d+", match.group())
    return " ".join(cardinal(int(p)) if p.isdecimal() else spelled(p) for p in parts)


def _in_pairs(number: str) -> str:
    """Of a name: A380 is three eighty, M25 twenty-five, B737 seven three seven."""
    if len(number) == 3 and number[1:] != "00" and number[2] == "0":
        return f"{cardinal(int(number[0]))} {cardinal(int(number[1:]))}"
    if len(number) == 3 and number.endswith("00"):
        return cardinal(int(number))
    return " ".join(cardinal(int(each)) for each in number)


def _number_first(match: re.Match[str]) -> str:
    return f"{cardinal(int(match[1]))} {match[2]}"


TITLED = "|".join(sorted(TITLES, key=len, reverse=True))
PLACE = r"(?P<place>(?:[A-Z]\.\s?)+(?:Va\.)?|[A-Z][a-z]+\.?|[A-Z]{2})"
NAMES: tuple[Rule, ...] = (
    rule(rf"\s?\((?P<party>[DRI])-{PLACE}\)", _party),
    rule(rf"\b(?P<party>[DRI])-{PLACE}(?=[,;]|\s|$)", _party_behind_comma),
    rule(
        rf"\b([A-Z][a-z]+(?:'s)?)\s(St|Rd|Ave|Blvd|Dr)\b{STOP}(?=\.?$|,|;|\s[a-z(]|\s(?:In|On|At|The)\b)",
        _street,
    ),
    rule(rf"\bSt\b\.?\s(?={CAPITAL})", lambda m: "Saint "),
    rule(rf"\bSts\.\s(?={CAPITAL})", lambda m: "Saints "),
    rule(rf"\b({TITLED})\b\.?\s(?={CAPITAL}|&)", _title),
    rule(
        rf"\b({'|'.join(sorted(WORDS, key=len, reverse=True))})(?:\.(?=\s*[^\s.?!])|(?=\.$))", _word
    ),
    rule(r"(?<=\s)vs?\b\.?(?=\s)", lambda m: "versus"),
    rule(r"(?<=\d)v(?=\d)", lambda m: " versus "),
    rule(r"\be\.g\.,?", lambda m: "for example,"),
    rule(r"\bi\.e\.,?", lambda m: "that is,"),
    rule(r"\b[Nn]os?\.\s?(?=\d)", lambda m: "number "),
    rule(r"\bpp\.\s?(?=\w)", lambda m: "pages "),
    rule(r"\bp\.\s?(?=\d)", lambda m: "page "),
    rule(r"\bc\.\s?(?=\d)", lambda m: "circa "),
    rule(r"\b((?:[A-Z]\.\s?){1,3})(?=[A-Z][a-z]|[\ue000-\uf8ff])", _initials),
    rule(r"(?<!\b[A-Za-z]\.)\b(?:[A-Za-z]\.){2,}+(?=\W|$)", _dotted),
    rule(r"\bWorld War (I{1,3})\b", _war),
    rule(rf"\b({'|'.join(PARTS.split())})\s([IVXLCDM]+)\b", _part),
    rule(rf"\b({'|'.join(ROYAL.split())})\s([IVXLC]+)\b", _regnal),
    rule(r"\b(?:(?:[A-Z]{1,3}\d{1,3}){2,}[A-Z]?|[A-Z]{1,2}\d{1,2}[A-Z]{1,2})\b", _code),
    rule(r"\b(?P<letters>[A-Z]{1,6})-?(?P<number>\d{1,4})(?P<many>s)?\b(?![.,]\d|\d)", _mixed),
    rule(r"\b(\d{1,3})([A-JLN-Z])\b", _number_first),
    rule(r"(?<![\w&])(?P<letters>[A-Z]{2,6})(?P<tail>s(?!\w)|['’]s\b)?(?!\w)", _acronym),
)
