"""`courant newsletter …`: send, stop, look, and see that mail servers believe us."""

import argparse
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from courant.ops.children import on_stop
from courant.ops.commands import Refused, newsletter_lists
from courant.ops.progress import progress_bar

if TYPE_CHECKING:
    from courant.newsletter.models import Edition

HELP = "send, pause, resume and look at editions; check that mail servers believe us"

EDITION = "its number (see status); may be left out where only one is meant"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    orders = parser.add_subparsers(dest="order", metavar="ORDER", required=True)

    def order(name: str, told: str, act: Callable[[argparse.Namespace], int]) -> Any:
        made = orders.add_parser(name, help=told, description=told)
        made.set_defaults(act=act)
        return made

    order("send", "send what is due, with progress", send)
    for name, told, act in (
        ("pause", "begin no further message of an edition", pause),
        ("resume", "go on with a paused edition", resume),
        ("cancel", "send no more of an edition, for ever", cancel),
        ("resend", "send again to those who did not get it, or may not have", resend),
    ):
        order(name, told, act).add_argument(
            "edition", metavar="EDITION", type=int, nargs="?", help=EDITION
        )
    order("status", "how editions fare, what is wrong", status)
    reconciling = order("reconcile", "compare the rows with journals, reports and logs", reconcile)
    reconciling.add_argument("--log", metavar="FILE", help="log of the mail server that took it")
    newsletter_lists.add_import_arguments(
        order("import", "take readers over from another program", newsletter_lists.take_in)
    )
    exporting = order("export", "write all readers and what they said", newsletter_lists.export)
    exporting.add_argument("folder", metavar="FOLDER", help="where the CSV files go")
    order("unlock", "after a restore: let editions go out again", unlock)
    order("key", "make the key that signs mail, or show what to publish for it", key)
    checking = order("check", "SPF, DKIM, DMARC, PTR, TLS, headers: what is and what to do", check)
    checking.add_argument("--ip", default="", help="the address that mail leaves from, if known")
    order("listen", "take bounces and complaints, all the time (`up` does so too)", listen)


def run(args: argparse.Namespace) -> int:
    from courant.newsletter.errors import NewsletterError

    try:
        return int(args.act(args))
    except NewsletterError as error:
        raise Refused(str(error)) from None


def send(args: argparse.Namespace) -> int:
    from courant.newsletter.ledger import database_time
    from courant.newsletter.progress import problems, under_way
    from courant.pipeline.work import at_work, deliver_all

    with at_work(), progress_bar("Delivering", "letters", timed=True) as show:
        deliver_all(show)
    for one in under_way(database_time()):
        print(f"#{one.edition.pk} {one.edition.state}: “{one.edition.subject}”: {one}")
    return _told(problems())


def pause(args: argparse.Namespace) -> int:
    from courant.newsletter import controls

    return _control(args, ("sending",), controls.pause)


def resume(args: argparse.Namespace) -> int:
    from courant.newsletter import controls

    return _control(args, ("paused",), controls.resume)


def cancel(args: argparse.Namespace) -> int:
    from courant.newsletter import controls

    return _control(args, ("preparing", "sending", "paused"), controls.cancel)


def resend(args: argparse.Namespace) -> int:
    from courant.newsletter import controls

    edition = _edition(args.edition, ("finished", "paused", "sending"))
    print(f"“{edition.subject}”: {controls.resend_missing(edition)} letters are sent again.")
    return 0


def status(args: argparse.Namespace) -> int:
    from courant.newsletter.ledger import database_time
    from courant.newsletter.limits import limits_now, spent_out
    from courant.newsletter.models import Edition
    from courant.newsletter.progress import fares, problems

    at = database_time()
    editions = list(Edition.objects.all()[:10])
    print("Editions" if editions else "Editions\n  none yet")
    for edition in editions:
        one = fares(edition, at)
        print(f"  #{edition.pk} {edition.state}: “{edition.subject}”: {one}")
        if not one.balances:
            print("     does not balance: run `courant newsletter reconcile`, and report it")
        if edition.next_at and edition.next_at > at:
            print(f"     goes on at {edition.next_at:%Y-%m-%d %H:%M} UTC: a limit is reached")
    ends = spent_out(at)
    for limit in limits_now(at):
        reached = ", reached" if limit.domain in ends else ""
        print(f"Limit {limit.domain}: {limit.count} in {limit.span}{reached}")
    return _told(problems())


def reconcile(args: argparse.Namespace) -> int:
    from courant.newsletter.ledger import database_time
    from courant.newsletter.reconcile import reconcile as compare

    with ExitStack() as stack:
        log = stack.enter_context(Path(args.log).open(errors="replace")) if args.log else ()
        found = compare(database_time(), log)
    print(f"{found.recovered} messages of workers that are gone looked after")
    print(f"{found.arrived} uncertain messages had arrived")
    print(f"{found.uncertain} messages are uncertain; `courant newsletter resend` sends them again")
    return _told([f"#{one.edition.pk} does not balance: {one}" for one in found.unbalanced])


def unlock(args: argparse.Namespace) -> int:
    from courant.newsletter import restored
    from courant.newsletter.ledger import database_time

    reason = restored.reason()
    if not restored.unlock("courant newsletter unlock", database_time()):
        print("Nothing is locked.")
        return 0
    print(f"Editions go out again. It was: {reason}")
    return 0


def key(args: argparse.Namespace) -> int:
    from courant.newsletter import dkim
    from courant.newsletter.standing.records import dkim_record

    if not dkim.key_path().exists():
        dkim.make_key()
        print(f"Made {dkim.key_path()}. From now on mail is signed; publish this first:")
    for record in dkim_record():
        print(record)
    return 0


def check(args: argparse.Namespace) -> int:
    from courant.newsletter.standing.checks import check_all

    findings = check_all(ip=args.ip)
    for finding in findings:
        print(finding)
    return 1 if any(finding.wrong for finding in findings) else 0


def listen(args: argparse.Namespace) -> int:
    from courant.newsletter.returns.take import take_all

    stop = threading.Event()
    on_stop(stop.set)
    take_all(stop)
    return 0


def _control(
    args: argparse.Namespace, states: tuple[str, ...], act: Callable[["Edition"], None]
) -> int:
    edition = _edition(args.edition, states)
    act(edition)
    print(f"“{edition.subject}” is {edition.state}.")
    return 0


def _edition(number: int | None, states: tuple[str, ...]) -> "Edition":
    """The one that is meant. Raises Refused with those to choose from."""
    from courant.newsletter.models import Edition

    if number is not None:
        found = Edition.objects.filter(pk=number).first()
        if found is None:
            raise Refused(f"There is no edition #{number}. `courant newsletter status` lists them.")
        return found
    editions = list(Edition.objects.filter(state__in=states)[:5])
    if len(editions) != 1:
        named = ", ".join(f"#{one.pk} “{one.subject}”" for one in editions) or "none"
        raise Refused(f"Which edition? {' or '.join(states)}: {named}.")
    return editions[0]


def _told(problems: list[str]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0
