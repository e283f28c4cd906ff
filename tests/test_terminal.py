"""What goes wrong at a terminal is said in one sentence."""

import importlib.util
import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import Home, free_port
from tests.template_home import ROOT


def one_sentence(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert "Traceback" not in text
    return lines[0]


def test_a_port_in_use_is_named_with_another_one_to_try(home: Home):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = one_sentence(home.run("up", "--port", str(port), code=1).stderr)
    assert f"Port {port} is in use" in said
    assert str(port + 1) in said


def test_an_address_of_another_machine_is_refused(home: Home):
    said = home.run("up", "--host", "192.0.2.1", "--port", str(free_port()), code=1).stderr
    assert "192.0.2.1 is no address of this machine" in one_sentence(said)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte and a half; needs root."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or not mount:
        pytest.skip("mounting a small disk needs root")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)])
    if made.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_making_room_is_enough(small_disk, tmp_path):
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(700_000))
    home = Home(small_disk / "home")
    said = one_sentence(home.run("init", code=1).stderr)
    assert said.startswith("The disk is full: ")
    assert said.endswith("Make room and run it again.")
    ballast.unlink()
    subprocess.run(
        ["mount", "-o", "remount,size=64m", str(small_disk)], check=True, capture_output=True
    )
    home.run("init")
    assert "nothing yet" in home.run("status").stdout


def test_a_paper_is_kept_whatever_the_first_start_left_undone(home, story_file):
    home.run("publish", str(story_file))
    (home.path / "secrets" / "founding").touch()  # as a kill behind the last step leaves it
    home.run("init")
    assert not (home.path / "secrets" / "founding").exists()
    stories = "from courant.stories.models import Story; print(Story.objects.get().title)"
    assert home.django(stories) == "Night ferry runs again after eleven weeks"


def test_an_old_python_is_told_which_one_is_needed(monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    bootstrap = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bootstrap)
    monkeypatch.setattr(bootstrap, "NEEDED", (3, 99))
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "demo"])
    monkeypatch.setenv("PATH", "")
    assert bootstrap.main() == 1
    said = one_sentence(capsys.readouterr().err)
    assert "Courant needs Python 3.11 or newer" in said
    assert sys.executable in said
