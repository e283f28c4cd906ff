"""`courant import`: texts become drafts."""

import argparse

from courant.ops.copy import add_copy_arguments, take_in

HELP = "import texts as drafts"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_copy_arguments(parser)


def run(args: argparse.Namespace) -> int:
    return take_in(args, publish=False)
