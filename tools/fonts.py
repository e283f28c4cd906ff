"""Makes the typefaces that readers load from Source Serif 4. Needed only when they are to change.

    python3 -m venv fonts-venv
    fonts-venv/bin/pip install fonttools brotli fontpkg-source-serif-4
    fonts-venv/bin/python tools/fonts.py

Each weighs as little as a story page can afford: the signs that newspapers print and no others, no
hints, no features but kerning (none in italics). Of the two axes of the source, weight and optical
size, one is left: with its weight a letter takes the shape for its size, since what is bold here is
large. So headlines keep the contrast of a display face, and the file does not grow.
"""

import io
import logging
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from fontTools import subset
from fontTools.designspaceLib import AxisDescriptor, DesignSpaceDocument, SourceDescriptor
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from fontTools.varLib import build, instancer

FOLDER = Path(__file__).parent.parent / "src" / "courant" / "front" / "static_src" / "fonts"
SOURCES = files("fontpkg_source_serif_4") / "files"
UPRIGHT, ITALIC = "SourceSerif4[opsz,wght].ttf", "SourceSerif4-Italic[opsz,wght].ttf"
TEXT, DISPLAY = {"wght": 400, "opsz": 18}, {"wght": 700, "opsz": 60}
BETWEEN, FELT = {"wght": 500, "opsz": 26}, 6  # thousandths of the size
SLANTED = {"wght": 400, "opsz": 18}

ASCII = "".join(map(chr, range(0x20, 0x7F)))
SIGNS = "\u00a0£©«°·»×\u2009\u202f\u2010\u2011–—‘’‚“”„•…←→€−"
# Of words that English took in, and of names: letters made of two parts that are there anyway weigh
# forty bytes each. One of them in a headline would else fetch the twenty kilobytes of MORE.
COMMON = "áàâäãåçéèêëíìîïñóòôöõúùûüýÁÅÄÇÉÈÍÓÖÜ"
LATIN = ASCII + SIGNS + COMMON
MORE = (
    "".join(map(chr, (*range(0xA1, 0x100), *range(0x100, 0x180))))
    + "\u0218\u0219\u021a\u021b†‡‰′″™↑↓"
)
LETTERS = "".join(map(chr, range(0x400, 0x460))) + "Ґґ"
CYRILLIC = LETTERS + "\u0301₴№" + "".join(c for c in ASCII if not c.isalpha()) + SIGNS


def main() -> None:
    made = {
        "serif-latin": two_weights(UPRIGHT, LATIN),
        "serif-latin-more": two_weights(UPRIGHT, "".join(set(MORE) - set(LATIN))),
        "serif-cyrillic": two_weights(UPRIGHT, CYRILLIC),
        "serif-latin-italic": one_weight(ITALIC, LATIN),
        "serif-cyrillic-italic": one_weight(ITALIC, LETTERS + "\u0301₴№"),
    }
    for name, font in made.items():
        family = "Courant Serif"
        for record in (1, 4, 6, 16):  # the licence keeps the name of the source for the source
            font["name"].setName(family if record != 6 else "CourantSerif", record, 3, 1, 0x409)
        save(font, FOLDER / f"{name}.woff2")
        print(f"{name}: {(FOLDER / f'{name}.woff2').stat().st_size} bytes")
        print(f"  unicode-range: {ranges(font.getBestCmap())}")


def two_weights(source: str, letters: str) -> TTFont:
    """A font with one axis, from text at weight 400 to display at 700."""
    space = DesignSpaceDocument()
    axis = AxisDescriptor(name="Weight", tag="wght", minimum=400, default=400, maximum=700)
    space.addAxis(axis)
    bare = chosen(source, letters, [])
    for weight, place in ((400, TEXT), (700, DISPLAY)):
        space.addSource(
            SourceDescriptor(
                font=at(bare, place), location={"Weight": weight}, path=f"{weight}.ttf"
            )
        )
    font = build(space)[0]
    font["GPOS"] = kerning(at(chosen(source, letters, ["kern"]), BETWEEN))
    return font


def kerning(font: TTFont) -> DefaultTable:
    """One for all weights: between text and headlines it differs by less than eyes see."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for part in lookup.SubTable:
            part = getattr(part, "ExtSubTable", part)
            if getattr(part, "Format", 0) == 2:  # by classes of letters
                for record in (each for row in part.Class1Record for each in row.Class2Record):
                    if record.Value1 and abs(record.Value1.XAdvance) < FELT:
                        record.Value1.XAdvance = 0
    table: DefaultTable = font["GPOS"]
    return table


def one_weight(source: str, letters: str) -> TTFont:
    return at(chosen(source, letters, []), SLANTED)


def chosen(source: str, letters: Iterable[str], features: list[str]) -> TTFont:
    options = subset.Options(layout_features=features, hinting=False, glyph_names=True)
    options.name_IDs, options.notdef_outline = [13, 14], False
    options.drop_tables += ["STAT", "BASE", "gasp", "DSIG"]
    font = TTFont(str(SOURCES / source))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=map(ord, letters))
    subsetter.subset(font)
    return font


def at(font: TTFont, place: dict[str, float]) -> TTFont:
    """The font at one place of its axes; contours may overlap, so that two of them agree."""
    copy = io.BytesIO()
    font.save(copy)
    copy.seek(0)
    return instancer.instantiateVariableFont(TTFont(copy), place, overlap=False)


def save(font: TTFont, path: Path) -> None:
    for table in ("STAT", "MVAR", "HVAR", "avar"):  # what browsers can do without
        if table in font:
            del font[table]
    font["post"].formatType = 3.0  # no names of glyphs
    font["head"].modified = font["head"].created  # the same font is the same file
    font.recalcTimestamp = False
    font.flavor = "woff2"
    font.save(path)


def ranges(known: Iterable[int]) -> str:
    """As stylesheets say which letters a file has."""
    spans: list[list[int]] = []
    for code in sorted(known):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ", ".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main()
