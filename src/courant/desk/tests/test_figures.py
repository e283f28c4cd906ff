"""How often stories are read, as editors see it."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from courant.figures.models import FiguresSettings, HearingDay
from courant.figures.tests.make import make_day
from courant.narration import produce
from courant.narration.tests.conftest import MEMORY
from courant.stories.publication import read_story
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db
REPORT = "/desk/courant/figures/"


@pytest.fixture
def stories():
    made = [make_desk_story(title=title) for title in ("=Rain()", "A dry day", "Wind")]
    for number, story in enumerate(made, 1):
        section = story.get_parent().pk
        make_day(story.pk, localdate(), section, opened=1000 * number, read=400, finished=100)
        make_day(story.pk, localdate() - timedelta(days=20), section, opened=5)
    return made


def headlines(page: str) -> list[int]:
    titles = ("=Rain()", "A dry day", "Wind")
    return sorted(range(3), key=lambda n: page.index(f">{titles[n]}</a>"))


def test_the_report_adds_up_and_is_sorted_as_asked(admin_client: Client, stories):
    page = admin_client.get(REPORT).content.decode()
    assert headlines(page) == [2, 1, 0]
    assert "6,000 opened, 1,200 read, 300 finished" in page
    assert "40.0\N{NO-BREAK SPACE}%" in page and "Harbour" in page
    page = admin_client.get(REPORT, {"sort": "name", "days": "30"}).content.decode()
    assert headlines(page) == [0, 1, 2]
    assert "6,015 opened" in page


def test_whatever_stands_in_the_address_the_report_is_there(admin_client: Client, stories):
    for query in ({"days": "x", "sort": "pk", "p": "-1"}, {"section": "9" * 30}, {"p": "99"}):
        assert admin_client.get(REPORT, query).status_code == 200
    section = stories[0].get_parent()
    assert "All sections" in admin_client.get(REPORT, {"section": section.pk}).content.decode()
    assert b"No story was opened" in admin_client.get(REPORT, {"section": 1}).content


def test_the_file_has_every_story_and_no_formula(admin_client: Client, stories):
    answer = admin_client.get(REPORT, {"export": "csv", "days": "7"})
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["headline"] for row in rows] == ["Wind", "A dry day", "'=Rain()"]
    assert rows[2] == {
        "story": str(stories[0].pk),
        "headline": "'=Rain()",
        "opened": "1000",
        "read": "400",
        "finished": "100",
        "listened": "0",
        "heard_out": "0",
    }


def test_a_story_shows_where_its_listeners_leave(admin_client: Client, settings, tmp_path):
    settings.COURANT_AUDIO = tmp_path
    settings.COURANT_VOICES = {"en": {"BACKEND": MEMORY, "OPTIONS": {"language": "en"}}}
    story = make_desk_story("It rained. It stopped.", title="Rain")
    produce.request(read_story(story.pk))
    produce.narrate(read_story(story.pk))
    spoken = produce.spoken(read_story(story.pk))
    make_day(story.pk, localdate(), story.get_parent().pk, opened=20, listened=9)
    page = reverse("desk-story-figures", args=[story.pk])
    assert "sentence by sentence" not in admin_client.get(page).content.decode()
    HearingDay.objects.create(
        story_id=story.pk, sound=spoken.sound, day=localdate(), sentences=[9, 8, 7]
    )
    text = admin_client.get(page).content.decode()
    assert "It stopped." in text
    assert f'<meter min="0" max="9" value="{8}">' in text


def test_it_says_when_nothing_is_counted(admin_client: Client):
    FiguresSettings.objects.create(reading=False)
    assert b"Readings are not counted now." in admin_client.get(REPORT).content


def test_the_report_is_for_those_who_work_at_the_desk(client: Client):
    assert client.get(REPORT).status_code == 302
