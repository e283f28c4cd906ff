"""`courant bake`: make the public files."""

import argparse
import sys

from courant.ops.progress import progress_bar

HELP = "make the public files that are stale; --all looks at every one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="even when no change is noted")


def run(args: argparse.Namespace) -> int:
    from courant.pipeline.path import publish

    with progress_bar("Baking", "pages") as show:
        report = publish(show, everything=args.all)
    if report is None:
        print("Nothing has changed since the last bake.")
        return 0
    for path, reason in report.failures.items():
        print(f"{path} was left as it was: {reason}", file=sys.stderr)
    print(
        f"{report.rendered} pages rendered, {len(report.written)} files written, "
        f"{len(report.deleted)} deleted."
    )
    return 1 if report.failures else 0
