"""Addresses of the paper's pages."""

from dataclasses import dataclass

from wagtail.models import Page, Site

from courant.stories.models import FrontPage


@dataclass
class Links:
    """Paths of public pages by id, looked up once a reading of the paper."""

    root: str
    known: dict[int, str]
    everything: bool  # False: ask the database for ids that are not known yet

    @classmethod
    def of_site(cls, *, everything: bool) -> "Links":
        page = front_page()
        root = page.url_path if page else "/"
        known: dict[int, str] = {}
        if everything:
            rows = Page.objects.live().public().filter(url_path__startswith=root)
            paths = dict(rows.values_list("pk", "url_path"))
            public = set(paths.values())
            known = {
                pk: path[len(root) - 1 :]
                for pk, path in paths.items()
                if path == root or _parent_of(path) in public  # a hidden section hides its stories
            }
        return cls(root, known, everything)

    def path_of(self, page_id: int) -> str:
        if page_id not in self.known and not self.everything:
            public = Page.objects.live().public()
            path = public.filter(pk=page_id).values_list("url_path", flat=True).first()
            above = path and (
                path == self.root or public.filter(url_path=_parent_of(path)).exists()
            )
            self.known[page_id] = self.cut(path) if path and above else ""
        return self.known.get(page_id, "")

    def cut(self, url_path: str) -> str:
        """The address that readers use, from Wagtail's path that begins with the site's root."""
        return url_path[len(self.root) - 1 :] if url_path.startswith(self.root) else url_path


def _parent_of(url_path: str) -> str:
    return url_path.rstrip("/").rpartition("/")[0] + "/"


def front_page() -> FrontPage | None:
    """The paper's root, live or not."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return FrontPage.objects.filter(pk=site.root_page_id).first() if site else None


def path_of(page: Page) -> str:
    """The reader's address of a page: "/harbour/ferry-returns/"."""
    return Links.of_site(everything=False).cut(page.url_path)
