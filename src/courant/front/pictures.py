"""Photos in the sizes that pages ask for: AVIF and WebP with a JPEG to fall back on, made once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from courant.front.made import PublicFile
from courant.front.pixels import Cut, PictureError, encoded, seen_size
from courant.lib.digests import digest_of
from courant.lib.files import write_whole
from courant.stories.published import PublishedPhoto

__all__ = ["Picture", "PictureError", "Pictures", "frame_of"]

FORMAT_VERSION = 2  # raise it when the encoders' options change: other bytes, another name


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
            write_whole(file, encoded(photo, Cut(whole, frame, (wide, high)), ending))
        self.used[name] = PublicFile(f"media/{name}", file)
        return Picture(self.base + name, wide, high)

    def drawn(self, name: str, draw: Callable[[], bytes]) -> str:
        """The address of a picture that is no photo, drawn when it is not there yet."""
        file = self.folder / name
        if not file.exists():
            write_whole(file, draw())
        self.used[name] = PublicFile(f"media/{name}", file)
        return self.base + name

    def srcset(
        self,
        photo: PublishedPhoto,
        widths: tuple[int, ...],
        ratio: Fraction | None = None,
        ending: str = "webp",
    ) -> str:
        """Addresses with their widths; a photo smaller than a width appears once."""
        found = {(p := self.rendition(photo, width, ratio, ending)).width: p for width in widths}
        return ", ".join(f"{picture.url} {width}w" for width, picture in sorted(found.items()))

    def size(self, photo: PublishedPhoto) -> tuple[int, int]:
        """Width and height as seen: the file's header is read once, nothing is decoded."""
        if photo.digest not in self._sizes:
            self._sizes[photo.digest] = seen_size(photo)
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
    told = [photo.credit, photo.rights, photo.origin]
    facts = [FORMAT_VERSION, photo.digest, *told, *crop]
    return f"{digest_of(facts)[:12]}-{width}.{ending}"
