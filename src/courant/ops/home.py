"""The data home: its folders, its secrets, its database with an empty paper."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from courant.lib.files import write_whole

Progress = Callable[[int, int], None]

FOLDERS = (
    "public",
    "outbox",
    "sending",
    "media",
    "narration",
    "renditions",
    "secrets",
    "static",
    "voices",
)
SECRET_MODE = 0o600

SETTINGS_FILE = """\
# Courant's settings. Every name can also be given as a variable: COURANT_SITE_URL=…
# All settings with their meanings: docs/settings.md
# site_url = "https://news.example.org"
# language = "en"
# time_zone = "Europe/Kyiv"
# mail = "smtp"
# smtp_host = "mail.example.org"
"""


def make_folders(home: Path) -> None:
    """Folders and secrets; what is there already stays as it is."""
    for name in FOLDERS:
        (home / name).mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        if name not in ("public", "static", "voices"):
            (home / name).chmod(0o700)  # mail, drafts' photos and sound are nobody else's business
    key = home / "secrets" / "secret_key"
    if not key.exists():
        write_whole(key, secrets.token_urlsafe(50).encode(), mode=SECRET_MODE)
    file = home / "courant.toml"
    if not file.exists():
        write_whole(file, SETTINGS_FILE.encode(), mode=0o640)


def init(home: Path, progress: Progress | None = None) -> None:
    """Make a home, or bring one up to date. Running it again changes nothing."""
    make_folders(home)
    os.environ["COURANT_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courant.settings")
    import django  # only now: the settings read the secret just made

    django.setup()
    with _founding(home):
        migrate(progress)
        collect_static()
        if found_paper():  # only once: what an administrator changes later stays
            give_groups_their_rights()
    point_site_at_its_url()
    make_certificate()
    _keep_from_others(home)


@contextmanager
def _founding(home: Path) -> Iterator[None]:
    """A first `init` that a full disk or a kill broke off is begun anew by the next one.

    Django does not note every migration in the transaction that it makes: one whose note is lacking
    would be made again, and fail. A database that was never whole has nothing to be lost.
    """
    mark, database = home / "secrets" / "founding", home / "courant.sqlite3"
    if mark.exists() and not _has_paper(database):
        for file in home.glob(f"{database.name}*"):
            file.unlink()
    if not database.exists():
        mark.touch()
    yield
    mark.unlink(missing_ok=True)


def _has_paper(database: Path) -> bool:
    """Whether a paper was ever founded in a file; when in doubt, it was."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("SELECT 1 FROM stories_frontpage").fetchone())
    except sqlite3.Error as error:
        return database.exists() and "no such table" not in str(error)


def migrate(progress: Progress | None = None) -> None:
    """Bring the database to this version's tables; `progress` counts migrations."""
    from django.core.management import call_command
    from django.core.management.commands.migrate import Command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    total = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    done = 0

    class Migrate(Command):
        def migration_progress_callback(self, action: str, *args: Any, **kwargs: Any) -> None:
            nonlocal done
            if action == "apply_success" and progress:
                done += 1
                progress(done, total)

    call_command(Migrate(), verbosity=0, interactive=False)


def collect_static() -> None:
    """Put the desk's own scripts and styles where the web server reads them."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


def found_paper(name: str = "Courant") -> bool:
    """A front page, a section and a newsletter, in place of Wagtail's welcome page."""
    from django.conf import settings
    from django.db import transaction
    from wagtail.models import Page, Site

    from courant.newsletter.models import Newsletter
    from courant.stories.models import FrontPage, Section

    with transaction.atomic():
        if FrontPage.objects.exists():
            return False
        root = Page.get_first_root_node()
        Page.objects.filter(depth=2, slug="home").delete()
        root = Page.objects.get(pk=root.pk)  # the deletion changed its count of children
        front = root.add_child(instance=FrontPage(title=name, slug="front"))
        section = Section(title="News", slug="news", language=settings.LANGUAGE_CODE)
        front.add_child(instance=section)
        site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
        site.root_page, site.site_name = front, name
        site.save()
        Newsletter.objects.get_or_create(slug="daily", defaults={"is_default": True})
    return True


def give_groups_their_rights() -> None:
    """Let Wagtail's two groups do a newsroom's daily work beside pages and photos.

    Editors keep people, topics, the lexicon and what is read aloud; moderators, who publish, also
    see how letters fare and set how figures are kept.
    """
    from django.contrib.auth.models import Group, Permission

    people = [
        f"{act}_{model}" for act in ("add", "change", "view") for model in ("person", "topic")
    ]
    people += [f"{act}_lexiconentry" for act in ("add", "change", "delete", "view")]
    people.append("change_readingsettings")
    settings = ["change_figuressettings"]
    letters = ["view_newsletter", "view_edition", "view_delivery", "view_subscriber"]
    for name, wanted in (("Editors", people), ("Moderators", [*people, *letters, *settings])):
        group = Group.objects.filter(name=name).first()
        rooms = ("stories", "newsletter", "narration", "figures")
        if group:
            rights = Permission.objects.filter(
                codename__in=wanted, content_type__app_label__in=rooms
            )
            group.permissions.add(*rights)


def make_certificate() -> None:
    """A chain to sign narrations with; a better one put in its place stays."""
    from django.conf import settings

    from courant.narration.provenance import certificate
    from courant.stories.models import FrontPage

    file = Path(settings.COURANT_SIGNING)
    if not file.exists():
        name = FrontPage.objects.order_by("pk").values_list("title", flat=True).first()
        certificate.make(file, name or "Courant")


def point_site_at_its_url() -> None:
    """Let the desk's links lead to where `site_url` says that the paper is."""
    from django.conf import settings
    from wagtail.models import Site

    url = urlsplit(settings.COURANT_URL)
    host, port = url.hostname or "localhost", url.port or (443 if url.scheme == "https" else 80)
    site = Site.objects.get(is_default_site=True)
    if (site.hostname, site.port) != (host, port):
        site.hostname, site.port = host, port
        site.save()


def _keep_from_others(home: Path) -> None:
    """The database holds readers' addresses and password hashes: only its owner reads it."""
    for file in home.glob("courant.sqlite3*"):
        file.chmod(SECRET_MODE)
