"""Workers are killed while they speak: what is heard, what is said twice, what stays missing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.template_home import ROOT, copy_of_template

RIGHT = {"wrong": [], "missing": [], "said_in_vain": [], "heard": 2}


def kill_narrators(home: Path, kills: int, twin: str = "") -> dict[str, Any]:
    """What `narrators` found; every kill proved to meet a worker that was narrating."""
    env = os.environ | {
        "COURANT_HOME": str(copy_of_template(home)),
        "COURANT_DATABASE_URL": "",
        "COURANT_BAKE_PROCESSES": "1",
    }
    command = [sys.executable, "-m", "courant.pipeline.tests.narrators", str(kills), twin]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, timeout=1500)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("kills") == kills
    assert found.pop("asked") > 3 * kills, "too little was spoken to tell"
    return found


@pytest.mark.slow
def test_kills_while_stories_are_spoken_and_edited_leave_every_page_with_its_own_sound(tmp_path):
    assert kill_narrators(tmp_path / "home", 5) == RIGHT


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_20_kills_while_stories_are_spoken_and_edited_leave_every_page_with_its_own_sound(tmp_path):
    assert kill_narrators(tmp_path / "home", 20) == RIGHT


@pytest.mark.soak
@pytest.mark.parametrize(
    ("twin", "sign", "says"),
    [
        ("play-anything", "wrong", "another text sounds: "),
        ("keep-nothing", "said_in_vain", ""),
        ("free-nothing", "missing", "silent: "),
    ],
)
def test_a_broken_narrator_is_found_by_the_same_kills(tmp_path, twin, sign, says):
    found = kill_narrators(tmp_path / "home", 4, twin)
    assert any(line.startswith(says) for line in found[sign]), found
