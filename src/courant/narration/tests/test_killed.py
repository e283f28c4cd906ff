import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.template_home import ROOT, copy_of_template


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What `killed.py` says after its deeds in a home of its own."""
    home = copy_of_template(tmp_path_factory.mktemp("killed") / "home")
    script = Path(__file__).with_name("killed.py")
    env = os.environ | {"COURANT_HOME": str(home), "COURANT_DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env=env, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(line.split() for line in done.stdout.splitlines())


def test_a_narration_killed_at_any_write_leaves_one_good_result_afterwards(outcome):
    # Two sentences that no story had, spoken and coded; cues, two forms: file, rename, folder.
    assert int(outcome["points"]) >= 2 * 2 + 3 * 3


def test_four_workers_claim_twenty_narrations_once_each(outcome):
    assert outcome["claims"] == "20"
