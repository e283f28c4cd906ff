"""From reports to rows, one for each story and day."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test.utils import CaptureQueriesContext

from courant.figures import keeping
from courant.figures.beacon import parse
from courant.figures.models import Dropped, FiguresSettings, HearingDay, ReadingDay
from courant.figures.tests.make import DAY, SOUND, make_day, make_sound
from courant.lib.abacus import Abacus
from courant.stories.tests.make import make_desk_story, make_public

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    made = make_desk_story()
    make_public(made)
    return made


def told(abacus, story, **facts):
    beacon = parse({"story": str(story), **facts})
    return abacus.add(beacon.keys(DAY))


def test_two_processes_add_to_one_row(story):
    one, two = Abacus("one", keeping.write), Abacus("two", keeping.write)
    for abacus in (one, two, one):
        told(abacus, story.pk, did="or")
        abacus.put_down()
    row = ReadingDay.objects.get()
    assert (row.opened, row.read, row.finished, row.day) == (3, 3, 0, DAY)
    assert row.section_id == story.get_parent().pk


def test_each_sentence_is_counted_as_far_as_the_sound_has_any(story):
    make_sound(story.pk, 5)
    for abacus in (Abacus("one", keeping.write), Abacus("two", keeping.write)):
        told(abacus, story.pk, did="l", sound=SOUND, heard="0-2")
        told(abacus, story.pk, sound=SOUND, heard="2,4-2999")
        told(abacus, story.pk, sound="f" * 12, heard="0-3")
        abacus.put_down()
    assert HearingDay.objects.get().sentences == [2, 2, 4, 0, 2]
    assert ReadingDay.objects.get().listened == 2


def test_stories_that_are_not_public_make_no_rows(story):
    draft = make_desk_story(publish=False)
    for number in (draft.pk, 10**14, story.pk + 999):
        told(keeping.ABACUS, number, did="or")
        told(keeping.ABACUS, number, sound=SOUND, heard="0")
    keeping.ABACUS.put_down()
    assert not ReadingDay.objects.exists() and not HearingDay.objects.exists()


def test_a_thousand_reports_cost_few_queries(story, django_assert_max_num_queries):
    other = make_desk_story()
    make_public(other)
    for _ in range(500):
        told(keeping.ABACUS, story.pk, did="or")
        told(keeping.ABACUS, other.pk, did="o")
    with django_assert_max_num_queries(8):
        keeping.ABACUS.put_down()
    assert ReadingDay.objects.get(story_id=story.pk).opened == 500


def test_what_was_dropped_is_said(story):
    abacus = Abacus("test", keeping.write, a_minute=1, clock=lambda: 0.0)
    assert [told(abacus, story.pk, did="o") for _ in range(3)] == [True, False, False]
    abacus.put_down()
    assert (Dropped.objects.get().number, Dropped.objects.get().what) == (2, "readings")


def test_nothing_is_half_written(story, monkeypatch):
    told(keeping.ABACUS, story.pk, did="o")
    with monkeypatch.context() as patch:

        def locked(*_):
            raise OperationalError("database is locked")

        patch.setattr(keeping, "write_dropped", locked)
        with pytest.raises(OperationalError):
            keeping.ABACUS.put_down()
    assert not ReadingDay.objects.exists()
    keeping.ABACUS.put_down()
    assert ReadingDay.objects.get().opened == 1


def test_figures_are_deleted_on_time():
    FiguresSettings.objects.create(days=30)
    for days in (30, 31):
        day = DAY - timedelta(days=days)
        make_day(days, day)
        HearingDay.objects.create(story_id=days, sound=SOUND, day=day)
        Dropped.objects.create(what="readings", day=day, number=1)
    keeping.forget_old(DAY)
    for model in (ReadingDay, HearingDay, Dropped):
        assert [row.day for row in model.objects.all()] == [DAY - timedelta(days=30)]


def test_the_switch_is_asked_of_the_database_now_and_then(monkeypatch):
    from django.db import connection

    with CaptureQueriesContext(connection) as queries:
        assert [keeping.SWITCH.is_on() for _ in range(5)] == [True] * 5
    assert len(queries) == 1
    keeping.SWITCH.forget()
    FiguresSettings.objects.create(reading=False)
    assert not keeping.SWITCH.is_on()
