"""`courant init`: make a home."""

import argparse

from courant.config import home_path
from courant.ops import home

HELP = "make a home (database, secrets, folders), or bring one up to date"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace) -> int:
    folder = home_path()
    home.init(folder)
    print(f"The home is ready: {folder}")
    return 0
