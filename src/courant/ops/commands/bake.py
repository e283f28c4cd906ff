"""`courant bake`: make the public files, check them, and say what they were made from."""

import argparse
import sys
from collections.abc import Callable

from courant.ops.commands import Refused
from courant.ops.progress import progress_bar

HELP = "make the public files that are stale; check them; say why one is as it is"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(bake=changed)
    parser.add_argument("--changed", action="store_true", help="what has changed (the default)")
    parser.add_argument("--all", action="store_true", help="look at every story and every file")
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare what readers have with what is published; exit with 1 and a list",
    )
    parser.add_argument("--repair", action="store_true", help="check, and mend what was found")
    parser.add_argument(
        "--back", action="store_true", help="let readers see the generation before this one"
    )
    more = parser.add_subparsers(metavar="why|what", required=False)
    why_ = more.add_parser("why", help="what a public file was made from")
    why_.add_argument("path", metavar="PATH", help="its address, such as /harbour/ferry/")
    why_.set_defaults(bake=why)
    what_ = more.add_parser("what", help="which public files would change with something")
    what_.add_argument(
        "thing",
        metavar="OBJECT",
        help="a story's address, or person:SLUG, topic:SLUG, section:SLUG, photo:ID, story:ID",
    )
    what_.set_defaults(bake=what)


def run(args: argparse.Namespace) -> int:
    if args.check or args.repair:
        return check(mend=args.repair)
    if args.back:
        return back()
    act: Callable[[argparse.Namespace], int] = args.bake
    return act(args)


def changed(args: argparse.Namespace) -> int:
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
        + (" Readers see a new generation." if report.switched else "")
    )
    return 1 if report.failures else 0


def check(*, mend: bool) -> int:
    """List what readers have that is not what is published. Exit code 1 if there is anything."""
    from courant.pipeline.oracle import NothingBaked, findings, repair
    from courant.pipeline.path import publish

    try:
        with progress_bar("Checking", "pages") as show:
            found = findings(show)
    except NothingBaked as error:
        raise Refused(str(error)) from None
    for line in found.lines():
        print(line)
    if not found:
        print("Readers have exactly what is published.")
        return 0
    if not mend:
        return 1
    repair(found)
    with progress_bar("Baking", "pages") as show:
        publish(show)
    with progress_bar("Checking", "pages") as show:
        left = list(findings(show).lines())
    print("\n".join(["Still wrong:", *left]) if left else "Mended.")
    return 1 if left else 0


def back() -> int:
    from courant.bake.generations import CannotGoBack, go_back
    from courant.bake.lease import hold

    try:
        with hold() as held:
            generation = go_back(held)
    except CannotGoBack as error:
        raise Refused(str(error)) from None
    print(
        f"Readers see {generation.folder} again, begun {generation.started_at:%Y-%m-%d %H:%M}. "
        "The look that you left is not made again until it changes. "
        "Stories that changed since are brought up to date by the worker, or by: courant bake"
    )
    return 0


def why(args: argparse.Namespace) -> int:
    from courant.bake.explain import NotPublic, explain_file

    try:
        for line in explain_file(args.path):
            print(line)
    except NotPublic as error:
        raise Refused(str(error)) from None
    return 0


def what(args: argparse.Namespace) -> int:
    from courant.bake.explain import NotPublic, files_made_from

    try:
        for line in files_made_from(args.thing):
            print(line)
    except NotPublic as error:
        raise Refused(str(error)) from None
    return 0
