"""Renditions."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from courant.front.pictures import ORIENTATION, PictureError, Pictures
from courant.stories.tests.make import make_published_photo

SQUARE = Fraction(1)


def test_a_photo_is_never_made_larger(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path)
    assert pictures.rendition(photo, 1600).width == 800
    entries = pictures.srcset(photo, (400, 1200, 1600)).split(", ")
    assert [entry.split()[1] for entry in entries] == ["400w", "800w"]


def test_the_told_size_is_the_true_one(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path)
    for ratio in (None, SQUARE, Fraction(16, 9), Fraction(3, 2)):
        for ending in ("webp", "jpg"):
            picture = pictures.rendition(photo, 333, ratio, ending)
            with Image.open(pictures.folder / picture.url.rsplit("/", 1)[1]) as image:
                assert image.size == (picture.width, picture.height)


def test_a_picture_taken_upright_is_shown_upright(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.new("RGB", (800, 533), "teal").save(photo.file, exif=exif)
    picture = pictures.rendition(photo, 200)
    assert picture.height > picture.width
    with Image.open(pictures.used[picture.url.removeprefix("/media/")].data) as image:
        assert image.size == (picture.width, picture.height)


def test_a_crop_keeps_the_focal_point(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path, focal_x=0.95)
    image = Image.new("RGB", (800, 533), "white")
    image.paste("red", (700, 0, 800, 533))
    image.save(photo.file, quality=95)
    name = pictures.rendition(photo, 300, SQUARE, "jpg").url.removeprefix("/media/")
    with Image.open(pictures.folder / name) as made:
        red, green, _ = made.getpixel((290, 150))  # type: ignore[misc]
    assert red > 200
    assert green < 60


def test_another_focal_point_is_another_file(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path)
    moved = replace(photo, focal_x=0.1)
    assert pictures.rendition(photo, 100, SQUARE) != pictures.rendition(moved, 100, SQUARE)
    assert pictures.rendition(photo, 100) == pictures.rendition(moved, 100)


def test_a_cached_picture_is_not_made_again(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path)
    first = pictures.rendition(photo, 400)
    photo.file.unlink()
    assert pictures.for_page().rendition(photo, 400) == first
    assert Pictures(pictures.folder).rendition(photo, 400) == first


def test_credit_travels_inside_the_file_and_the_place_does_not(
    pictures: Pictures, tmp_path: Path
) -> None:
    photo = make_published_photo(tmp_path, credit="Малюнок: Lotte", rights="CC0 1.0")
    exif = Image.Exif()
    exif[0x0110] = "Secret Camera"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (800, 533)).save(photo.file, exif=exif)
    for ending in ("jpg", "webp"):
        name = pictures.rendition(photo, 300, ending=ending).url.removeprefix("/media/")
        data = (pictures.folder / name).read_bytes()
        assert "Малюнок: Lotte".encode() in data
        assert b"CC0 1.0" in data
        assert b"Secret" not in data
        with Image.open(pictures.folder / name) as made:
            assert not made.getexif().get_ifd(0x8825)


def test_a_missing_file_is_named(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path)
    photo.file.unlink()
    with pytest.raises(PictureError, match=photo.file.name):
        pictures.rendition(photo, 400)


def test_used_pictures_are_known_by_page(pictures: Pictures, tmp_path: Path) -> None:
    page = pictures.for_page()
    picture = page.rendition(make_published_photo(tmp_path), 400)
    assert picture.url == "/media/" + next(iter(page.used))
    assert not pictures.used


def test_a_preview_has_its_own_address(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "r", base="/desk/preview/")
    picture = pictures.rendition(make_published_photo(tmp_path), 400)
    assert picture.url.startswith("/desk/preview/")
