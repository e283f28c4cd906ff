"""All things come once, in their order, no more at a time than asked for."""

from hypothesis import given
from hypothesis import strategies as st

from courant.lib.batches import batched


@given(st.lists(st.integers()), st.integers(1, 7))
def test_nothing_is_lost_doubled_or_moved(items: list[int], size: int) -> None:
    parts = list(batched(iter(items), size))
    assert [one for part in parts for one in part] == items
    assert all(len(part) == size for part in parts[:-1])
    assert all(parts) and len(parts) == -(-len(items) // size)
