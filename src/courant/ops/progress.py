"""Progress bars for people at a terminal; nothing where nobody watches."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from tqdm import tqdm

WIDEST = 90  # columns
FORM = "{desc:<22} {bar:30} {n_fmt:>4}/{total_fmt} {unit} {elapsed}{postfix}"
# With room for a word on how it goes, of some thirty characters.
WORDED = "{desc:<12} {bar:20} {n_fmt:>4}/{total_fmt} {unit} {elapsed}{postfix}"
TIMED = "{desc:<12} {bar:20} {n_fmt}/{total_fmt} {unit} {rate_fmt} {elapsed}, {remaining} left"


class Progress(Protocol):
    """Called with how much is done, of how much, and a word on how it goes."""

    def __call__(self, done: int, total: int, word: str = "", /) -> None: ...


@contextmanager
def progress_bar(
    label: str, unit: str = "", *, timed: bool = False, worded: bool = False
) -> Iterator[Progress]:
    """Gives a function that shows how far the work is; the bar appears with its first call.

    `timed`: with how many a second, and the time left. `worded`: with room for a longer word.
    """
    form = TIMED if timed else WORDED if worded else FORM
    bar: Any = None

    def show(done: int, total: int, word: str = "") -> None:
        nonlocal bar
        if bar is None:
            bar = _bar(label, unit, form)
        bar.total = total
        if word:
            bar.set_postfix_str(word, refresh=False)
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


def _bar(label: str, unit: str, form: str) -> Any:
    columns = min(shutil.get_terminal_size().columns, WIDEST)  # some terminals say 0
    quiet = None  # tqdm's word for: when standard error is no terminal
    return tqdm(
        desc=label,
        unit=unit,
        total=0,
        bar_format=form,
        ncols=columns,
        file=sys.stderr,
        disable=quiet,
    )
