"""`courant publish`: texts become published stories."""

import argparse

from courant.ops.copy import add_copy_arguments, take_in

HELP = "import texts as stories and publish them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_copy_arguments(parser)


def run(args: argparse.Namespace) -> int:
    return take_in(args, publish=True)
