"""The whole path, by the command line alone: a text file is read, heard and delivered."""

import html
import json
import re
import shutil
from pathlib import Path
from urllib.parse import urlencode

import av
import pytest

from courant.lib.compression import ENDINGS
from tests.conftest import PARAGRAPHS, STORY, Home, wait_until
from tests.template_home import copy_of_template


def text_of(page: str) -> str:
    """What a reader sees of a page, white space folded."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())


def decoded_seconds(file) -> float:
    with av.open(str(file)) as container:
        frames = list(container.decode(audio=0))
    return sum(frame.samples for frame in frames) / frames[0].sample_rate


PATH = "/news/night-ferry-runs-again-after-eleven-weeks/"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose story is published and spoken."""
    home = Home(copy_of_template(tmp_path_factory.mktemp("worked") / "home"))
    assert home.run("publish", "-", piped=STORY.encode()).stdout.strip() == PATH
    home.run("work", "--once")
    return home.path


@pytest.fixture
def published(worked: Path, tmp_path: Path) -> Home:
    """A copy of that home."""
    return Home(shutil.copytree(worked, tmp_path / "home", symlinks=True))


def test_a_text_file_is_published_and_spoken(published):
    home = published
    page = home.page(PATH)
    for paragraph in PARAGRAPHS:
        assert " ".join(paragraph.split()) in text_of(page)
    assert "Ottilie Marsh" in page
    assert 'href="/people/ottilie-marsh/"' in page
    assert '<time datetime="2026-01-14T06:30:00+00:00"' in page
    assert "1 min read" in page
    assert "This audio is created with AI assistance" in page

    sound = re.search(r'src="(/audio/[^"]+\.mp3)"', page)[1]
    cues = json.loads((home.public / sound[1:]).with_suffix(".json").read_text())
    length = decoded_seconds(home.public / sound[1:])
    assert length == pytest.approx(cues["seconds"], abs=0.1)
    assert length - 1.2 < cues["cues"][-1][2] < length  # the last pause is nobody's
    for anchor, start, end, *_ in cues["cues"]:
        assert f'id="{anchor}"' in page
        assert 0 <= start < end


def test_sign_up_confirmation_edition_and_one_click_by_mail_alone(server, story_file):
    home = server.home
    path = home.run("publish", str(story_file)).stdout.strip()
    home.run("work", "--once", COURANT_SITE_URL=server.url)
    form = re.search(r'<form[^>]+action="(/newsletter/[^"]+)".*?</form>', home.page(path), re.S)
    fields = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', form[0]))

    def ask(address: str) -> tuple[int, str]:
        return server.get(form[1], urlencode(fields | {"email": address}).encode())

    thanks = (
        "Thank you for signing up for this newsletter. We&#x27;ve sent you a confirmation email."
    )
    status, answer = ask("reader@example.org")
    assert status == 200
    assert html.unescape(thanks) in text_of(answer)
    assert ask("silent@example.org")[0] == 200  # who asks and never confirms
    wait_until(lambda: len(home.mails()) == 2, "both confirmations are in the outbox")
    mail = next(mail for mail in home.mails() if mail["To"] == "reader@example.org")
    link = re.search(
        rf"{server.url}(/newsletter/confirm/\S+)", mail.get_body(("plain",)).get_content()
    )
    assert link, mail.get_body(("plain",)).get_content()

    status, page = server.get(link[1])
    assert status == 200
    assert page.count("<button") == 1
    assert server.get(link[1], b"")[0] == 200  # the POST behind the button

    home.run("deliver", path, COURANT_SITE_URL=server.url)
    home.run("work", "--once", COURANT_SITE_URL=server.url)
    (letter,) = [mail for mail in home.mails() if mail["List-Unsubscribe"]]
    assert letter["To"] == "reader@example.org"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.get_content_type() == "multipart/alternative"
    for part in ("plain", "html"):
        content = letter.get_body((part,)).get_content()
        assert path in content
        assert "/newsletter/unsubscribe/" in content
    for paragraph in PARAGRAPHS:
        words = " ".join(paragraph.split())
        assert words in " ".join(letter.get_body(("plain",)).get_content().split())
        assert words in text_of(letter.get_body(("html",)).get_content())

    leave = letter["List-Unsubscribe"].strip("<>").removeprefix(server.url)
    assert server.get(leave)[0] == 200  # looking changes nothing
    active = (
        "from courant.newsletter.models import Subscription as S\n"
        "print(S.objects.get(subscriber__email='reader@example.org').status)"
    )
    assert home.django(active) == "active"
    assert server.get(leave, b"List-Unsubscribe=One-Click")[0] == 200
    assert home.django(active) == "unsubscribed"


def test_importing_makes_a_draft_that_no_reader_sees(home: Home, story_file):
    home.run("import", str(story_file))
    home.run("work", "--once")
    public = [f for f in home.public.rglob("*") if f.is_file()]
    assert public
    assert not [f for f in public if b"Night ferry" in f.read_bytes()]


def sounds(home: Home) -> set[str]:
    """The public files of narrations, without what is only their compressed form."""
    return {f.name for f in (home.public / "audio").iterdir() if f.suffix not in ENDINGS}


def test_an_edited_story_is_spoken_again_and_its_old_sound_is_gone(published):
    home = published
    before = sounds(home)
    home.django(
        "from courant.stories.models import Story\n"
        "draft = Story.objects.get().get_latest_revision_as_object()\n"
        "draft.title = 'Night ferry runs again'; draft.save_revision().publish()"
    )
    home.run("bake")
    # The new text has no sound yet, and the old one is not played.
    assert ".mp3" not in home.page(PATH)
    home.run("work", "--once")
    after = sounds(home)
    assert len(before) == len(after) == 4  # two forms, cues, captions
    assert not before & after


def test_a_killed_story_leaves_every_output(published):
    home, path = published, PATH
    home.django("from courant.stories.models import Story\nStory.objects.get().unpublish()")
    home.run("work", "--once")
    left = [f for f in home.public.rglob("*") if f.is_file() and b"Night ferry" in f.read_bytes()]
    assert left == []
    left = {file.name.split(".")[0] for file in (home.public / path.strip("/")).iterdir()}
    assert left == {"gone"}  # what says that the story was taken back
    assert not list(home.public.glob("audio/*"))


def test_the_old_address_of_a_story_that_moved_leads_to_the_new_one(published):
    home, path = published, PATH
    home.django(
        "from courant.stories.models import Story\n"
        "from courant.stories.tests.make import make_desk_section\n"
        "make_desk_section('Town')\n"
        "Story.objects.get().move(make_desk_section('Town'), pos='last-child')\n"
        "story = Story.objects.get(); story.slug = 'night-ferry'; story.save_revision().publish()"
    )
    home.run("work", "--once")
    assert "Ottilie Marsh" in home.page("/town/night-ferry/")
    old = home.page(path)
    assert 'http-equiv="refresh" content="0; url=/town/night-ferry/"' in old
    assert '<a href="/town/night-ferry/">' in old
    assert "Ottilie Marsh" not in old
    assert path not in (home.public / "sitemap.xml").read_text()


def test_status_tells_what_waits_and_what_was_done(home: Home, story_file):
    home.run("publish", str(story_file))
    assert re.search(r"changes to bake +[1-9]", home.run("status").stdout)
    home.run("work", "--once")
    status = home.run("status").stdout
    assert re.search(r"changes to bake +0", status)
    assert "Failed\n  nothing" in status
    assert re.search(r"baked +\d{4}-", status)
    assert re.search(r"narrated +\d{4}-", status)


def test_init_twice_changes_nothing(home: Home):
    def state() -> dict[str, bytes]:
        keep = ("secrets/secret_key", "courant.toml")
        return {name: (home.path / name).read_bytes() for name in keep}

    before = state()
    home.run("init")
    assert state() == before
    assert (home.path / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_home_that_is_not_there_is_one_clear_sentence(tmp_path):
    result = Home(tmp_path / "nowhere").run("status", code=1)
    assert result.stderr.count("\n") == 1
    assert "There is no home at" in result.stderr
    assert "init" in result.stderr


def test_wrong_settings_are_listed_all_at_once(home: Home):
    (home.path / "courant.toml").write_text('time_zone = "Mars/Olympus"\nmial = "smtp"\n')
    stderr = home.run("status", code=1, COURANT_TIME_ZONE="Mars/Olympus").stderr
    assert "Mars/Olympus" in stderr
    assert "mial" in stderr
    assert "Traceback" not in stderr


def test_reading_the_paper_sees_one_moment_and_keeps_no_writer_waiting(home: Home):
    said = home.django(
        "import sqlite3\n"
        "from courant.lib.database import one_reading\n"
        "from courant.stories.models import Person\n"
        f"other = sqlite3.connect({str(home.path / 'courant.sqlite3')!r}, timeout=0)\n"
        "with one_reading():\n"
        "    before = Person.objects.count()\n"
        '    other.execute("INSERT INTO stories_person (name, slug, role, bio, voice) "\n'
        "                  \"VALUES ('Ada', 'ada', '', '', '')\")\n"
        "    other.commit()\n"
        "    print(before, Person.objects.count())\n"
        "print(Person.objects.count())"
    )
    assert said == "0 0\n1"
