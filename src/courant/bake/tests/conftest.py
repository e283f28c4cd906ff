"""A bucket for all of bake's tests: the server starts once."""

from collections.abc import Iterator

import pytest

from courant.bake.tests import bucket


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    with bucket.serving() as address:
        yield address
