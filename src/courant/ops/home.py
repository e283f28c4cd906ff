"""The data home: its folders, its secrets, its database with an empty paper."""

import os
import secrets
from pathlib import Path

from courant.lib.files import write_whole

FOLDERS = ("public", "outbox", "media", "narration", "renditions", "secrets")
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
    (home / "secrets").chmod(0o700)
    key = home / "secrets" / "secret_key"
    if not key.exists():
        write_whole(key, secrets.token_urlsafe(50).encode(), mode=SECRET_MODE)
    file = home / "courant.toml"
    if not file.exists():
        write_whole(file, SETTINGS_FILE.encode(), mode=0o640)


def init(home: Path) -> None:
    """Make a home, or bring one up to date. Running it again changes nothing."""
    make_folders(home)
    os.environ["COURANT_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courant.settings")
    import django  # only now: the settings read the secret just made

    django.setup()
    migrate()
    found_paper()


def migrate() -> None:
    """Bring the database to this version's tables."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def found_paper(name: str = "Courant") -> None:
    """The front page and a first section, in place of Wagtail's welcome page."""
    from django.conf import settings
    from django.db import transaction
    from wagtail.models import Page, Site

    from courant.stories.models import FrontPage, Section

    with transaction.atomic():
        if FrontPage.objects.exists():
            return
        root = Page.get_first_root_node()
        Page.objects.filter(depth=2, slug="home").delete()
        root = Page.objects.get(pk=root.pk)  # the deletion changed its count of children
        front = root.add_child(instance=FrontPage(title=name, slug="front"))
        section = Section(title="News", slug="news", language=settings.LANGUAGE_CODE)
        front.add_child(instance=section)
        site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
        site.hostname, site.port, site.root_page, site.site_name = "localhost", 80, front, name
        site.save()
