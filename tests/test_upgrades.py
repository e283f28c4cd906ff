"""Homes of older versions, brought up to date with what stood in them, and back again."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.conftest import Home
from tests.postgresql import HOST, PORT, copied_database, server_answers, template, url_of
from tests.template_home import copy_of_template

pytestmark = pytest.mark.slow

OLD = "0011_subscribers_by_zone"
MIGRATE = """
from django.core.management import call_command
call_command("migrate", "newsletter", {to!r}, verbosity=0)
"""
# Rows as the version before had them: only columns that are still there could be written by it.
FILL = """
from datetime import timedelta
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now
apps = MigrationExecutor(connection).loader.project_state([("newsletter", {old!r})]).apps
def rows(name):
    return apps.get_model("newsletter", name).objects
letter = rows("Newsletter").get()
letter.name, letter.welcome = "First Tide", "Hello.\\n\\nWrite to us."
letter.save()
mute = rows("Newsletter").create(slug="mute", language="uk")
at = now() - timedelta(days=5)
for name, kind, state in (
    ("had", "confirmed", "submitted"),
    ("waits", "confirmed", "waiting"),
    ("listed", "imported", ""),
):
    reader = rows("Subscriber").create(email=name, email_key=name, created=at)
    rows("Subscription").create(
        subscriber=reader, newsletter=letter, status="active", confirmed_at=at
    )
    rows("ConsentEvent").create(
        kind=kind, subscriber=reader, newsletter=letter, time=at, text="I want it.",
        text_version="1", text_language="en",
    )
    if state:
        rows("ReaderNotice").create(
            kind="welcome", subscriber=reader, newsletter=letter, email=name + "@example.org",
            email_key=name, round=1, created=at, message_id="<" + name + "@a.example>", state=state,
        )
rows("ReaderNotice").create(
    kind="link", subscriber=reader, newsletter=letter, email="l@example.org", email_key="l",
    round=1, created=at, message_id="<l@a.example>",
)
"""
SEEN = """
from courant.newsletter.models import ReaderNotice, Subscription, WelcomeLetter, WelcomeMail
for one in WelcomeLetter.objects.all():
    print(one.newsletter.slug, one.after_days, one.subject, repr(one.text))
for one in WelcomeMail.objects.order_by("subscription"):
    print(one.subscription.subscriber.email, one.email, one.state, one.letter_id is not None)
print(sorted(Subscription.objects.exclude(welcome_from=None).values_list(
    "subscriber__email", flat=True)))
print(list(ReaderNotice.objects.values_list("kind", flat=True)))
"""
GIVEN_BACK = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT slug, welcome FROM newsletter_newsletter ORDER BY slug")
    print(cursor.fetchall())
    cursor.execute(
        "SELECT kind, email_key, state FROM newsletter_readernotice ORDER BY kind, email_key")
    print(cursor.fetchall())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request, tmp_path) -> Iterator[Home]:
    if request.param == "sqlite":
        yield Home(copy_of_template(tmp_path / "home"))
    elif not server_answers() and not os.environ.get("CI"):
        pytest.skip(f"no PostgreSQL at {HOST}:{PORT}")
    else:
        folder, _ = template()
        with copied_database() as name:
            path = shutil.copytree(folder, tmp_path / "home", symlinks=True)
            yield Home(path, {"COURANT_DATABASE_URL": url_of(name)})


def test_the_welcome_of_a_newsletter_becomes_the_first_letter_of_its_series(home):
    home.django(MIGRATE.format(to=OLD))
    home.django(FILL.format(old=OLD))
    home.django(MIGRATE.format(to="0014_without_welcome"))
    assert home.django(SEEN).splitlines() == [
        r"daily 0 Welcome to First Tide 'Hello.\n\nWrite to us.'",
        "had had@example.org submitted True",
        "waits waits@example.org waiting True",
        "['had', 'waits']",
        "['link']",
    ]
    home.django(MIGRATE.format(to=OLD))
    assert home.django(GIVEN_BACK).splitlines() == [
        r"[('daily', 'Hello.\n\nWrite to us.'), ('mute', '')]",
        "[('link', 'l', 'waiting'), ('welcome', 'had', 'submitted'), "
        "('welcome', 'waits', 'waiting')]",
    ]
