"""How editors keep the lexicon, and listen to a story's names."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text

from courant.narration import lexicon
from courant.narration.models import LexiconEntry
from courant.narration.voices import named
from courant.stories.models import Story
from courant.stories.publication import read_story
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db
MEMORY = "courant.narration.voices.memory.MemoryVoice"
KYIV = {"grapheme": "Kyiv", "language": "en", "alias": "Keev", "exact": "on"}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.COURANT_AUDIO = tmp_path / "narration"
    settings.COURANT_VOICES = {"en": {"BACKEND": MEMORY, "OPTIONS": {"language": "en"}}}
    named("en").error = ""
    named("en").spoken.clear()


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ed", "ed@example.org", "x"))
    return client


@pytest.fixture
def story() -> Story:
    found = make_desk_story(title="Rain", body=[("paragraph", rich_text("<p>Rain in Kyiv.</p>"))])
    lexicon.index([read_story(found.pk)])
    return found


def seen(answer) -> str:
    return answer.content.decode()


def mark_in(page: str) -> str:
    return page.split('name="looked" value="')[1].split('"')[0]


def test_a_rule_shows_which_stories_it_touches_before_it_is_saved(desk, story):
    page = seen(desk.post(reverse("desk-new-rule"), KYIV | {"action": "look"}))
    assert "1 published story will sound otherwise." in page
    assert ">Rain</a>" in page
    assert not LexiconEntry.objects.exists()
    saving = KYIV | {"action": "save", "looked": mark_in(page)}
    page = seen(desk.post(reverse("desk-new-rule"), saving, follow=True))
    assert "“Kyiv” is said so from now on." in page
    entry = LexiconEntry.objects.get()
    assert (entry.grapheme, entry.alias, entry.by.username) == ("Kyiv", "Keev", "ed")


def test_a_rule_that_was_changed_after_the_look_is_looked_at_again(desk, story):
    page = seen(desk.post(reverse("desk-new-rule"), KYIV | {"action": "look"}))
    other = KYIV | {"alias": "Keeyiv", "action": "save", "looked": mark_in(page)}
    page = seen(desk.post(reverse("desk-new-rule"), other))
    assert "“Kyiv” is said like “Keeyiv”." in page
    assert not LexiconEntry.objects.exists()


def test_of_very_many_stories_the_first_twenty_are_named(desk):
    for number in range(23):
        text = [("paragraph", rich_text("<p>Rain in Kyiv.</p>"))]
        lexicon.index([read_story(make_desk_story(title=f"Rain {number}", body=text).pk)])
    page = seen(desk.post(reverse("desk-new-rule"), KYIV | {"action": "look"}))
    assert "23 published stories will sound otherwise." in page
    assert "and 3 more." in page
    assert page.count(">Rain ") == 20


def test_a_wrong_rule_says_what_is_wrong_with_which_value(desk):
    page = seen(desk.post(reverse("desk-new-rule"), KYIV | {"alias": "K|eev"}))
    assert "“|” is an instruction to some voices: leave it out." in page
    LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    page = seen(desk.post(reverse("desk-new-rule"), KYIV | {"action": "look"}))
    assert "one_rule_per_word" not in page
    assert "There is a rule for this word already." in page


def test_the_word_of_a_rule_stays_and_its_sound_may_change(desk, story):
    entry = LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    address = reverse("desk-rule", args=[entry.pk])
    facts = KYIV | {"grapheme": "Lviv", "alias": "Keeyiv", "action": "look"}
    page = seen(desk.post(address, facts))
    assert "1 published story will sound otherwise." in page
    desk.post(address, facts | {"action": "save", "looked": mark_in(page)})
    entry.refresh_from_db()
    assert (entry.grapheme, entry.alias) == ("Kyiv", "Keeyiv")


def test_deleting_a_rule_shows_what_it_changes_first(desk, story):
    entry = LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    address = reverse("desk-delete-rule", args=[entry.pk])
    assert "1 published story will sound otherwise." in seen(desk.get(address))
    assert LexiconEntry.objects.exists()
    assert "no rule for “Kyiv” any more" in seen(desk.post(address, follow=True))
    assert not LexiconEntry.objects.exists()


# ── Files ─────────────────────────────────────────────────────────────────────────────────────────


def take_in(desk, data: bytes) -> str:
    file = SimpleUploadedFile("words.pls", data)
    return seen(desk.post(reverse("desk-lexicon-take-in"), {"file": file}, follow=True))


def test_a_file_goes_out_and_comes_in_and_says_what_it_could_not_take(desk):
    kept = LexiconEntry.objects.create(language="en", grapheme="Oslo", alias="Ozlo", note="Ann")
    LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    data = desk.get(reverse("desk-lexicon-file", args=["en"])).content
    other = data.replace(b"Ozlo", b"Osslo").replace(b"</lexicon>", b"<lexeme/></lexicon>")
    page = take_in(desk, other)
    assert "1 taken in; 1 were here already." in page
    assert "Not taken in: Lexeme 3: it has no grapheme." in page
    kept.refresh_from_db()
    assert (kept.alias, kept.note) == ("Osslo", "Ann")
    assert "The file is no XML" in take_in(desk, b"words")


# ── How it sounds ─────────────────────────────────────────────────────────────────────────────────


def test_names_that_nobody_listened_to_are_listed_and_played(desk, story):
    address = reverse("desk-sound", args=[story.pk])
    page = seen(desk.get(address))
    assert "<h2>Kyiv</h2>" in page
    assert "Rain in Kyiv." in page
    assert named("en").spoken == []  # looking makes no sound
    page = seen(desk.post(address, {"word": "Kyiv", "alias": "Keev", "action": "hear"}))
    assert named("en").spoken == ["Keev"]
    sound = page.split('autoplay src="')[1].split('"')[0]
    answer = desk.get(sound)
    assert answer["Content-Type"] == "audio/mpeg"
    assert len(b"".join(answer.streaming_content)) > 500
    desk.post(address, {"word": "Kyiv", "alias": "Keev", "action": "hear"})
    assert named("en").spoken == ["Keev"]  # kept
    assert Client().get(sound).status_code == 302  # to the login
    assert desk.get(reverse("desk-sample", args=["0" * 64])).status_code == 404
    assert desk.get(reverse("desk-sample", args=["..%2Fx"])).status_code == 404


def test_a_name_that_is_right_as_it_is_is_not_listed_again(desk, story):
    address = reverse("desk-sound", args=[story.pk])
    page = seen(desk.post(address, {"word": "Kyiv", "action": "right"}, follow=True))
    assert "“Kyiv” is right as it is." in page
    assert "<h2>Kyiv</h2>" not in page
    assert LexiconEntry.objects.get().alias == ""
    assert lexicon.touched_by("en", "Kyiv", None) == []  # nothing is spoken again for that


def test_a_name_becomes_a_rule_that_is_looked_at_first_and_leads_back(desk, story):
    address = reverse("desk-sound", args=[story.pk])
    answer = desk.post(address, {"word": "Kyiv", "alias": "Keev", "action": "rule"}, follow=True)
    assert 'value="Keev"' in seen(answer)
    facts = KYIV | {"action": "look", "next": address}
    mark = mark_in(seen(desk.post(reverse("desk-new-rule"), facts)))
    answer = desk.post(reverse("desk-new-rule"), facts | {"action": "save", "looked": mark})
    assert answer.url == address
    foreign = facts | {"alias": "K", "next": "https://example.org/"}
    assert "https://example.org/" not in seen(desk.post(reverse("desk-new-rule"), foreign))


def test_a_voice_that_fails_says_why(desk, story):
    named("en").error = "The voice has a cold."
    address = reverse("desk-sound", args=[story.pk])
    page = seen(desk.post(address, {"word": "Kyiv", "action": "hear"}))
    assert "“Kyiv” could not be spoken. The voice could not speak. Retry." in page
    assert "<summary>Details</summary><code>The voice has a cold.</code>" in page


# ── Who may ───────────────────────────────────────────────────────────────────────────────────────


def test_editors_keep_the_lexicon_and_others_are_told_that_they_do_not(client, story):
    keeping = Permission.objects.filter(codename__endswith="_lexiconentry")
    Group.objects.get(name="Editors").permissions.add(*keeping)
    editor = User.objects.create_user("jo", password="x")
    editor.groups.add(Group.objects.get(name="Editors"))
    client.force_login(editor)
    assert client.get(reverse("desk-lexicon")).status_code == 200
    assert "Add a rule" in seen(client.get(reverse("desk-lexicon")))
    editor.groups.first().permissions.remove(*keeping)
    client.force_login(User.objects.get(pk=editor.pk))
    for name in ("desk-lexicon", "desk-new-rule"):
        page = client.get(reverse(name), follow=True)
        assert page.status_code == 403 or page.redirect_chain, name
    client.logout()
    assert client.get(reverse("desk-sound", args=[story.pk])).status_code == 302
    assert client.get(reverse("desk-lexicon-file", args=["en"])).status_code == 302
