"""The application that granian runs, from its process's beginning to its end."""

import asyncio
import logging

import pytest

from courant.figures import keeping
from courant.ops.web.site import Site
from courant.wsgi import application


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path, capacity=1 << 20, https=False)
    made.dynamic.lazy.application = application
    return made


@pytest.fixture
def written(monkeypatch):
    """What is put down of the figures, instead of rows."""
    found = []
    keeping.ABACUS.clear()
    monkeypatch.setattr(keeping.ABACUS, "begin", lambda: None)  # nobody writes in between
    monkeypatch.setattr(keeping.ABACUS, "_write", lambda counts, _: found.append(dict(counts)))
    yield found
    keeping.ABACUS.clear()


def end(site: Site) -> None:
    loop = asyncio.new_event_loop()
    site.__rsgi_del__(loop)
    loop.close()


def test_a_process_that_ends_writes_down_what_it_has_counted(site, written):
    keeping.ABACUS.add([("today", 15, "opened")])
    end(site)
    assert written == [{("today", 15, "opened"): 1}]


def test_a_process_that_never_answered_a_form_has_nothing_to_write(site, written):
    site.dynamic.lazy.application = None
    keeping.ABACUS.add([("today", 15, "opened")])
    end(site)
    assert written == []


def test_what_could_not_be_written_at_the_end_is_said(site, written, monkeypatch, caplog):
    def locked(counts, dropped):
        raise OSError("database is locked")

    monkeypatch.setattr(keeping.ABACUS, "_write", locked)
    keeping.ABACUS.add([("today", 15, "opened")])
    with caplog.at_level(logging.ERROR):
        end(site)
    assert "Figures of reading of the last seconds are lost" in caplog.text
    assert "database is locked" in caplog.text
