"""What can be checked of the look without looking: contrast, weights, languages, times."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

from courant.front import assets, labels, times
from courant.front.sheet import GROUNDS

CSS = (assets.SOURCE / "style.css").read_text()
ACCENTS = ("blue", "teal", "red", "ochre", "plum", "green")


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", css))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_words_is_read_easily_on_both_grounds(scheme: str) -> None:
    light, _, rest = CSS.partition("@media (prefers-color-scheme: dark)")
    found = colours(light)
    if scheme == "dark":
        found |= colours(rest.partition(".ground-")[0])
    for words in ("ink", "soft", *ACCENTS):
        for ground in ("paper", "tint"):
            assert contrast(found[words], found[ground]) >= 4.5, (words, ground)
    assert contrast(found["ink"], found["mark"]) >= 7


@pytest.mark.parametrize("ground", ["white", "cool"])
@pytest.mark.parametrize("night", [False, True])
def test_every_ground_of_the_desk_carries_every_colour(ground: str, *, night: bool) -> None:
    light, _, dark = CSS.partition("@media (prefers-color-scheme: dark)")
    found = colours(light.partition(".ground-")[0])
    rules = re.findall(rf"\.ground-{ground} {{([^}}]+)}}", CSS)
    found |= colours(dark.partition("@media")[0].partition(".ground-")[0]) if night else {}
    found |= colours(rules[night])
    assert GROUNDS[ground][night] == found["paper"]
    for words in ("ink", "soft", *ACCENTS):
        for behind in ("paper", "tint"):
            assert contrast(found[words], found[behind]) >= 4.5, (words, behind)


def test_scripts_and_style_stay_light() -> None:
    sizes = {n: len(gzip.compress((assets.SOURCE / n).read_bytes())) for n in assets.PLAIN[:2]}
    assert sizes["player.js"] < 8192
    assert len(gzip.compress(CSS.encode())) < 12_000
    fonts = sum((assets.SOURCE / "fonts" / font).stat().st_size for font in assets.FONTS)
    assert fonts < 85 * 1024


def test_the_stylesheet_names_fonts_by_their_content() -> None:
    files = {file.path: file.data for file in assets.assets()}
    css = files[assets.stylesheet_url().lstrip("/")]
    assert isinstance(css, bytes)
    for url in re.findall(r'url\("([^"]+)"\)', css.decode()):
        assert url.lstrip("/") in files


def test_the_stylesheet_that_is_sent_has_the_rules_and_not_the_remarks() -> None:
    css = b'/* Of {it}; */\n@media (a: b) {\n  p, a:hover   b { --c: "x"; color: red; }\n}\n'
    assert assets.slim(css) == b'@media (a: b){p, a:hover b{--c: "x";color: red;}}'
    sent = assets.slim(CSS.encode())
    assert sent.count(b"{") == re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL).count("{")
    assert b"/*" not in sent


@pytest.mark.parametrize("n", [1, 2, 5, 11, 21, 104])
def test_minutes_are_told_in_both_languages(n: int) -> None:
    with translation.override("en"):
        assert labels.minutes_label(n) == f"{n} min read"
    with translation.override("uk"):
        assert labels.minutes_label(n) == f"{n} хв читання"


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "1 матеріал"), (3, "3 матеріали"), (11, "11 матеріалів"), (21, "21 матеріал")],
)
def test_ukrainian_has_its_plural_forms(n: int, words: str) -> None:
    with translation.override("uk"):
        assert labels.stories_label(n) == words


def test_the_compiled_translations_are_those_of_the_source(tmp_path: Path) -> None:
    import gettext as standard

    folder = Path(labels.__file__).parent / "locale" / "uk" / "LC_MESSAGES"
    source = (folder / "django.po").read_text()
    with (folder / "django.mo").open("rb") as file:
        compiled = standard.GNUTranslations(file)
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.MULTILINE)
    plain = [p for p in pairs if f'msgctxt "kind"\nmsgid "{p[0]}"' not in source]
    contexts = set(re.findall(r'msgctxt ".+"\nmsgid "(.+)"', source))
    for english, ukrainian in plain:
        if english not in contexts:
            assert compiled.gettext(english) == ukrainian


@pytest.mark.parametrize(
    ("zone", "language", "text"),
    [
        ("Europe/London", "en", "20 November 2026, 12:00 GMT"),
        ("Europe/Kyiv", "uk", "20 листопада 2026, 14:00 EET"),
        ("Asia/Kolkata", "en", "20 November 2026, 17:30 IST"),
        ("America/Sao_Paulo", "en", "20 November 2026, 09:00 UTC-3"),
        ("Asia/Kathmandu", "en", "20 November 2026, 17:45 UTC+5:45"),
        ("UTC", "en", "20 November 2026, 12:00 UTC"),
    ],
)
def test_times_name_their_zone(zone: str, language: str, text: str) -> None:
    with translation.override(language):
        assert times.long_time(datetime(2026, 11, 20, 12, 0, tzinfo=UTC), zone) == text


def test_lengths_are_told_as_clocks_do() -> None:
    assert times.clock(252.4) == "4:12"
    assert times.clock(3852) == "1:04:12"
    assert times.iso_duration(252) == "PT4M12S"


def test_the_look_can_be_read_from_right_to_left() -> None:
    """Places are told by where a line begins and ends, not by left and right."""
    assert (
        re.findall(r"(?:padding|margin|border)-(?:left|right)|(?<![-\w])(?:left|right):", CSS) == []
    )
    assert re.findall(r"text-align: (?:left|right)", CSS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whoever_asks_for_more_contrast_gets_seven_to_one(scheme: str) -> None:
    sheets = {"light": "(prefers-contrast: more) {", "dark": "and (prefers-color-scheme: dark) {"}
    found = colours(CSS.partition(sheets[scheme])[2].partition("}")[0])
    for words in ("ink", "soft", *ACCENTS):
        assert contrast(found[words], found["paper"]) >= 7, words


def test_readers_get_scripts_without_what_only_their_writers_read() -> None:
    source = b"// Why.\nfunction a() {\n  // How.\n  return `//x`; // not a line\n}\n"
    slim = b"function a() {\nreturn `//x`; // not a line\n}\n"
    assert assets.slim_script(source) == slim


@pytest.mark.parametrize("script", sorted(assets.SOURCE.glob("*.js")), ids=lambda file: file.name)
def test_no_script_has_a_text_of_several_lines_that_its_indents_would_be_taken_from(
    script: Path,
) -> None:
    assert not [line for line in script.read_text().splitlines() if line.count("`") % 2]
