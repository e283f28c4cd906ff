"""The lists that a story stands in."""

from courant.stories.published import PublishedStory

ALL = "all"
LANGUAGE = "language:"  # what sitemaps are made from: they alone hear of a story that is retold
CORRECTED = "corrected:all"


def lists_of(story: PublishedStory) -> frozenset[str]:
    """The names of its lists, derived from what is frozen of it and nothing else."""
    names = {ALL, f"{LANGUAGE}{story.language}"}
    names |= {f"section:{number}" for number in (story.section.id, *story.section.above)}
    if story.kind == "opinion":
        names.add(f"opinion:{story.language}")
    if story.is_live:
        names.add(f"live:{story.language}")
    if story.corrections:
        names.add(CORRECTED)
    if story.month:
        names.add(f"month:{story.month}")
    names |= {f"topic:{topic.id}" for topic in story.topics}
    names |= {f"person:{byline.person.id}" for byline in story.bylines if byline.person}
    return frozenset(names)


def keys_of(story: PublishedStory, kind: str) -> list[str]:
    """What stands behind the names of its lists of a kind: "person:8" gives "8"."""
    names = (name.partition(":") for name in sorted(lists_of(story)))
    return [key for of, _, key in names if of == kind]
