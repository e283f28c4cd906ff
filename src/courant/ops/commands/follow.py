"""`courant follow`: let the bucket and the cache in front have what changed, now."""

import argparse
import sys

from courant.ops.commands import Refused
from courant.ops.progress import progress_bar

HELP = "copy public files to the bucket and tell the cache in front what changed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all", action="store_true", help="take for granted nothing that was copied or told"
    )


def run(args: argparse.Namespace) -> int:
    from courant.bake.followers import follow
    from courant.bake.followers.base import CannotFollow

    names = follow.names()
    if not names:
        raise Refused("Nothing follows: set `bucket` or `cdn` in courant.toml.")
    if args.all:
        try:
            for name in names:
                follow.start_anew(name)
        except CannotFollow as error:
            raise Refused(str(error)) from error
    follow.retry()
    with progress_bar("Following", "files") as show:
        while follow.follow_next(show):
            pass
    failed = list(follow.waiting())
    for row in failed:
        print(f"{row.name}: {row.error or 'another process is at it.'}", file=sys.stderr)
    if not failed:
        print(f"Up to date: {', '.join(names)}.")
    return 1 if failed else 0
