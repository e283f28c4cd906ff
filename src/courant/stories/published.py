"""A story as every output sees it: frozen, complete, free of the database."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """A stretch of text with one look. `href` is an absolute URL or a path of this paper."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


Inline = tuple[Run, ...]


def plain(runs: Inline) -> str:
    """The words of runs, without their look."""
    return "".join(run.text for run in runs)


@dataclass(frozen=True)
class PublishedPhoto:
    """A picture with what must stand beside it. `file` is the original, outside the public root."""

    id: int
    file: Path
    width: int
    height: int
    alt: str
    caption: str
    credit: str
    digest: str  # of the file: a replaced picture is another picture
    focal_x: float = 0.5  # 0 is the left edge, 1 the right one
    focal_y: float = 0.5
    source: str = ""
    rights: str = ""
    origin: str = ""  # IPTC's code for how it was made, such as digitalCapture
    whole: bool = False  # nothing of it may be cut off in its story: a chart, a document
    tones: str = ""  # what stands in its place until it is there: `front.tones`
    avif: bool = False  # the worker has made those that are slow to make

    @property
    def by_machine(self) -> bool:
        """Whether readers must be told that it is no photograph."""
        return self.origin.endswith("lgorithmicMedia")


@dataclass(frozen=True)
class PublishedPerson:
    """Somebody whom a byline names."""

    id: int
    name: str
    path: str  # "/people/marta-ojukwu/"
    role: str = ""  # in the newsroom: "Harbour correspondent"
    bio: str = ""
    portrait: PublishedPhoto | None = None


@dataclass(frozen=True)
class PublishedByline:
    """One name over a story; `role` is by, with, photos, drawings, translation, agency…"""

    role: str
    name: str
    person: PublishedPerson | None = None  # None: a free-text name such as an agency


@dataclass(frozen=True)
class PublishedTopic:
    id: int
    name: str
    path: str  # "/topics/ferries/"


@dataclass(frozen=True)
class PublishedSection:
    id: int
    title: str
    path: str  # "/harbour/"
    slug: str
    language: str
    description: str = ""
    accent: str = ""  # CSS colour name of the section's accent, e.g. "teal"
    above: tuple[int, ...] = ()  # ids of the sections that it stands in, the nearest first
    audio: str = "after"  # its stories come out before their sound; "wait": with it; "none"


@dataclass(frozen=True)
class Block:
    """One piece of the body. `id` is stable over edits: cues and anchors point at it."""

    id: str


@dataclass(frozen=True)
class Paragraph(Block):
    runs: Inline


@dataclass(frozen=True)
class Subheading(Block):
    text: str


@dataclass(frozen=True)
class PhotoBlock(Block):
    photo: PublishedPhoto
    size: str = ""  # wide, full; empty: as wide as the text


@dataclass(frozen=True)
class Gallery(Block):
    photos: tuple[PublishedPhoto, ...]


@dataclass(frozen=True)
class Quote(Block):
    """Something said, with who said it."""

    runs: Inline
    speaker: str = ""
    speaker_role: str = ""


@dataclass(frozen=True)
class PullQuote(Block):
    """A phrase of the story shown large: display, not new text."""

    text: str


@dataclass(frozen=True)
class ListBlock(Block):
    items: tuple[Inline, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Box(Block):
    title: str
    paragraphs: tuple[Inline, ...]


@dataclass(frozen=True)
class Table(Block):
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Embed(Block):
    """A link shown as a card; nothing is loaded from there unless a reader asks for it."""

    url: str
    title: str
    description: str = ""
    provider: str = ""


@dataclass(frozen=True)
class RelatedStory(Block):
    path: str
    headline: str
    standfirst: str = ""
    language: str = ""


@dataclass(frozen=True)
class Update(Block):
    """One entry of live coverage begins: what follows, up to the next one, belongs to it."""

    time: datetime
    headline: str


@dataclass(frozen=True)
class PublishedCorrection:
    time: datetime
    kind: str  # correction, clarification, update
    text: str


@dataclass(frozen=True)
class PublishedRecording:
    """Somebody reads the story aloud. `file` is the original, outside the public root."""

    file: Path
    digest: str
    reader: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class PublishedCard:
    """What lists show of a story. Times are aware."""

    id: int
    path: str  # "/harbour/ferry-returns/"
    headline: str
    standfirst: str
    kind: str  # news, analysis, opinion, explainer, interview, feature, live, gallery
    language: str  # BCP 47
    section: PublishedSection
    bylines: tuple[PublishedByline, ...]
    published: datetime
    lead_photo: PublishedPhoto | None
    minutes: int = 1  # reading time
    ended: bool = False  # of live coverage: nothing more will come
    original: int = 0  # id of the story that this one tells in another language

    @property
    def is_live(self) -> bool:
        """Whether more is to come on its page."""
        return self.kind == "live" and not self.ended


@dataclass(frozen=True, kw_only=True)
class PublishedStory(PublishedCard):
    """All of a story that a reader, a listener or a subscriber may get."""

    topics: tuple[PublishedTopic, ...]
    updated: datetime | None  # None: unchanged since it was published
    body: tuple[Block, ...]
    corrections: tuple[PublishedCorrection, ...] = ()
    words: int = 0
    voices: tuple[str, ...] = ()  # asked for by the story, its authors, its section, in that order
    recording: PublishedRecording | None = None  # heard instead of any voice
    unspoken: bool = False  # the editor wants no audio
    unread: tuple[str, ...] = ()  # ids of blocks that are seen and not heard
    month: str = ""  # "2026-11", of its publication on the paper's clock

    @property
    def changed(self) -> datetime:
        """When its text last changed, corrections included."""
        times = [self.published, *(correction.time for correction in self.corrections)]
        return max([*times, self.updated] if self.updated else times)

    @cached_property
    def card(self) -> PublishedCard:
        """The part of it that lists show: lists need not be made again for another body."""
        return PublishedCard(**{f.name: getattr(self, f.name) for f in fields(PublishedCard)})


@dataclass(frozen=True)
class Moved:
    """An address that something public had before, and where it is now."""

    id: int
    old_path: str  # "/harbour/ferry/"
    path: str


@dataclass(frozen=True)
class MachineRules:
    """What machines may have of the paper, as its editors decided."""

    search: bool = True  # search engines may list it
    training: bool = False  # models may be trained on it
    whole_feeds: bool = True  # feeds bring whole stories, else what they are about
    guide: bool = False  # llms.txt says where what is


@dataclass(frozen=True)
class PublishedLink:
    """A line of the menu."""

    title: str
    path: str  # or an absolute URL
    language: str = ""
    accent: str = ""
    section: int = 0  # id of the section that it leads to


@dataclass(frozen=True)
class PublishedPage:
    """A page that is no story: standards, contact, how to send us something in secret."""

    id: int
    title: str
    path: str
    purpose: str = ""  # standards, contact, tips
    standfirst: str = ""
    body: tuple[Block, ...] = ()


@dataclass(frozen=True)
class PublishedFront:
    """The front page in one language, and what pages in that language say of the paper."""

    language: str
    path: str  # "/" in the paper's own language, else "/uk/"
    tagline: str = ""
    notice: str = ""

    def at(self, path: str) -> str:
        """Where it has what stands at a path of the paper: "/search/" gives "/uk/search/"."""
        return self.path + path.lstrip("/")


@dataclass(frozen=True)
class FrontChoices:
    """What editors chose for the front page: ids of stories, public or not, in their order."""

    top: tuple[int, ...] = ()  # the first one is the largest
    important: tuple[int, ...] = ()
    opinion: tuple[int, ...] = ()
    bar: str = ""  # what the bar above all else says it is: breaking, live; empty: none was chosen
    bar_text: str = ""  # empty: the story's headline
    bar_story: int | None = None


@dataclass(frozen=True)
class Masthead:
    """What every page says of the paper. Another one is another tree of public files."""

    name: str
    tagline: str
    language: str
    time_zone: str  # IANA
    url: str  # where readers find it, no slash at the end
    about: str = ""
    notice: str = ""  # stands in every footer
    sections: tuple[PublishedSection, ...] = ()  # in menu order
    machines: MachineRules = MachineRules()
    links: tuple[PublishedLink, ...] = ()  # the menu, where editors chose another one
    pages: tuple[PublishedPage, ...] = ()  # without their bodies
    logo: PublishedPhoto | None = None  # stands for the name
    logo_dark: PublishedPhoto | None = None  # on a dark ground
    ground: str = ""  # the paper's colour, a name of the stylesheet
    brand: str = ""  # the colour of its lines
    fronts: tuple[PublishedFront, ...] = ()  # in other languages than the paper's own

    @property
    def menu(self) -> tuple[PublishedLink, ...]:
        """What editors chose, else the sections that stand in no other one."""
        return self.links or tuple(
            PublishedLink(s.title, s.path, s.language, s.accent, s.id)
            for s in self.sections
            if not s.above
        )

    @property
    def every_front(self) -> tuple[PublishedFront, ...]:
        """The paper's own first."""
        return (self.own_front, *self.fronts)

    @property
    def own_front(self) -> PublishedFront:
        """In the paper's own language."""
        return PublishedFront(self.language, "/", self.tagline, self.notice)

    def other_front(self, language: str) -> PublishedFront | None:
        """In a language that is not the paper's own."""
        return next((front for front in self.fronts if front.language == language), None)

    def front_for(self, language: str) -> PublishedFront:
        """The front where what is in a language belongs: the paper's own where it has no other."""
        return self.other_front(language) or self.own_front

    def menu_on(self, front: PublishedFront) -> tuple[PublishedLink, ...]:
        """The menu of pages that belong to a front: without what belongs to another one."""
        here = [
            line for line in self.menu if not line.language or self._belongs(line.language, front)
        ]
        return tuple(here) if any(line.section for line in here) else self.menu

    def sections_on(self, front: PublishedFront) -> tuple[PublishedSection, ...]:
        """The sections that belong to a front; all of them where it has none of its own."""
        here = tuple(s for s in self.sections if self._belongs(s.language, front))
        return here or self.sections

    def _belongs(self, language: str, front: PublishedFront) -> bool:
        return self.front_for(language).language == front.language
