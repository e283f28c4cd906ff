"""Addresses of the paper's pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from wagtail.models import Page, PageViewRestriction, Site

from courant.lib.reads import note
from courant.stories.models import FrontPage, Section


@dataclass
class Links:
    """Addresses of public pages by id, each looked up once. Make a new one for a new reading.

    A page is public when it is live, everything above it is, and none of them is restricted.
    """

    known: dict[int, str] = field(default_factory=dict)
    _open: dict[str, bool] = field(default_factory=dict)  # by Wagtail's tree path
    _sections: dict[str, Section | None] = field(default_factory=dict)

    @cached_property
    def root(self) -> tuple[str, str]:
        """Tree path and URL path of the front page."""
        site = Site.objects.filter(is_default_site=True)
        row = site.values_list("root_page__path", "root_page__url_path").first()
        return row or ("", "/")

    def path_of(self, page_id: int) -> str:
        """The address at which readers find a page; empty when they may not."""
        note(f"page:{page_id}")
        if page_id not in self.known:
            row = Page.objects.filter(pk=page_id).values_list("path", "url_path", "live").first()
            self.known[page_id] = self.public_path(*row) if row else ""
        return self.known[page_id]

    def public_path(self, tree_path: str, url_path: str, live: bool) -> str:
        """The same for a page whose row is at hand."""
        inside = tree_path.startswith(self.root[0]) and tree_path not in self._restricted
        return self.cut(url_path) if live and inside and self._is_open(tree_path) else ""

    def cut(self, url_path: str) -> str:
        """The address that readers use, from Wagtail's path that begins with the site's root."""
        root = self.root[1]
        return url_path[len(root) - 1 :] if url_path.startswith(root) else url_path

    def section(self, tree_path: str) -> Section | None:
        """The section at a place of Wagtail's tree."""
        if tree_path not in self._sections:
            self._sections[tree_path] = Section.objects.filter(path=tree_path).first()
        return self._sections[tree_path]

    def sections_above(self, tree_path: str) -> Iterator[int]:
        """Ids of the sections that a page stands in, the nearest first."""
        while section := self.section(tree_path := tree_path[: -Page.steplen]):
            note(f"page:{section.pk}")
            yield section.pk

    def _is_open(self, tree_path: str) -> bool:
        """Whether everything above a page, up to the front page, is live and not restricted."""
        if tree_path == self.root[0]:
            return True
        above = tree_path[: -Page.steplen]
        if above not in self._open:
            live = Page.objects.filter(path=above, live=True).exists()
            self._open[above] = live and above not in self._restricted and self._is_open(above)
        return self._open[above]

    @cached_property
    def _restricted(self) -> frozenset[str]:
        return frozenset(PageViewRestriction.objects.values_list("page__path", flat=True))


def front_page() -> FrontPage | None:
    """The paper's root, live or not."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return FrontPage.objects.filter(pk=site.root_page_id).first() if site else None


def path_of(page: Page) -> str:
    """The reader's address of a page: "/harbour/ferry-returns/"."""
    return Links().cut(page.url_path)
