"""What is at hand while one page is made: the paper, pictures, sound, language, problems."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime

from django.utils.encoding import iri_to_uri
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from courant.front.icon import TOUCH, icon
from courant.front.listening import Audio, spoken_of
from courant.front.looks import (
    LOOKS,
    PHONE,
    PHONE_WIDTHS,
    SHARE,
    SHARE_WIDTH,
    WHOLE_WIDTH,
    Look,
    endings,
    phone_ratio,
)
from courant.front.made import Made, PublicFile, file_of
from courant.front.pictures import PictureError, Pictures
from courant.front.share import SIZE, VERSION, Card, draw_card
from courant.front.tones import classes
from courant.lib.digests import digest_of
from courant.lib.reads import note
from courant.narration.spoken import SpokenStory
from courant.stories.paper import Paper
from courant.stories.published import (
    Masthead,
    PublishedCard,
    PublishedFront,
    PublishedPhoto,
    PublishedStory,
)


@dataclass(frozen=True)
class NewsletterBox:
    """The newsletter that pages offer."""

    slug: str
    name: str
    description: str
    language: str = ""  # empty: the paper's


GROUNDS = {  # as the stylesheet has them
    "": ("#fdfcf9", "#141412"),
    "white": ("#ffffff", "#121212"),
    "cool": ("#f8fafc", "#10151b"),
}
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "yi")
CYRILLIC = ("be", "bg", "mk", "ru", "sr", "uk")


@dataclass(frozen=True)
class Frame:
    """What surrounds every page. Another frame is another tree of public files."""

    masthead: Masthead
    box: NewsletterBox | None = None
    counted: bool = False  # pages of stories tell that they were read


@dataclass(frozen=True)
class Press:
    """What all pages of one reading of the paper share."""

    paper: Paper
    pictures: Pictures
    audio: Audio
    box: NewsletterBox | None = None
    counted: bool = False

    def warm(self, story_ids: Iterable[int]) -> None:
        """Have stories and their sound at hand that are asked for next."""
        self.audio.warm(self.paper.warm(story_ids))

    def stories(self, story_ids: Iterable[int]) -> tuple[PublishedStory, ...]:
        """The whole of these stories, with their sound at hand; see `Paper.whole_stories`."""
        found = self.paper.whole_stories(story_ids)
        self.audio.warm(found)
        return found

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
    def front(self) -> PublishedFront:
        """The front page to which it belongs, and what that says of the paper."""
        return self.paper.masthead.front_for(self.language)

    def here(self, path: str, language: str = "") -> str:
        """What a language's front, by default the page's own, has of /search/ or of a person."""
        return self.paper.masthead.front_for(language or self.language).at(path)

    @property
    def font(self) -> str:
        """The font file that the page needs first; the Cyrillic one has spaces and figures too."""
        cyrillic = self.language.partition("-")[0] in CYRILLIC
        return f"fonts/serif-{'cyrillic' if cyrillic else 'latin'}.woff2"

    @property
    def touch_icon(self) -> str:
        return self.icon(TOUCH)

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
            made = [self.press.pictures.rendition(photo, SHARE_WIDTH, r, "jpg") for r in SHARE]
        except PictureError as error:
            self._note(error)
            return []
        return [(self.absolute(p.url), p.width, p.height) for p in made]

    def share_card(self, card: Card) -> list[tuple[str, int, int]]:
        """The absolute address of a drawn picture, for a page without a photo."""
        name = f"share-{digest_of([VERSION, *astuple(card)])[:12]}.png"
        url = self.press.pictures.drawn(name, lambda: draw_card(card))
        return [(self.absolute(url), *SIZE)]

    def icon(self, side: int, *, whole: bool = True) -> str:
        """The address of the paper's sign on home screens."""
        return icon(self.paper.masthead, self.press.pictures, side, whole=whole)

    def absolute(self, path: str) -> str:
        return path if "://" in path else self.paper.url + iri_to_uri(path)

    def made(self, path: str, html: str, others: Iterable[PublicFile] = ()) -> Made:
        """The page at an address, with all it needs."""
        assets = (*self.press.pictures.used.values(), *others)
        return Made(file_of(path), html.encode(), assets, tuple(self.problems))

    def _picture(self, photo: PublishedPhoto, look: Look, alt: str) -> SafeString:
        shown = self.press.pictures.rendition(photo, look.fallback, look.ratio, "jpg")
        tones = classes(photo.tones)
        html = format_html(
            '<picture>{}<img src="{}" alt="{}" width="{}" height="{}"{} {}></picture>',
            self._sources(photo, look),
            shown.url,
            alt,
            shown.width,
            shown.height,
            format_html(' class="{}"', tones) if tones else "",
            SafeString('fetchpriority="high"' if look.eager else 'loading="lazy" decoding="async"'),
        )
        if not look.opens:
            return html
        whole = self.press.pictures.rendition(photo, WHOLE_WIDTH, ending="jpg")
        return format_html('<a class="enlarge" href="{}">{}</a>', whole.url, html)

    def _sources(self, photo: PublishedPhoto, look: Look) -> SafeString:
        """The best form first, and what phones get before what all get."""
        pictures = self.press.pictures
        rows: list[tuple[str, str, str, str]] = []
        for ending in endings(photo, look):
            if phone := phone_ratio(photo, look, pictures):
                size = pictures.rendition(photo, PHONE_WIDTHS[0], phone, ending)
                srcset = pictures.srcset(photo, PHONE_WIDTHS, phone, ending)
                only = format_html(
                    ' media="{}" width="{}" height="{}"', PHONE, size.width, size.height
                )
                rows.append((only, ending, srcset, "100vw"))
            rows.append(
                ("", ending, pictures.srcset(photo, look.widths, look.ratio, ending), look.sizes)
            )
        row = '<source{} type="image/{}" srcset="{}" sizes="{}">'
        return format_html_join("", row, rows)

    def _note(self, error: PictureError) -> None:
        if str(error) not in self.problems:
            self.problems.append(str(error))
