"""The form with which photos come to the desk."""

from typing import Any

from django.core.exceptions import ValidationError
from PIL import Image, UnidentifiedImageError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

SENTENCES = {
    "invalid_image": "This is no picture, or a broken one. Save it anew as JPEG and try again.",
    "invalid_image_extension": "A picture of this kind cannot be printed. "
    "Save it as JPEG, PNG, WebP, AVIF or GIF and try again.",
    "invalid_image_known_format": "The name ends in .%(extension)s, but the file is "
    "%(image_format)s. Give it the ending of what it is.",
    "file_too_large": "The file has %(file_size)s; %(max_filesize)s are allowed. "
    "Save it as JPEG or scale it down.",
    "file_too_many_pixels": "The picture has %(num_pixels)s pixels; %(max_pixels_count)s are "
    "allowed. Scale it down and try again.",
}
BROKEN = (
    "The picture is broken: only a part of it can be read. Send it again from where it is whole."
)
AN_EIGHTH = 8  # JPEG is read all through and still fast when it is decoded that much smaller


class PhotoField(WagtailImageField):
    """Looks at the size before anything is decoded, then reads all of it.

    Wagtail's own field decodes first: a bomb goes off, and what was cut off in transfer, with a
    good beginning, is an error of the server.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages.update(SENTENCES)

    def to_python(self, data: Any) -> Any:
        if data:
            self.check_image_file_size(data)
            try:
                self._look(data)
            except UnidentifiedImageError:
                pass  # Wagtail says what it takes
            except (Image.DecompressionBombError, Image.DecompressionBombWarning):
                raise self._too_large("too many") from None
            except (OSError, ValueError, SyntaxError):
                raise ValidationError(BROKEN, code="broken") from None
            finally:
                data.seek(0)
        return super().to_python(data)

    def _look(self, data: Any) -> None:
        data.seek(0)
        with Image.open(data) as picture:
            if picture.width * picture.height > self.max_image_pixels:
                raise self._too_large(picture.width * picture.height)
            picture.draft(None, (picture.width // AN_EIGHTH, picture.height // AN_EIGHTH))
            picture.load()

    def _too_large(self, pixels: int | str) -> ValidationError:
        facts = {"num_pixels": pixels, "max_pixels_count": self.max_image_pixels}
        return ValidationError(SENTENCES["file_too_many_pixels"] % facts, "file_too_many_pixels")


class PhotoForm(BaseImageForm):
    """Refuses what no page could show, in sentences that say what to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = PhotoField(
                label=plain.label, widget=plain.widget, required=plain.required
            )
