"""What an editor is told who brings a file that is no good picture."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from courant.stories.models import Photo
from courant.stories.tests.make import make_picture_bytes

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the file open that it scales a picture into.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def answer_to(client: Client, name: str, data: bytes) -> str:
    """The page after an upload."""
    facts = {"title": "A photo", "file": SimpleUploadedFile(name, data), "collection": 1}
    return client.post(reverse("wagtailimages:add"), facts, follow=True).content.decode()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is `side` × `side` pixels large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 100)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_a_good_photo_is_taken(admin_client: Client) -> None:
    answer_to(admin_client, "boat.jpg", make_picture_bytes())
    assert Photo.objects.get().title == "A photo"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("boat.jpg", b"no picture at all", "This is no picture, or a broken one. Save it anew"),
        ("boat.svg", b"<svg/>", "A picture of this kind cannot be printed. Save it as JPEG"),
        ("boat.png", make_picture_bytes(), "ends in .png, but the file is jpeg."),
        ("boat.png", bomb(9_000), "81000000 pixels; 60000000 are allowed. Scale it down"),
        ("boat.png", bomb(60_000), "too many pixels; 60000000 are allowed. Scale it down"),
        ("boat.jpg", make_picture_bytes(2000, 1500)[:9000], "only a part of it can be read"),
        ("boat.png", bomb(900), "only a part of it can be read"),
    ],
    ids=["none", "kind", "ending", "large", "bomb", "cut jpeg", "cut png"],
)
def test_a_bad_one_is_refused_in_a_sentence(
    admin_client: Client, name: str, data: bytes, sentence: str
) -> None:
    assert sentence in answer_to(admin_client, name, data)
    assert not Photo.objects.exists()


def test_several_at_once_are_told_the_same(admin_client: Client) -> None:
    file = SimpleUploadedFile("boat.jpg", make_picture_bytes(2000, 1500)[:9000])
    url = reverse("wagtailimages:add_multiple")
    told: Any = admin_client.post(url, {"files[]": file, "title": "A photo"}).json()
    assert not told["success"]
    assert "only a part of it can be read" in told["error_message"]


def test_a_heavy_photo_of_a_good_size_is_taken(admin_client: Client) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((2400, 1600), 90).save(buffer, "JPEG", quality=95)
    answer_to(admin_client, "noise.jpg", buffer.getvalue())
    assert Photo.objects.exists()
