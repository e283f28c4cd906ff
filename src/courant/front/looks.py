"""How large pictures stand on pages, in which shapes and forms."""

from dataclasses import dataclass
from fractions import Fraction

from courant.front.pictures import Pictures, frame_of
from courant.stories.published import PublishedPhoto


@dataclass(frozen=True)
class Look:
    """How large a picture stands on a page."""

    widths: tuple[int, ...]
    fallback: int  # width of the JPEG
    sizes: str
    ratio: Fraction | None = None
    eager: bool = False
    phone: Fraction | None = None  # the shape on a phone, of a picture that is wider than that
    opens: bool = False  # a link to the whole picture


WIDE, SQUARE, UPRIGHT = Fraction(3, 2), Fraction(1), Fraction(4, 3)
LOOKS = {
    "lead": Look(
        (480, 800, 1200, 1600),
        1200,
        "(min-width: 68rem) 66rem, 100vw",
        eager=True,
        phone=UPRIGHT,
        opens=True,
    ),
    "body": Look((480, 800, 1200), 1200, "(min-width: 48rem) 44rem, 100vw", opens=True),
    "wide": Look((480, 800, 1200, 1600), 1200, "(min-width: 68rem) 66rem, 100vw", opens=True),
    "full": Look((480, 800, 1200, 1600, 2400), 1200, "100vw", opens=True),
    "gallery": Look((320, 480, 800), 480, "(min-width: 48rem) 22rem, 50vw", WIDE, opens=True),
    "front": Look(
        (480, 800, 1200), 800, "(min-width: 64rem) 40rem, 100vw", WIDE, eager=True, phone=UPRIGHT
    ),
    "half": Look((480, 800, 1200), 800, "(min-width: 48rem) 38rem, 100vw", WIDE),
    "card": Look((320, 480, 800), 480, "(min-width: 48rem) 20rem, 100vw", WIDE),
    "small": Look((120, 240, 360), 240, "7.5rem", SQUARE),
    "thumb": Look((160, 320, 480), 320, "(min-width: 48rem) 11rem, 6rem", WIDE),
    "logo": Look((240, 480, 960), 480, "15rem", eager=True),
    "portrait": Look((160, 320), 160, "8rem", SQUARE),
    "face": Look((64, 128), 128, "4rem", SQUARE),
}
RARE = ("full", "logo")  # made when a page asks for them
PHONE = "(max-width: 40rem)"
PHONE_WIDTHS = (480, 800, 1200)
SMALL = 480  # pixels: of smaller pictures AVIF saves next to nothing
SHARE = (SQUARE, Fraction(4, 3), Fraction(16, 9))  # what search engines ask for
SHARE_WIDTH = WHOLE_WIDTH = 1200


def endings(photo: PublishedPhoto, look: Look) -> tuple[str, ...]:
    """The forms beside JPEG. AVIF is slow to make: pages have it when the worker has made it."""
    return ("avif", "webp") if photo.avif and look.widths[-1] > SMALL else ("webp",)


def phone_ratio(photo: PublishedPhoto, look: Look, pictures: Pictures) -> Fraction | None:
    """The shape that phones get; None for the one that all get."""
    if look.phone is None or (photo.whole and look.ratio is None):
        return None
    width, height = frame_of(pictures.size(photo), look.ratio)
    return look.phone if width > height * look.phone else None


def develop(photo: PublishedPhoto, pictures: Pictures) -> None:
    """Make what pages are likely to ask for, before one does. Raises PictureError."""
    for look in (look for name, look in LOOKS.items() if name not in RARE):
        pictures.rendition(photo, look.fallback, look.ratio, "jpg")
        phone = phone_ratio(photo, look, pictures)
        for ending in endings(photo, look):
            pictures.srcset(photo, look.widths, look.ratio, ending)
            if phone:
                pictures.srcset(photo, PHONE_WIDTHS, phone, ending)
    for ratio in (None, *SHARE):
        pictures.rendition(photo, SHARE_WIDTH, ratio, "jpg")
