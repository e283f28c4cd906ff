"""Taking readers over at the desk."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courant.newsletter.models import Newsletter, Subscriber, Subscription

pytestmark = pytest.mark.django_db
LIST = "Mail;Name\nanna@example.org;Anna\nnonsense;Bo\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.COURANT_LISTS = tmp_path / "lists"
    return settings.COURANT_LISTS


@pytest.fixture
def editor(client):
    user = get_user_model().objects.create_superuser("chief", "chief@lantern.example", "secret")
    client.force_login(user)
    return client


def uploaded(editor, text=LIST, source="csv"):
    file = SimpleUploadedFile("members.csv", text if isinstance(text, bytes) else text.encode())
    form = {"file": file, "source": source, "newsletter": Newsletter.objects.first().pk}
    return editor.post(reverse("desk-readers"), form)


def test_an_editor_looks_first_and_then_takes_readers_over(editor, folder):
    url = uploaded(editor).url
    assert "No column holds e-mail addresses" in editor.get(url).content.decode()
    chosen = {"column-email": "Mail", "all_agreed": "1"}
    page = editor.get(url, chosen).content.decode()
    assert "2 lines: 1 subscribed, 1 refused." in page
    assert "members.csv, line 3: “nonsense” is not an e-mail address." in page
    assert not Subscriber.objects.exists()
    assert "2 lines: 1 subscribed, 1 refused." in editor.post(url, chosen).content.decode()
    assert Subscription.objects.get().status == "active"
    assert not list(folder.glob("*"))
    assert editor.get(url).status_code == 404


def test_the_menu_leads_there(editor):
    assert reverse("desk-readers") in editor.get(reverse("wagtailadmin_home")).content.decode()


def test_only_the_servers_account_reads_what_waits(editor, folder):
    uploaded(editor)
    assert {path.stat().st_mode & 0o777 for path in folder.glob("*")} == {0o600}


@pytest.mark.parametrize(
    ("text", "told"), [("", "The file is empty"), ("a\n" * 20_002, "more than 20,000 lines")]
)
def test_what_is_no_list_for_this_page_is_refused_in_words(editor, folder, text, told):
    assert told in uploaded(editor, text or b"\n").content.decode()
    assert not list(folder.glob("*"))


def test_only_those_who_may_add_subscribers_take_readers_over(client):
    user = get_user_model().objects.create_user("guest", "guest@lantern.example", "secret")
    client.force_login(user)
    assert client.get(reverse("desk-readers")).status_code == 302


@pytest.mark.parametrize("key", ["x", "a" * 32, "-" * 32])
def test_a_key_that_is_none_finds_nothing(editor, key):
    assert editor.get(reverse("desk-readers-look", args=[key])).status_code == 404
