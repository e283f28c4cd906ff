"""Makers for the front: a spoken story, a full paper, and a reader of HTML."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from courant.front.listening import MemoryAudio
from courant.front.made import Made
from courant.front.pictures import Pictures
from courant.front.sheet import NewsletterBox, Press
from courant.front.targets import KINDS
from courant.narration.script import script_for
from courant.narration.spoken import Cue, SoundFile, SpokenStory
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


@dataclass(frozen=True)
class Baked:
    """One file of a paper in memory."""

    path: str
    kind: str
    made: Made


def press_of(
    paper: MemoryPaper,
    spoken: Mapping[int, SpokenStory],
    pictures: Pictures,
    box: NewsletterBox | None = None,
    *,
    counted: bool = False,
) -> Press:
    return Press(paper, pictures, MemoryAudio(spoken), box, counted)


def site(
    paper: MemoryPaper,
    spoken: Mapping[int, SpokenStory],
    pictures: Pictures,
    box: NewsletterBox | None = None,
    *,
    counted: bool = False,
    only: Collection[str] = (),
) -> Iterator[Baked]:
    """All files of a paper, or of some kinds, what others link to first."""
    press = press_of(paper, spoken, pictures, box, counted=counted)
    chosen = [kind for kind in KINDS if not only or kind.name in only]
    for kind in sorted(chosen, key=lambda kind: kind.order):
        for key in sorted(kind.keys(paper), key=kind.rank):
            made = kind.make(press, key)
            if made is None and kind.may_be_absent(key):
                continue
            assert made is not None, f"{kind.name} {key} is listed and not made"
            yield Baked(made.path, kind.name, made)


VOID = {"br", "hr", "img", "input", "link", "meta", "source", "track"}
TORN = "<script>alert(1)</script>\"'&]]></script><!--\u2028"


def make_spoken(story: out.PublishedStory, folder: Path, **facts: Any) -> SpokenStory:
    """The sound of a story: two small files and a cue a second."""
    files = []
    for ending, kind in (("mp3", "audio/mpeg"), ("m4a", "audio/mp4")):
        file = folder / f"{story.id}.{ending}"
        file.write_bytes(b"ID3" + bytes(97))
        files.append(SoundFile(kind, file, f"/audio/story-{story.id}.{ending}", 100))
    script = script_for(story)
    cues = tuple(
        Cue(u.block, u.sentence, n * 1.0, n + 0.9, u.text) for n, u in enumerate(script.utterances)
    )
    defaults: dict[str, Any] = {
        "story_id": story.id,
        "digest": script.digest,
        "files": tuple(files),
        "cues_path": f"/audio/story-{story.id}.json",
        "captions_path": f"/audio/story-{story.id}.vtt",
        "chapters_path": "",
        "seconds": 252.0,
        "voice": "espeak-ng en-gb",
        "source_type": "algorithmicMedia",
        "cues": cues,
    }
    return SpokenStory(**(defaults | facts))


def every_block(folder: Path, text: str = "It rose. It fell.") -> tuple[out.Block, ...]:
    """One of each kind, all saying `text`."""
    runs = (out.Run(text), out.Run(text, bold=True, href="https://example.org/?a=1&b=2"))
    photo = make_published_photo(folder, alt=text, caption=text, credit=text)
    return (
        out.Paragraph("p1", runs),
        out.Subheading("h1", text),
        out.PhotoBlock("f1", photo),
        out.Quote("q1", runs, text, text),
        out.PullQuote("u1", text),
        out.ListBlock("l1", (runs, runs), ordered=True),
        out.Box("x1", text, (runs,)),
        out.Table("t1", text, (text, "n"), ((text, "1"),)),
        out.Embed("e1", "https://example.org/", text, text, text),
        out.Update("d1", NOON, text),
        out.Paragraph("p2", runs),
    )


def put_below(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def make_full_paper(folder: Path, text: str = "It rose. It fell.", stories: int = 6) -> MemoryPaper:
    """Two languages, every block, corrections, pictures, and one bare story."""
    photo = make_published_photo(folder, alt=text, caption=text, credit=text)
    person = make_person(name=f"Marta {text}", role=text, bio=text, portrait=photo)
    ukrainian = make_section(
        id=2, title="Українською", path="/ukrainska/", slug="ukrainska", language="uk"
    )
    topic = out.PublishedTopic(4, f"Ferries {text}", "/topics/ferries/")
    full = make_published_story(
        *every_block(folder, text),
        id=1,
        headline=f"Headline {text}",
        standfirst=text,
        kind="feature",
        bylines=(
            make_byline(person.name, person=person),
            make_byline(f"Agency {text}", role="agency"),
            make_byline(f"Lotte {text}", role="drawings"),
        ),
        topics=(topic,),
        lead_photo=photo,
        updated=NOON,
        corrections=(out.PublishedCorrection(NOON, "correction", text),),
    )
    bare = make_published_story(id=2, bylines=(), standfirst="", topics=(topic,))
    third = make_published_story(
        paragraph("Річка піднялася. Потім спала.", "b1"),
        out.RelatedStory("r1", full.path, full.headline, text, "en"),
        id=3,
        path="/ukrainska/richka/",
        headline="Річка піднялася",
        language="uk",
        section=ukrainian,
        minutes=2,
    )
    others = [make_published_story(id=n + 10, kind="opinion") for n in range(stories - 3)]
    return make_paper(full, bare, third, *others, tagline=text, about=text, notice=text)


class Reader(HTMLParser):
    """Start tags with their attributes; complains about tags that do not close in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> inside {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.tags if name == tag)

    def text(self) -> str:
        """What a reader sees, white space folded."""
        seen = (t for tag, t in self.texts if tag not in ("script", "title", "style"))
        return " ".join("".join(seen).split())
