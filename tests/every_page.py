"""A small paper that needs every template, its files in a folder, and where each page stands."""

from datetime import timedelta
from pathlib import Path

from courant.front.pictures import Pictures
from courant.front.sheet import NewsletterBox
from courant.front.tests.make import every_block, make_spoken, put_below, site
from courant.narration.spoken import SpokenStory
from courant.stories import published as out
from courant.stories.paper import MemoryPaper
from courant.stories.tests.make import (
    NOON,
    make_byline,
    make_paper,
    make_person,
    make_published_photo,
    make_published_story,
    make_section,
    paragraph,
)

VIDEO = "https://www.youtube.com/watch?v=abcdefghijk"
KINDS = ("news", "analysis", "opinion", "explainer", "interview", "feature", "live", "gallery")
STORIES = [f"/town/{kind}/" for kind in KINDS]
PAGES = [
    *STORIES,
    *("/", "/town/", "/people/", "/people/ada/", "/topics/", "/topics/ferries/", "/about/"),
    *("/podcast/", "/uk/podcast/"),
    *("/archive/", "/archive/2026/11/", "/corrections/", "/standards/", "/search/", "/404.html"),
    *("/town/taken-back/gone.html", "/ukrainska/richka/", "/uk/", "/uk/search/"),
    *("/uk/people/", "/uk/people/ada/", "/uk/topics/", "/uk/topics/ferries/"),
]
BOX = NewsletterBox("daily", "First Tide", "The day's news.")
LONG = "The harbour board heard on Tuesday that the wall had moved again. Nobody was surprised."


def whole_paper(folder: Path) -> MemoryPaper:
    """A story of each kind, one in Ukrainian, and enough others for every place of the front."""
    photo = make_published_photo(folder, alt="A wall", caption="The wall.", credit="Photo: Ada")
    ada = make_person(name="Ada Quill", path="/people/ada/", bio="She writes.", portrait=photo)
    town = make_section(id=1, title="Town", path="/town/", slug="town", accent="teal")
    uk = make_section(
        id=2, title="Українською", path="/ukrainska/", slug="ukrainska", language="uk"
    )
    facts = {
        "bylines": (make_byline(ada.name, person=ada),),
        "topics": (out.PublishedTopic(4, "Ferries", "/topics/ferries/"),),
        "section": town,
        "lead_photo": photo,
        "standfirst": LONG,
        "month": "2026-11",
        "corrections": (out.PublishedCorrection(NOON, "correction", "It was two."),),
    }
    kinds = [
        make_published_story(
            *every_block(folder, LONG),
            *(out.Subheading(f"h{n + 10}", f"Part {n}") for n in range(3)),
            out.PhotoBlock("wide", photo, "wide"),
            out.Embed("video", VIDEO, "The wall, filmed from the pier", LONG, "YouTube"),
            out.PhotoBlock("full", photo, "full"),
            *(out.Update(f"u{n + 10}", NOON, f"Update {n}") for n in range(3)),
            id=number,
            path=path,
            kind=kind,
            headline=f"What the board heard of {kind}",
            published=NOON - timedelta(hours=number),
            **facts,
        )
        for number, (kind, path) in enumerate(zip(KINDS, STORIES, strict=True), 1)
    ]
    richka = make_published_story(
        paragraph("Річка піднялася. Потім спала."),
        id=50,
        path="/ukrainska/richka/",
        headline="Річка піднялася",
        language="uk",
        section=uk,
        month="2026-11",
        original=1,
        bylines=facts["bylines"],
        topics=facts["topics"],
    )
    others = [
        make_published_story(id=n, path=f"/town/other-{n}/", month="2026-11", section=town)
        for n in range(60, 90)
    ]
    return make_paper(
        *(*kinds, richka, *others),
        chosen=out.FrontChoices(top=(1, 2), important=(3, 4, 5), bar="breaking", bar_story=6),
        gone={"/town/taken-back/": 99},
        standing=[
            out.PublishedPage(90, "How we work", "/standards/", "standards", LONG, richka.body)
        ],
        sections=(town, uk),
        fronts=(out.PublishedFront("uk", "/uk/", "Новини вигаданого міста", "Усе вигадано."),),
        notice="All of it is invented.",
        about=LONG,
    )


def write_every_page(folder: Path) -> MemoryPaper:
    """All files of that paper; the story of each kind has sound."""
    paper = whole_paper(folder)
    spoken: dict[int, SpokenStory] = {n: make_spoken(paper.by_id[n], folder) for n in range(1, 9)}
    for baked in site(paper, spoken, Pictures(folder / "renditions"), BOX, counted=True):
        put_below(folder / "public", baked.made.files)
    return paper
