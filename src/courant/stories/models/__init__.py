"""What a newsroom writes: stories, who wrote them, their pictures, and where they stand."""

from courant.stories.models.front import FrontPage, FrontPick, LanguageFront, MenuLine
from courant.stories.models.pages import Section, StandingPage, Story
from courant.stories.models.parts import Byline, Correction, StoryTopic, Topic
from courant.stories.models.people import Person
from courant.stories.models.photos import Photo, Rendition
from courant.stories.models.public import (
    GoneStory,
    PublicList,
    PublicListing,
    PublicSource,
    PublicStory,
    PublicWords,
)
from courant.stories.models.recordings import Recording

__all__ = [
    "Byline",
    "Correction",
    "FrontPage",
    "FrontPick",
    "GoneStory",
    "LanguageFront",
    "MenuLine",
    "Person",
    "Photo",
    "PublicList",
    "PublicListing",
    "PublicSource",
    "PublicStory",
    "PublicWords",
    "Recording",
    "Rendition",
    "Section",
    "StandingPage",
    "Story",
    "StoryTopic",
    "Topic",
]
