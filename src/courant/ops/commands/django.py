"""`courant django …`: Django's own commands, for those who know them."""

import argparse

HELP = "run one of Django's own commands, such as `courant django check --deploy`"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def run(args: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["courant django", *args.arguments])
    return 0
