"""Progress bars for people at a terminal; silent lines for logs and pipes."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

Progress = Callable[[int, int], None]


@contextmanager
def progress_bar(label: str, unit: str = "") -> Iterator[Progress]:
    """Gives a function to call with (done, of how many)."""
    form = "{desc:<22} {bar:30} {n_fmt:>4}/{total_fmt} {unit} {elapsed}"
    bar = tqdm(
        desc=label, unit=unit, total=0, bar_format=form, file=sys.stderr, leave=True, disable=None
    )

    def show(done: int, total: int) -> None:
        if bar.total != total:
            bar.total = total
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        bar.close()
