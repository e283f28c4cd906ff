"""A baker that is killed while it writes leaves the old file or the new one, never a piece."""

import signal
import subprocess
import sys
import time
from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from courant.bake.stores.folder import FolderStore

class Naive(FolderStore):  # the broken twin: writes where readers read
    def put(self, path, data, variants):
        (self.root / path).write_bytes(data)

store = (Naive if sys.argv[2] == "naive" else FolderStore)(Path(sys.argv[1]))
for number in range(10**6):
    store.put("index.html", b"%08d" % number * 500_000, {})
    print(number, flush=True)
"""
SIZE = 8 * 500_000
KILLS = 12


def pieces_left(folder: Path, way: str) -> int:
    """How many of the kills left a file that is neither the old nor the new one."""
    pieces = 0
    for kill in range(KILLS):
        command = [sys.executable, "-c", WRITER, str(folder), way]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert (
                writer.stdout.readline()
            )  # the first version is whole: the next one is on its way
            time.sleep(0.002 * kill)
            writer.send_signal(signal.SIGKILL)
            assert writer.wait() == -signal.SIGKILL
        data = (folder / "index.html").read_bytes()
        pieces += len(data) != SIZE or data != data[:8] * 500_000
    return pieces


def test_a_kill_leaves_a_whole_file(tmp_path):
    assert pieces_left(tmp_path, "whole") == 0


def test_the_same_kills_tear_the_files_of_a_naive_baker(tmp_path):
    assert pieces_left(tmp_path, "naive") > 0
