"""`courant login`: a way into the desk."""

import argparse

HELP = "make an administrator's login for the desk, or give an existing one a new password"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", default="editor", help="default: editor")


def run(args: argparse.Namespace) -> int:
    from courant.ops.logins import new_password

    print(f"name      {args.name}")
    print(f"password  {new_password(args.name)}")
    print("It is stored hashed: this is the only time it can be read.")
    return 0
