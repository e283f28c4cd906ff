"""What the front's tests stand on: no database, a folder for pictures."""

from pathlib import Path

import pytest

from courant.front.pictures import Pictures


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    return Pictures(tmp_path / "renditions")
