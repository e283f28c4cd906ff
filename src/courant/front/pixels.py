"""The pixels of a rendition: an original read, put into sRGB, cropped, scaled and encoded."""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from courant.front import credit
from courant.front.made import FrontError
from courant.stories.published import PublishedPhoto

# AVIF and WebP as large as a JPEG of the same look would be, less a half and a third.
ENCODERS = {
    "avif": ("AVIF", {"quality": 56, "speed": 8, "max_threads": 1}),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "jpg": ("JPEG", {"quality": 80, "optimize": True, "progressive": True}),
}
ORIENTATION = 0x0112
TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height
LARGEST = 60_000_000  # pixels; more is an attack or a mistake
SPARE = 1.5  # how much larger than needed a JPEG is decoded, for the resampling


class PictureError(FrontError):
    """A photo's file is missing or no picture."""


@dataclass(frozen=True)
class Cut:
    """A frame inside the whole picture, and the size that it gets; all in pixels."""

    whole: tuple[int, int]
    frame: tuple[int, int]
    size: tuple[int, int]


def seen_size(photo: PublishedPhoto) -> tuple[int, int]:
    """Width and height as seen, from the file's header or, if it is gone, from the desk."""
    try:
        with Image.open(photo.file) as image:
            width, height = image.size
            turned = image.getexif().get(ORIENTATION) in TURNED
    except (OSError, Image.DecompressionBombError):
        width, height, turned = photo.width, photo.height, False
    if width < 1 or height < 1:
        raise PictureError(f"{photo.file} says it is {width} × {height} pixels large.")
    return (height, width) if turned else (width, height)


def read(photo: PublishedPhoto, scale: float = 1.0) -> Image.Image:
    """The picture upright in sRGB, at least `scale` as large, without anything that is not pixels.

    Raises PictureError.
    """
    try:
        with Image.open(photo.file) as opened:
            if opened.width * opened.height > LARGEST:
                raise PictureError(f"{photo.file} is too large: {opened.size} pixels.")
            profile = opened.info.get("icc_profile")
            opened.draft(None, (round(opened.width * scale), round(opened.height * scale)))
            image = _in_srgb(ImageOps.exif_transpose(opened), profile)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError(f"The picture {photo.file} cannot be read: {error}") from error
    image.info = {}  # encoders would take comments and the like over into public files
    return image


def encoded(photo: PublishedPhoto, cut: Cut, ending: str) -> bytes:
    """The bytes of one rendition. Raises PictureError."""
    image = read(photo, min(1.0, SPARE * cut.size[0] / cut.frame[0]))
    share = image.width / cut.whole[0]  # a JPEG may have been decoded at half its size or less
    box = _box(image.size, (cut.frame[0] * share, cut.frame[1] * share), photo)
    return _saved(image.resize(cut.size, Image.Resampling.LANCZOS, box=box), photo, ending)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as browsers take them when nothing is said; a profile would cost each file 0.5 KB."""
    see_through = "A" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if see_through else "RGB"
    if image.mode in ("P", "PA", "LA", "I;16", "1", "I", "F") or not profile:
        return image.convert(mode)
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image, own, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):  # a broken or foreign profile
        converted = None
    return converted or image.convert(mode)


def _box(
    size: tuple[int, int], frame: tuple[float, float], photo: PublishedPhoto
) -> tuple[float, float, float, float]:
    """The frame's place: its middle on the focal point, as far as the edges allow."""
    wide, high = min(frame[0], size[0]), min(frame[1], size[1])
    left = min(max(photo.focal_x * size[0] - wide / 2, 0), size[0] - wide)
    top = min(max(photo.focal_y * size[1] - high / 2, 0), size[1] - high)
    return left, top, left + wide, top + high


def _saved(image: Image.Image, photo: PublishedPhoto, ending: str) -> bytes:
    """Credit and rights travel inside the file; place, device and all else stay in the newsroom."""
    kind, options = ENCODERS[ending]
    more = {}
    if kind == "JPEG":
        more["extra"] = credit.iim(photo)
        if image.mode == "RGBA":
            ground = Image.new("RGB", image.size, "white")
            ground.paste(image, mask=image.getchannel("A"))
            image = ground
    if packet := credit.xmp(photo):
        more["xmp"] = packet
    buffer = io.BytesIO()
    image.save(buffer, kind, exif=credit.exif(photo), **options, **more)
    return buffer.getvalue()
