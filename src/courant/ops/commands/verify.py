"""`courant verify`: what a sound file says of where it comes from, and whether that is true."""

import argparse
from pathlib import Path

from courant.ops.commands import Refused

HELP = "read and explain the Content Credentials of a sound file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--root", type=Path, help="certificate to believe; else this paper's own")


def run(args: argparse.Namespace) -> int:
    """0 when every file is as it was signed, 1 when one is altered, unsigned or cannot be read."""
    from django.conf import settings

    from courant.narration.provenance.certificate import root_file
    from courant.narration.provenance.verify import examine

    root = args.root or root_file(Path(settings.COURANT_SIGNING))
    good = True
    for file in args.file:
        if not file.is_file():
            raise Refused(f"There is no file {file}.")
        finding = examine(file, root)
        print(f"{file}: {finding.verdict}")
        for sentence in finding.sentences:
            print(f"  {sentence}")
        good = good and finding.verdict in ("trusted", "valid")
    return 0 if good else 1
