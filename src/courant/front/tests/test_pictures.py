"""Renditions."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image, ImageCms, IptcImagePlugin

from courant.front.pictures import PictureError, Pictures
from courant.front.pixels import ORIENTATION
from courant.stories.published import PublishedPhoto
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


def made(pictures: Pictures, photo: PublishedPhoto, ending: str, width: int = 300) -> Path:
    return pictures.folder / pictures.rendition(photo, width, ending=ending).url.rpartition("/")[2]


FORMS = ("jpg", "webp", "avif")


@pytest.mark.parametrize("ending", FORMS)
def test_nothing_private_of_the_original_comes_out(
    pictures: Pictures, tmp_path: Path, ending: str
) -> None:
    photo = make_published_photo(tmp_path)
    exif = Image.Exif()
    exif[0x0110] = "SECRET camera"
    exif.get_ifd(0x8769)[0xA431] = "SECRET serial number"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 27.0, 1.0), 29: "SECRET day"})
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET place</x:xmpmeta>'
    marker = b"\xff\xed\x00\x1cPhotoshop 3.0\x00SECRET town"
    options = {"exif": exif, "xmp": packet, "comment": b"SECRET note", "extra": marker}
    Image.new("RGB", (800, 533), "teal").save(photo.file, **options)
    assert photo.file.read_bytes().count(b"SECRET") == 6
    file = made(pictures, photo, ending)
    assert b"SECRET" not in file.read_bytes()
    with Image.open(file) as image:
        assert set(image.getexif()) <= {0x013B, 0x8298}
        assert not image.getexif().get_ifd(0x8825)


@pytest.mark.parametrize("ending", FORMS)
def test_each_form_says_who_made_it_under_which_terms_and_how(
    pictures: Pictures, tmp_path: Path, ending: str
) -> None:
    photo = make_published_photo(
        tmp_path,
        credit="Ілля <Brandt>/Lantern & Co",
        rights="CC BY 4.0",
        source="Own archive",
        origin="digitalCapture",
    )
    with Image.open(made(pictures, photo, ending)) as image:
        facts = image.getxmp()["xmpmeta"]["RDF"]["Description"]
    assert facts["creator"]["Seq"]["li"] == "Ілля <Brandt>"
    assert facts["Credit"] == "Ілля <Brandt>/Lantern & Co"
    assert "Source" not in facts  # of the desk alone
    assert facts["rights"]["Alt"]["li"]["text"] == "CC BY 4.0"
    assert facts["DigitalSourceType"].endswith("digitalsourcetype/digitalCapture")


def test_picture_desks_find_the_credit_in_a_jpeg(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path, credit="Ілля Brandt/Lantern", rights="CC BY 4.0")
    with Image.open(made(pictures, photo, "jpg")) as image:
        found = IptcImagePlugin.getiptcinfo(image)
    assert found
    assert found[2, 80] == "Ілля Brandt".encode()
    assert found[2, 110] == "Ілля Brandt/Lantern".encode()
    assert found[2, 116] == b"CC BY 4.0"


def test_a_photo_without_words_has_no_empty_ones_in_its_files(
    pictures: Pictures, tmp_path: Path
) -> None:
    photo = make_published_photo(tmp_path, credit="")
    with Image.open(made(pictures, photo, "jpg")) as image:
        assert not image.getxmp()
        assert not IptcImagePlugin.getiptcinfo(image)


def test_colours_of_other_profiles_are_those_that_the_photographer_saw(
    pictures: Pictures, tmp_path: Path
) -> None:
    photo = make_published_photo(tmp_path)
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = usual.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")
    Image.new("RGB", (800, 533), "red").save(photo.file, icc_profile=swapped)
    with Image.open(made(pictures, photo, "jpg")) as image:
        assert "icc_profile" not in image.info
        red, _, blue = image.getpixel((100, 100))  # type: ignore[misc]
    assert blue > 200 > 60 > red


def test_a_print_shops_jpeg_comes_out_in_screen_colours(pictures: Pictures, tmp_path: Path) -> None:
    photo = make_published_photo(tmp_path)
    Image.new("CMYK", (800, 533), (0, 255, 255, 0)).save(photo.file, icc_profile=b"broken")
    with Image.open(made(pictures, photo, "jpg")) as image:
        red, green, blue = image.getpixel((100, 100))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 80
