"""The page of the podcast: its newest episodes, to be played, and how to follow it elsewhere."""

from dataclasses import dataclass

from django.utils.translation import gettext

from courant.front import listening
from courant.front.alternates import alternates_of_fronts
from courant.front.heads import Head
from courant.front.made import Made
from courant.front.podcast import PAGE, disclosure_of, episodes, show_of, whole_show
from courant.front.render import page
from courant.front.sheet import Press
from courant.front.times import in_language
from courant.narration.spoken import SoundFile, SpokenStory
from courant.stories.lists import LANGUAGE
from courant.stories.published import PublishedFront, PublishedStory

SHOWN = 20


@dataclass(frozen=True)
class Episode:
    """A story to be heard."""

    story: PublishedStory
    spoken: SpokenStory

    @property
    def forms(self) -> tuple[SoundFile, ...]:
        return listening.forms(self.spoken)

    @property
    def length(self) -> str:
        return listening.length(self.spoken)


def podcast_page(press: Press, of: PublishedFront | None = None) -> Made:
    """What the paper says aloud in its own language, or in that of a front."""
    paper = press.paper
    language = of.language if of else paper.language
    show = show_of(paper, LANGUAGE + language) or whole_show(paper)
    newest = [Episode(*found) for found in episodes(press, show, SHOWN)]
    others = [show_of(paper, f"section:{s.id}") for s in paper.sections if s.language == language]
    sheet = press.sheet(language)
    with in_language(language):
        head = Head(
            gettext("Podcast"),
            sheet.here(PAGE),
            description=gettext("Every story of the paper, read aloud."),
            alternates=alternates_of_fronts(paper, PAGE),
        )
        html = page(
            sheet,
            "podcast",
            head,
            show=show,
            episodes=newest,
            others=[other for other in others if other],
            disclosure=disclosure_of((episode.spoken for episode in newest), language),
        )
    files = [file for episode in newest for file in listening.audio_files(episode.spoken)]
    return sheet.made(head.path, html, files)
