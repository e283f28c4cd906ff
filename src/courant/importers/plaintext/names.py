"""What looks like a person's name, a place's name or a job."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES = _words(
    "de da das do dos del della der den di du van von la le el al bin ibn ben bint ter ten y e wa "
    "zu zur af of the for and и і та й"
)
# Words in capitals that begin other lines of a page.
NOT_NAMES = _words(
    "january february march july september october november december jan feb apr jun jul aug sep "
    "sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri "
    "sat sun by published updated posted modified last first reading read listen share photo image "
    "video credit source et est edt pt gmt bst utc am pm minutes min this that it he she they we "
    "you but not no when why how what where who опубліковано оновлено січня лютого березня квітня "
    "травня червня липня серпня вересня жовтня листопада грудня час фото читайте"
)
# Those that are also names: beside another word they may be one.
ALSO_NAMES = _words("jan march jun dec sun min sat mon read est")
SECTIONS = _words(
    "news world politics opinion analysis business sport sports culture arts science health tech "
    "technology europe africa asia americas ukraine uk us usa economy economics markets money war "
    "climate environment travel life lifestyle style local national international breaking live "
    "exclusive explainer explained feature features interview investigation investigations "
    "editorial comment commentary video podcast podcasts photos gallery home education books film "
    "music food magazine society justice crime law energy religion history weather media data "
    "review reviews profile profiles essay column latest top stories subscriber only premium "
    "політика світ новини суспільство економіка війна культура спорт наука технології здоров'я "
    "думка думки аналітика інтерв'ю репортаж репортажі україна київ регіони бізнес кримінал "
    "події стиль життя історії історія розслідування головна термінове ексклюзив колонка погляд "
    "освіта довкілля клімат право європа фото відео подкаст спецпроєкт"
)
JOB = re.compile(
    r"\b(?:editor|writer|reporter|correspondent|staff|columnist|contributor|producer|chief|"
    r"photographer|journalist|bureau|desk|press|news|newsroom|agency|agencies|reuters|afp|ap|bbc|"
    r"fellow|professor|analyst|редактор\w*|кореспондент\w*|журналіст\w*|оглядач\w*|авторка?|"
    r"репортер\w*|фотограф\w*|агентство|укрінформ|уніан)\b", re.I
)  # fmt: skip
BEATS = _words(
    "political diplomatic foreign domestic senior deputy chief assistant associate special social "
    "affairs policy public legal consumer industry city rural defence defense security home "
    "parliamentary royal global north south east west northern middle data visual digital"
)
OF_A_JOB = BEATS | SECTIONS | {"and", "&"}
NEWSROOM = re.compile(
    r"(?:[\w’']+ )?(?:staff|agencies|staff and agencies|staff (?:writers?|reporters?)|newsroom|"
    r"our (?:own )?correspondents?|the newsroom|the editors|редакція|редакції)", re.I
)  # fmt: skip
PAPER = re.compile(
    r"\b(?:wire|times|post|herald|tribune|gazette|courier|journal|chronicle|dispatch|observer|"
    r"independent|ledger|service|network|media|radio|tv|television|broadcasting|magazine|review|"
    r"weekly|daily|university|institute|college|foundation|вісник|газета|новини|радіо|університет|"
    r"інститут)\b", re.I
)  # fmt: skip
TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’ʼ.\-])*$")


def is_name(text: str, *, least: int = 1, most: int = 6) -> bool:
    """True for "Jane Example", "O. K. van der Berg", "The Associated Press"."""
    tokens = text.split()
    if not least <= len(tokens) <= most or not _is_capital(tokens[-1]):
        return False
    if tokens[-1].endswith(".") and len(tokens[-1]) > 3:
        return False
    plain = [token.casefold().strip(".") for token in tokens]
    if not set(plain) - ALSO_NAMES or set(plain) & (NOT_NAMES - ALSO_NAMES):
        return False
    return tokens[0][0].isupper() and all(map(_may_be_in_a_name, tokens))


def _may_be_in_a_name(token: str) -> bool:
    token = token.strip('“”"')  # Sean “Sandy” Moen
    return bool(TOKEN.match(token)) and (_is_capital(token) or token in PARTICLES)


def _is_capital(token: str) -> bool:
    return token[0].isupper() or token.startswith(("al-", "el-", "d'", "d’", "“", '"'))


def is_newsroom(text: str) -> bool:
    """True for "Associated Wire" or "The Fairview Courier": beside a name, where somebody works."""
    return is_name(text, least=2, most=5) and bool(PAPER.search(text))


def is_section(text: str) -> bool:
    """True for "World" or "Arts & Culture": a part of a paper."""
    words = re.findall(r"[^\W\d_][\w’'ʼ\-]*", text.casefold().replace("’", "'").replace("ʼ", "'"))
    known = [word for word in words if word in SECTIONS]
    return bool(known) and len(words) <= 4 and len(known) >= len(words) - words.count("and")


def with_beat(text: str) -> tuple[str, str] | None:
    """ "Jane Roe", "Rural affairs correspondent": a name and all that follows it is a job."""
    words = text.split()
    for end in range(2, min(len(words), 5)):
        name, job = " ".join(words[:end]), words[end:]
        if is_person(name) and JOB.search(" ".join(job)) and all(map(_is_of_a_job, job)):
            return name, " ".join(job)
    return None


def _is_of_a_job(word: str) -> bool:
    plain = word.casefold().strip(",")
    return plain in OF_A_JOB or bool(JOB.fullmatch(plain))


def is_person(text: str) -> bool:
    """True for two to four words that can only be a name: a line of its own may be a byline."""
    tokens = text.split()
    if not 2 <= len(tokens) <= 4 or not is_name(text, least=2, most=4) or JOB.search(text):
        return False
    return not any(is_section(token) for token in tokens) and tokens[0].casefold() != "the"
