"""Photos in the sizes that pages ask for: WebP with a JPEG to fall back on, made once."""

import io
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageOps

from courant.front.made import FrontError, PublicFile
from courant.lib.digests import digest_of
from courant.lib.files import write_whole
from courant.stories.published import PublishedPhoto

FORMAT_VERSION = 1  # raise it when the encoders' options change: other bytes, another name
ENCODERS = {
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    "jpg": ("JPEG", {"quality": 80, "optimize": True, "progressive": True}),
}
ORIENTATION, ARTIST, COPYRIGHT = 0x0112, 0x013B, 0x8298
TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height
LARGEST = 60_000_000  # pixels; more is an attack or a mistake


class PictureError(FrontError):
    """A photo's file is missing or no picture."""


@dataclass(frozen=True)
class Picture:
    """One rendition: its public address and true size."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Pictures:
    """Renditions in `folder`, for readers below `base`. `used` fills with what a page needs."""

    folder: Path
    base: str = "/media/"
    used: dict[str, PublicFile] = field(default_factory=dict)
    _sizes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def for_page(self) -> "Pictures":
        """The same pictures with an empty list of used ones."""
        return replace(self, used={})

    def rendition(
        self,
        photo: PublishedPhoto,
        width: int,
        ratio: Fraction | None = None,
        ending: str = "webp",
    ) -> Picture:
        """A copy at most `width` wide, cropped around the focal point if a ratio is given.

        Raises PictureError when it has to be made and the original cannot be read.
        """
        whole = self.size(photo)
        frame = frame_of(whole, ratio)
        wide = min(width, frame[0])
        high = max(1, round(wide * frame[1] / frame[0]))
        name = _name(photo, wide, ratio, ending)
        file = self.folder / name
        if name not in self.used and not file.exists():
            write_whole(file, _encoded(photo, whole, frame, (wide, high), ending))
        self.used[name] = PublicFile(f"media/{name}", file)
        return Picture(self.base + name, wide, high)

    def srcset(
        self, photo: PublishedPhoto, widths: tuple[int, ...], ratio: Fraction | None = None
    ) -> str:
        """WebP addresses with their widths; a photo smaller than a width appears once."""
        found = {(p := self.rendition(photo, width, ratio)).width: p for width in widths}
        return ", ".join(f"{picture.url} {width}w" for width, picture in sorted(found.items()))

    def size(self, photo: PublishedPhoto) -> tuple[int, int]:
        """Width and height as seen: the file's header is read once, nothing is decoded."""
        if photo.digest not in self._sizes:
            self._sizes[photo.digest] = _seen_size(photo)
        return self._sizes[photo.digest]


def frame_of(size: tuple[int, int], ratio: Fraction | None) -> tuple[int, int]:
    """The largest frame of that ratio inside a picture."""
    width, height = size
    if ratio is None:
        return width, height
    if width >= height * ratio:
        return max(1, round(height * ratio)), height
    return width, max(1, round(width / ratio))


def _name(photo: PublishedPhoto, width: int, ratio: Fraction | None, ending: str) -> str:
    crop = [str(ratio), photo.focal_x, photo.focal_y] if ratio else []
    facts = [FORMAT_VERSION, photo.digest, photo.credit, photo.rights, *crop]
    return f"{digest_of(facts)[:12]}-{width}.{ending}"


def _seen_size(photo: PublishedPhoto) -> tuple[int, int]:
    try:
        with Image.open(photo.file) as image:
            width, height = image.size
            turned = image.getexif().get(ORIENTATION) in TURNED
    except (OSError, Image.DecompressionBombError):
        width, height, turned = photo.width, photo.height, False
    if width < 1 or height < 1:
        raise PictureError(f"{photo.file} says it is {width} × {height} pixels large.")
    return (height, width) if turned else (width, height)


def _encoded(
    photo: PublishedPhoto,
    whole: tuple[int, int],
    frame: tuple[int, int],
    size: tuple[int, int],
    ending: str,
) -> bytes:
    scale = 1.5 * size[0] / frame[0]  # some spare for the resampling
    try:
        with Image.open(photo.file) as opened:
            if opened.width * opened.height > LARGEST:
                raise PictureError(f"{photo.file} is too large: {opened.size} pixels.")
            profile = opened.info.get("icc_profile")
            opened.draft("RGB", (round(opened.width * scale), round(opened.height * scale)))
            image = ImageOps.exif_transpose(opened)
            image = image.convert("RGBA" if _has_alpha(image) else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError(f"The picture {photo.file} cannot be read: {error}") from error
    share = image.width / whole[0]  # a JPEG may have been decoded at half its size or less
    box = _box(image.size, (frame[0] * share, frame[1] * share), photo)
    return _saved(image.resize(size, Image.Resampling.LANCZOS, box=box), photo, profile, ending)


def _has_alpha(image: Image.Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _box(
    size: tuple[int, int], frame: tuple[float, float], photo: PublishedPhoto
) -> tuple[float, float, float, float]:
    """The frame's place: its middle on the focal point, as far as the edges allow."""
    wide, high = min(frame[0], size[0]), min(frame[1], size[1])
    left = min(max(photo.focal_x * size[0] - wide / 2, 0), size[0] - wide)
    top = min(max(photo.focal_y * size[1] - high / 2, 0), size[1] - high)
    return left, top, left + wide, top + high


def _saved(image: Image.Image, photo: PublishedPhoto, profile: bytes | None, ending: str) -> bytes:
    """Credit and rights travel inside the file; place, device and all else stay in the newsroom."""
    kind, options = ENCODERS[ending]
    if kind == "JPEG" and image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    exif = Image.Exif()
    if photo.credit:
        exif[ARTIST] = photo.credit.encode()  # UTF-8, as every reader of it expects
    if photo.rights:
        exif[COPYRIGHT] = photo.rights.encode()
    buffer = io.BytesIO()
    kept = {"icc_profile": profile} if profile else {}
    image.save(buffer, kind, exif=exif, **options, **kept)
    return buffer.getvalue()
