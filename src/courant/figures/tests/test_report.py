"""How stories and sections fared."""

from datetime import timedelta

import pytest

from courant.figures import report
from courant.figures.models import Dropped, HearingDay, ReadingDay
from courant.figures.report import Span
from courant.figures.tests.make import DAY, SOUND, make_day

pytestmark = pytest.mark.django_db
WEEK = Span(DAY, 7)


@pytest.fixture(autouse=True)
def days():
    make_day(1, section_id=8, opened=10, read=5, finished=2, listened=4, heard_out=1)
    make_day(1, DAY - timedelta(days=6), section_id=8, opened=30, read=5)
    make_day(1, DAY - timedelta(days=7), section_id=8, opened=1000)
    make_day(2, section_id=9, opened=20, read=18)


def test_stories_are_added_up_over_the_last_days_and_sorted():
    first, second = report.of_stories(WEEK)
    assert (first.key, first.opened, first.read, first.finished) == (1, 40, 10, 2)
    assert (first.read_share, first.heard_share, second.heard_share) == (25.0, 25.0, 0.0)
    assert [one.key for one in report.of_stories(WEEK, "read_share")] == [2, 1]
    assert [one.key for one in report.of_stories(Span(DAY, 30, section=9))] == [2]


def test_a_story_that_is_no_more_is_named_by_its_number():
    assert report.of_stories(Span(DAY, 7, section=9))[0].name == "story 2"


def test_sections_and_days_add_up_to_the_same():
    whole = report.total(WEEK.rows)
    assert sum(one.opened for one in report.of_sections(WEEK)) == whole.opened == 60
    assert [(one.key, one.opened) for one in report.by_day(WEEK.rows)] == [
        (DAY, 30),
        (DAY - timedelta(days=6), 30),
    ]


def test_without_rows_everything_is_nought():
    ReadingDay.objects.all().delete()
    assert report.of_stories(WEEK) == [] and report.total(WEEK.rows).opened == 0
    assert report.dropped(WEEK) == 0


def test_sentences_are_added_up_by_sound():
    for days, sentences in ((0, [5, 4]), (1, [1, 1, 1]), (7, [9, 9, 9])):
        day = DAY - timedelta(days=days)
        HearingDay.objects.create(story_id=1, sound=SOUND, day=day, sentences=sentences)
    assert report.heard(1, SOUND, WEEK) == [6, 5, 1]
    assert report.heard(1, "0" * 12, WEEK) == []


def test_reports_that_were_turned_away_are_told():
    Dropped.objects.create(what="readings", day=DAY, number=7)
    assert report.dropped(WEEK) == 7
