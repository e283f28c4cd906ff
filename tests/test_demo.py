"""`courant demo`, on a small newsroom that has every block."""

import json
import re
from pathlib import Path

import pytest

from courant.stories.tests.make import make_picture_bytes
from tests.conftest import Home, free_port

NEWSROOM = """
[paper]
name = "The Small Lantern"
tagline = "Two stories"
language = "en"
time_zone = "Europe/London"
notice = "All of it is invented."
about = "A paper for a test."

[[sections]]
slug = "harbour"
title = "Harbour"
language = "en"
description = "Boats"

[[people]]
slug = "ada-quill"
name = "Ada Quill"
role = "Reporter"
bio = "Writes."
portrait = "ada.jpg"

[[photos]]
file = "ada.jpg"
title = "Ada"
alt = "A face"
caption = "Ada Quill"
credit = "Ilse Brandt"
source = "Made for a test"
rights = "CC0"
focal = [0.25, 0.5]

[front]
lead = "first"
secondary = ["second"]

[newsletter]
name = "Small Tide"
description = "Twice a year."
"""
FIRST = """
headline = "The first boat"
slug = "first"
standfirst = "It floats."
section = "harbour"
kind = "news"
language = "en"
topics = ["Boats"]
published = 2024-03-05T07:40:00
lead_photo = "ada.jpg"
bylines = [{person = "ada-quill", role = "by"}]
[[corrections]]
time = 2024-03-05T09:00:00
kind = "correction"
text = "It was the second boat."
[[body]]
type = "paragraph"
text = 'It <b>floats</b>, as <a href="story:second">the second story</a> says.'
[[body]]
type = "subheading"
text = "A middle"
[[body]]
type = "photo"
photo = "ada.jpg"
[[body]]
type = "quote"
text = "She floats."
speaker = "Bo Marsh"
speaker_role = "pilot"
[[body]]
type = "pull_quote"
text = "She floats"
[[body]]
type = "list"
items = ["One", "Two"]
[[body]]
type = "box"
title = "What we know"
paragraphs = ["Not much."]
[[body]]
type = "table"
caption = "Boats"
header = ["Year", "Boats"]
rows = [["2024", "1"]]
[[body]]
type = "embed"
url = "https://example.org/boats"
title = "A list of boats"
[[body]]
type = "related"
story = "second"
"""
SECOND = """
headline = "The second boat"
slug = "second"
section = "harbour"
kind = "opinion"
language = "en"
topics = ["Boats"]
published = 2024-03-04T07:40:00
bylines = []
[[body]]
type = "paragraph"
text = "It sank."
"""


@pytest.fixture
def newsroom(tmp_path) -> Path:
    folder = tmp_path / "newsroom"
    (folder / "stories").mkdir(parents=True)
    (folder / "photos").mkdir()
    (folder / "newsroom.toml").write_text(NEWSROOM)
    (folder / "stories" / "01.toml").write_text(FIRST)
    (folder / "stories" / "02.toml").write_text(SECOND)
    (folder / "photos" / "ada.jpg").write_bytes(make_picture_bytes())
    return folder


def test_the_demo_is_made_read_heard_and_delivered_and_its_login_shown_once(tmp_path, newsroom):
    home = Home(tmp_path / "home")
    command = ("demo", "--no-serve", "--port", str(free_port()), str(newsroom))
    said = home.run(*command).stdout
    password = re.search(r"password: (\S+)", said)[1]
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    page = home.page("/harbour/first/")
    for words in (
        "It <strong>floats</strong>",
        "A middle",
        "Bo Marsh",
        "What we know",
        "A list of boats",
    ):
        assert words in re.sub(r"<span[^>]*>|</span>", "", page)
    assert 'href="/harbour/second/"' in page
    assert ".mp3" in page
    assert "It was the second boat." in page
    letters = [mail for mail in home.mails() if mail["List-Unsubscribe"]]
    assert len(letters) == 3
    assert {mail["Subject"] for mail in letters} == {"The first boat"}

    again = home.run(*command).stdout
    assert password not in again
    assert "made at the first run" in again
    assert len(home.mails()) == 6  # three confirmations, three letters, none twice


def test_all_times_move_by_whole_weeks_so_that_the_newest_story_is_fresh(home: Home, newsroom):
    said = home.django(
        "import json; from pathlib import Path; from django.utils.timezone import now\n"
        "from courant.importers.newsroom import Newsroom\n"
        f"room = Newsroom(Path({str(newsroom)!r})); new = room.load(); again = room.load()\n"
        "from courant.stories.models import Story\n"
        "story = Story.objects.get(slug='first')\n"
        "print(json.dumps([new, again, (now() - story.published_at).days,"
        " story.published_at.strftime('%A')]))"
    )
    new, again, days, weekday = json.loads(said)
    assert (new, again) == (2, 0)
    assert 0 <= days < 7
    assert weekday == "Tuesday"  # as 5 March 2024 was


def test_the_demo_leaves_the_home_of_another_paper_alone(home: Home, newsroom):
    before = (home.path / "courant.toml").read_bytes()
    said = home.run("demo", "--no-serve", "--port", str(free_port()), str(newsroom), code=1).stderr
    assert "is the home of another paper" in said
    assert (home.path / "courant.toml").read_bytes() == before
