"""What is at hand while one page is made: the paper, pictures, sound, language, problems."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from django.utils.encoding import iri_to_uri
from django.utils.html import format_html
from django.utils.safestring import SafeString

from courant.front.listening import Audio, spoken_of
from courant.front.made import Made, PublicFile, file_of
from courant.front.pictures import PictureError, Pictures
from courant.front.share import SIZE, VERSION, Card, draw_card
from courant.lib.digests import digest_of
from courant.lib.reads import note
from courant.narration.spoken import SpokenStory
from courant.stories.paper import Paper
from courant.stories.published import Masthead, PublishedCard, PublishedPhoto, PublishedStory


@dataclass(frozen=True)
class NewsletterBox:
    """The newsletter that pages offer."""

    slug: str
    name: str
    description: str


@dataclass(frozen=True)
class Look:
    """How large a picture stands on a page."""

    widths: tuple[int, ...]
    fallback: int  # width of the JPEG
    sizes: str
    ratio: Fraction | None = None
    eager: bool = False


WIDE, SQUARE = Fraction(3, 2), Fraction(1)
LOOKS = {
    "lead": Look((480, 800, 1200, 1600), 1200, "(min-width: 68rem) 66rem, 100vw", eager=True),
    "body": Look((480, 800, 1200), 800, "(min-width: 48rem) 44rem, 100vw"),
    "wide": Look((480, 800, 1200, 1600), 1200, "(min-width: 68rem) 66rem, 100vw"),
    "full": Look((480, 800, 1200, 1600, 2400), 1200, "100vw"),
    "front": Look((480, 800, 1200), 800, "(min-width: 64rem) 40rem, 100vw", WIDE, eager=True),
    "half": Look((480, 800, 1200), 800, "(min-width: 48rem) 38rem, 100vw", WIDE),
    "card": Look((320, 480, 800), 480, "(min-width: 48rem) 20rem, 100vw", WIDE),
    "small": Look((120, 240, 360), 240, "7.5rem", SQUARE),
    "thumb": Look((160, 320, 480), 320, "(min-width: 48rem) 11rem, 6rem", WIDE),
    "logo": Look((240, 480, 960), 480, "15rem", eager=True),
    "portrait": Look((160, 320), 160, "8rem", SQUARE),
    "face": Look((64, 128), 128, "4rem", SQUARE),
}
GROUNDS = {  # as the stylesheet has them
    "": ("#fdfcf9", "#141412"),
    "white": ("#ffffff", "#121212"),
    "cool": ("#f8fafc", "#10151b"),
}
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "yi")
CYRILLIC = ("be", "bg", "mk", "ru", "sr", "uk")
SHARE = (SQUARE, Fraction(4, 3), Fraction(16, 9))  # what search engines ask for


@dataclass(frozen=True)
class Frame:
    """What surrounds every page. Another frame is another tree of public files."""

    masthead: Masthead
    box: NewsletterBox | None = None


@dataclass(frozen=True)
class Press:
    """What all pages of one reading of the paper share."""

    paper: Paper
    pictures: Pictures
    audio: Audio
    box: NewsletterBox | None = None

    def audio_of(self, story: PublishedStory) -> SpokenStory | None:
        """The sound of exactly this text."""
        note(f"spoken:{story.id}")
        return spoken_of(story, self.audio)

    def heard(self, cards: Iterable[PublishedCard]) -> frozenset[int]:
        """Which of these stories can be heard."""
        ids = [card.id for card in cards]
        for story_id in ids:
            note(f"spoken:{story_id}")
        return frozenset(self.audio.heard(ids))

    def sheet(
        self,
        language: str,
        cards: Iterable[PublishedCard] = (),
        today: datetime | None = None,
    ) -> "Sheet":
        """A clean sheet for the next page, which shows these cards."""
        own = replace(self, pictures=self.pictures.for_page())
        return Sheet(own, language, self.heard(cards), today)


@dataclass(frozen=True)
class Sheet:
    """One page in the making; pictures and problems gather while its template runs."""

    press: Press
    language: str
    heard: frozenset[int] = frozenset()  # ids of the stories shown that have sound
    today: datetime | None = None  # the newest time on the page: of that day, cards tell the hour
    problems: list[str] = field(default_factory=list)

    @property
    def paper(self) -> Paper:
        return self.press.paper

    @property
    def fonts(self) -> list[str]:
        """The font files that the page needs first; spaces and figures are in the Latin ones."""
        cyrillic = self.language.partition("-")[0] in CYRILLIC
        scripts = ("latin", "cyrillic") if cyrillic else ("latin",)
        return [f"fonts/{family}-{s}.woff2" for s in scripts for family in ("serif", "sans")]

    @property
    def ground(self) -> tuple[str, str]:
        """The page's colours by day and by night, for the browser's own frame."""
        return GROUNDS[self.paper.masthead.ground]

    @property
    def is_rtl(self) -> bool:
        return self.language.partition("-")[0] in RIGHT_TO_LEFT

    @property
    def og_locale(self) -> str:
        return {"en": "en_GB", "uk": "uk_UA"}.get(self.language, self.language.replace("-", "_"))

    def picture(self, photo: PublishedPhoto, look: str, alt: str | None = None) -> SafeString:
        """`<picture>` with true sizes; nothing, and a problem noted, if the file cannot be read."""
        try:
            return self._picture(photo, LOOKS[look], photo.alt if alt is None else alt)
        except PictureError as error:
            self._note(error)
            return SafeString("")

    def share_images(self, photo: PublishedPhoto | None) -> list[tuple[str, int, int]]:
        """Absolute addresses of the picture in three shapes, the widest last."""
        if photo is None:
            return []
        try:
            made = [self.press.pictures.rendition(photo, 1200, ratio, "jpg") for ratio in SHARE]
        except PictureError as error:
            self._note(error)
            return []
        return [(self.absolute(p.url), p.width, p.height) for p in made]

    def share_card(self, card: Card) -> list[tuple[str, int, int]]:
        """The absolute address of a drawn picture, for a page without a photo."""
        name = f"share-{digest_of([VERSION, *astuple(card)])[:12]}.png"
        url = self.press.pictures.drawn(name, lambda: draw_card(card))
        return [(self.absolute(url), *SIZE)]

    def absolute(self, path: str) -> str:
        return path if "://" in path else self.paper.url + iri_to_uri(path)

    def made(self, path: str, html: str, others: Iterable[PublicFile] = ()) -> Made:
        """The page at an address, with all it needs."""
        assets = (*self.press.pictures.used.values(), *others)
        return Made(file_of(path), html.encode(), assets, tuple(self.problems))

    def _picture(self, photo: PublishedPhoto, look: Look, alt: str) -> SafeString:
        pictures = self.press.pictures
        shown = pictures.rendition(photo, look.fallback, look.ratio, "jpg")
        return format_html(
            '<picture><source type="image/webp" srcset="{}" sizes="{}">'
            '<img src="{}" alt="{}" width="{}" height="{}" {}></picture>',
            pictures.srcset(photo, look.widths, look.ratio),
            look.sizes,
            shown.url,
            alt,
            shown.width,
            shown.height,
            SafeString('fetchpriority="high"' if look.eager else 'loading="lazy" decoding="async"'),
        )

    def _note(self, error: PictureError) -> None:
        if str(error) not in self.problems:
            self.problems.append(str(error))
