"""What pages say of themselves to machines, in their <head>."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.utils.safestring import SafeString

from courant.front import linked_data
from courant.front.alternates import Alternates, alternates
from courant.front.share import Card
from courant.front.sheet import Sheet
from courant.narration.spoken import SpokenStory
from courant.stories import published as out
from courant.stories.paper import Paper


@dataclass(frozen=True)
class Head:
    """What a page says about itself to machines."""

    title: str
    path: str  # "" where the page has no address of its own
    description: str = ""
    type: str = "website"
    images: list[tuple[str, int, int]] = field(default_factory=list)
    image_alt: str = ""
    feed: tuple[str, str] | None = None  # title, path, beside the paper's own
    data: tuple[SafeString, ...] = ()
    story: out.PublishedStory | None = None
    audio: str = ""
    section: out.PublishedSection | None = None
    card: str = ""  # path of what other sites may show of it
    is_front: bool = False
    alternates: Alternates = ()

    @property
    def paths(self) -> dict[str, str]:
        """Where the same is said in other languages, by language."""
        return dict(self.alternates)


def story_head(
    sheet: Sheet,
    story: out.PublishedStory,
    spoken: SpokenStory | None,
    versions: Sequence[out.PublishedCard] = (),
) -> Head:
    """All about one story."""
    photo, section, paper = story.lead_photo, story.section, sheet.paper
    images = sheet.share_images(photo)
    article = linked_data.news_article(
        story, paper, images=images, spoken=spoken, versions=versions
    )
    head = Head(
        title=story.headline,
        path=story.path,
        description=story.standfirst,
        type="article",
        images=images[-1:],
        image_alt=photo.alt if photo else "",
        feed=(section.title, f"{section.path}feed.xml"),
        data=(
            linked_data.script_json(article),
            crumbs(paper, *way_to(paper, section), (story.headline, story.path)),
        ),
        story=story,
        audio=sheet.absolute(spoken.path) if spoken else "",
        section=section,
        alternates=alternates({s.language: s.path for s in (story, *versions)}, paper.language),
        card=card_path(story.id),
    )
    return pictured(sheet, head, signature=paper.name)


def card_path(story_id: int) -> str:
    """The address of what other sites may show of a story, for good."""
    return f"/oembed/{story_id}.json"


def share_image(sheet: Sheet, story: out.PublishedStory) -> tuple[str, int, int]:
    """The picture by which others show a story: address, width, height."""
    if images := sheet.share_images(story.lead_photo):
        return images[-1]
    return sheet.share_card(_card(story.headline, sheet.paper.name, story.section))[0]


def pictured(sheet: Sheet, head: Head, *, signature: str) -> Head:
    """The head with a drawn picture to share, where the page has no photo."""
    if head.images:
        return head
    card = _card(head.title, signature, head.section)
    return replace(head, images=sheet.share_card(card), image_alt=head.title)


def _card(title: str, signature: str, section: out.PublishedSection | None) -> Card:
    kicker = section.title if section and section.title != title else ""
    return Card(title, signature, kicker, section.accent if section else "")


def crumbs(paper: Paper, *steps: tuple[str, str]) -> SafeString:
    return linked_data.script_json(linked_data.breadcrumbs(paper, *steps))


def section_at(paper: Paper, path: str) -> out.PublishedSection | None:
    """The innermost section below whose address something stands."""
    within = [section for section in paper.sections if path.startswith(section.path)]
    return max(within, key=lambda section: len(section.path), default=None)


def way_to(paper: Paper, section: out.PublishedSection) -> Iterator[tuple[str, str]]:
    """The sections that it stands in, the widest first, then itself."""
    for above in reversed(section.above):
        if found := paper.section(above):
            yield found.title, found.path
    yield section.title, section.path
