"""The paper's sign on home screens."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from courant.front.icon import INK, PAPER, draw, initial, with_logo
from courant.front.offline import manifest
from courant.front.pictures import Pictures
from courant.front.share import ACCENTS
from courant.front.tests.make import press_of
from courant.stories.tests.make import make_paper, make_published_photo, make_published_story


def press(folder: Path, **facts: object):
    paper = make_paper(make_published_story(), **facts)
    return press_of(paper, {}, Pictures(folder / "pictures"))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def icons_of(made) -> dict[str, Image.Image]:
    """The icons that a manifest names, by purpose and size."""
    files = {f"/{file.path}": file for file in made.assets}
    found = {}
    for fact in json.loads(made.data)["icons"]:
        data = files[fact["src"]].data
        image = Image.open(io.BytesIO(data) if isinstance(data, bytes) else data)
        found[f"{fact['purpose']} {fact['sizes']}"] = image.convert("RGBA")
    return found


def test_the_manifest_names_pngs_of_the_sizes_that_systems_want(tmp_path):
    made = manifest(press(tmp_path))
    icons = icons_of(made)
    assert set(icons) == {f"{p} {n}x{n}" for p in ("any", "maskable") for n in (192, 512)}
    for name, image in icons.items():
        assert f"{image.width}x{image.height}" == name.split()[1]
        corner = image.getpixel((0, 0))[3]
        assert corner == (255 if name.startswith("maskable") else 0)


@pytest.mark.parametrize("letter", ["L", "W", "Й", "Ґ", "7"])
def test_all_of_the_letter_stands_in_the_circle_that_every_system_leaves(letter):
    image = opened(draw(letter, "", 512, whole=True)).convert("L")
    light = [
        (x, y) for y in range(0, 512, 4) for x in range(0, 512, 4) if image.getpixel((x, y)) > 128
    ]
    assert len(light) > 200
    assert all((x - 256) ** 2 + (y - 256) ** 2 < (512 * 0.4) ** 2 for x, y in light)


@pytest.mark.parametrize("brand", ["", *ACCENTS])
def test_it_has_the_colour_of_the_papers_lines(brand):
    image = opened(draw("L", brand, 192, whole=True))
    wanted = Image.new("RGB", (1, 1), ACCENTS.get(brand, INK)).getpixel((0, 0))
    assert max(abs(a - b) for a, b in zip(image.getpixel((4, 96)), wanted, strict=True)) < 8


@pytest.mark.parametrize(
    ("name", "letter"),
    [("The Lantern", "L"), ("Гавань", "Г"), ("a", "N"), ("«7 днів»", "7"), ("", "N")],
)
def test_it_is_the_first_letter_of_the_name_but_for_its_article(name, letter):
    masthead = replace(make_paper().masthead, name=name)
    assert initial(masthead) == letter


def test_a_square_logo_takes_the_letters_place(tmp_path):
    logo = make_published_photo(tmp_path, alt="Logo", width=400, height=400)
    image = opened(with_logo(logo, 192, whole=True))
    light = Image.new("RGB", (1, 1), PAPER).getpixel((0, 0))
    assert max(abs(a - b) for a, b in zip(image.getpixel((4, 4)), light, strict=True)) < 8
    assert image.getpixel((96, 96)) != light


def test_with_a_logo_that_cannot_be_read_it_is_the_letter(tmp_path):
    logo = make_published_photo(tmp_path, alt="Logo", width=400, height=400)
    with_it = icons_of(manifest(press(tmp_path, logo=logo)))["any 512x512"]
    logo.file.write_bytes(b"no picture")
    logo = replace(logo, digest="another")
    without = icons_of(manifest(press(tmp_path, logo=logo)))["any 512x512"]
    assert with_it.tobytes() != without.tobytes()
    assert without.tobytes() == icons_of(manifest(press(tmp_path)))["any 512x512"].tobytes()
