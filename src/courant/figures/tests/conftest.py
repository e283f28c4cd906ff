"""What the tests of figures share."""

from collections.abc import Iterator

import pytest

from courant.figures import keeping


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    keeping.ABACUS.clear()
    keeping.SWITCH.forget()
    yield
    keeping.ABACUS.clear()
    keeping.SWITCH.forget()
