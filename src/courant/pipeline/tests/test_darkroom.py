"""Photos are developed at the desk's back, and pages follow."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from courant.front.looks import develop
from courant.front.pictures import Pictures
from courant.pipeline import darkroom
from courant.pipeline.models import Change
from courant.stories.body import published_photo
from courant.stories.models import Photo
from courant.stories.tests.make import make_desk_photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_renditions(own_folders: Path) -> None:
    """None of other tests."""


def endings() -> set[str]:
    return {file.suffix for file in Path(settings.COURANT_RENDITIONS).glob("*.*")}


def test_an_upload_makes_nothing_that_the_editor_waits_for() -> None:
    photo = make_desk_photo()
    assert not photo.developed
    assert not endings()


def test_a_developed_photo_has_every_form_and_its_colours() -> None:
    photo = make_desk_photo()
    assert darkroom.develop_next()
    assert not darkroom.develop_next()
    photo.refresh_from_db()
    assert photo.avif
    assert len(photo.tones) == 4
    assert endings() == {".avif", ".jpg", ".webp"}


def test_pages_that_show_it_are_made_again() -> None:
    photo = make_desk_photo()
    Change.objects.all().delete()
    darkroom.develop_next()
    assert [row.subject for row in Change.objects.all()] == [f"photo:{photo.pk}"]


def test_a_page_waits_for_nothing_once_its_photo_is_developed() -> None:
    photo = make_desk_photo()
    darkroom.develop_next()
    photo.refresh_from_db()
    published = published_photo(photo)
    Path(photo.file.path).unlink()  # whatever is asked for now is there, or it fails
    develop(published, Pictures(Path(settings.COURANT_RENDITIONS)))


def test_another_credit_is_developed_anew_and_another_title_is_not() -> None:
    photo = make_desk_photo()
    darkroom.develop_next()
    photo.refresh_from_db()
    photo.title = "Another title"
    photo.save()
    assert not darkroom.develop_next()
    photo.credit = "Somebody Else"
    photo.save()
    assert not Photo.objects.get(pk=photo.pk).avif
    assert darkroom.develop_next()
    assert Photo.objects.get(pk=photo.pk).avif


def test_a_photo_that_was_changed_meanwhile_is_developed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = make_desk_photo()
    real = darkroom._developed

    def developed_while_an_editor_saves(row: Photo) -> str:
        tones = real(row)
        Photo.objects.filter(pk=row.pk).update(credit="Somebody Else")
        return tones

    monkeypatch.setattr(darkroom, "_developed", developed_while_an_editor_saves)
    assert darkroom.develop_next()
    assert not Photo.objects.get(pk=photo.pk).developed


def test_a_file_that_cannot_be_read_is_tried_once() -> None:
    photo = make_desk_photo()
    Path(photo.file.path).write_bytes(b"broken")
    assert darkroom.develop_next()
    assert not darkroom.develop_next()
    assert not Photo.objects.get(pk=photo.pk).avif


def test_what_one_can_see_through_gets_no_colours() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (600, 400), (0, 0, 0, 0)).save(buffer, "PNG")
    photo = Photo.objects.create(title="Logo", file=ContentFile(buffer.getvalue(), name="a.png"))
    darkroom.develop_next()
    photo.refresh_from_db()
    assert photo.avif
    assert not photo.tones
