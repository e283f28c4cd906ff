"""Pages that say the same in other languages, as search engines want them named (hreflang).

Each page of a group names all of it, itself included, and the same one for everybody else
(x-default): https://developers.google.com/search/docs/specialty/international/localized-versions
"""

from collections.abc import Mapping

from courant.stories.paper import Paper

Alternates = tuple[tuple[str, str], ...]  # hreflang and path
ANYBODY = "x-default"


def alternates(paths: Mapping[str, str], language: str) -> Alternates:
    """Of pages by their language; none for a page that stands alone.

    Who reads none of the languages gets the page in the paper's own, else in the first one.
    """
    if len(paths) < 2:
        return ()
    pages = sorted(paths.items())
    return (*pages, (ANYBODY, paths.get(language, pages[0][1])))


def alternates_of_fronts(paper: Paper, path: str = "/") -> Alternates:
    """Of the fronts, or of a page that each of them has."""
    paths = {f.language: f.at(path) for f in paper.masthead.every_front}
    return alternates(paths, paper.language)


def alternates_of_list(paper: Paper, name: str, path: str) -> Alternates:
    """Of the page of a person or topic: the paper's own, and those of languages with stories."""
    fronts = (f for f in paper.masthead.fronts if paper.has_in(name, f.language))
    paths = {f.language: f.at(path) for f in fronts}
    return alternates({paper.language: path} | paths, paper.language)
