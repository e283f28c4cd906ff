"""`courant work`: do what waits."""

import argparse
import sys

from courant.ops.progress import progress_bar

HELP = "bake, narrate and deliver what waits; --once and exit, or keep going"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="exit when nothing waits any more")


def run(args: argparse.Namespace) -> int:
    from courant.ops.commands import worker

    return once() if args.once else worker.run(args)


def once() -> int:
    """Do everything that waits; names what failed, and exits with 1 if something did."""
    from courant.pipeline.state import problems
    from courant.pipeline.work import work_off

    with (
        progress_bar("Baking", "pages") as baking,
        progress_bar("Narrating", "stories") as narrating,
        progress_bar("Delivering", "letters", timed=True) as delivering,
    ):
        work_off(baking=baking, narrating=narrating, delivering=delivering)
    found = problems(details=True)
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0
