"""`courant newsletter import` and `export`: readers in and out."""

import argparse
import sys
from pathlib import Path
from typing import Any

from courant.ops.commands import Refused
from courant.ops.progress import progress_bar

SOURCES = ("csv", "ghost", "mailchimp", "substack", "buttondown", "listmonk")


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a CSV file, or a zip of them")
    parser.add_argument("--from", dest="source", choices=SOURCES, required=True)
    parser.add_argument("--newsletter", default="", help="its slug; the default one if left out")
    parser.add_argument("--dry-run", action="store_true", help="only say what would follow")
    parser.add_argument(
        "--column",
        metavar="FIELD=NAME",
        action="append",
        default=[],
        help="which column holds email, status, since, confirmed, left or language",
    )
    parser.add_argument(
        "--all-are",
        default="",
        metavar="STATUS",
        help="what readers are of whom no column says it: `active` says that all agreed",
    )


def take_in(args: argparse.Namespace) -> int:
    from courant.newsletter.lists.read import files_in, how, read
    from courant.newsletter.lists.take import Account, Taking

    newsletter = _newsletter(args.newsletter)
    as_ = how(args.source, _columns(args.column), args.all_are)
    path = Path(args.file)
    try:
        files = files_in(path.name, path.read_bytes())
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    account = Account()
    total = sum(data.count(b"\n") for _name, data in files)
    with progress_bar("Importing", "lines", timed=True) as show:
        for name, data in files:
            taking = Taking(newsletter, name, args.source, args.dry_run, account=account)
            for done in taking.run(read(name, data, as_)):
                show(min(done, total), total)
    for refused in account.refused:
        print(refused, file=sys.stderr)
    print(f"{'Would be: ' if args.dry_run else ''}{account}.")
    return 0


def export(args: argparse.Namespace) -> int:
    from courant.newsletter.lists.export import export_all

    try:
        counts = export_all(Path(args.folder))
    except OSError as error:
        raise Refused(f"{args.folder} cannot be written: {error.strerror}.") from None
    for name, count in counts.items():
        print(f"{args.folder}/{name}: {count} lines")
    return 0


def _newsletter(slug: str) -> Any:
    from courant.newsletter.models import Newsletter

    found = Newsletter.objects.filter(slug=slug) if slug else Newsletter.objects.all()
    newsletter = found.first()
    if newsletter is None:
        known = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or "none"
        raise Refused(f"There is no newsletter {slug!r}. There are: {known}.")
    return newsletter


def _columns(pairs: list[str]) -> dict[str, str]:
    from courant.newsletter.lists.sources import FIELDS

    found = dict(pair.partition("=")[::2] for pair in pairs)
    if wrong := [name for name in found if name not in FIELDS]:
        raise Refused(f"{wrong[0]!r} is none of {', '.join(FIELDS)}. Write --column email=Mail.")
    return found
