"""`courant up`: web server and worker in one."""

import argparse
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress

import django
from django.db import OperationalError

from courant.ops.children import Child, on_stop
from courant.ops.commands import Refused, web
from courant.ops.home import point_site_at_its_url

HELP = "web server and worker in one; Ctrl-C ends both"

GLANCE = 0.2  # seconds between two looks at the children
AGAIN = 5.0  # seconds between two attempts to reach the database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    web.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    web.check_port(args.host, args.port)
    stop = threading.Event()
    on_stop(stop.set)
    children = [Child("web", "--host", args.host, "--port", str(args.port))]
    said = False
    database = Database()
    try:
        children[0].keep_running()  # it starts while this process loads what the check needs
        django.setup()
        while not stop.is_set():
            if len(children) == 1 and database.is_ready():
                children += workers()
            for child in children:
                child.keep_running()
            if not said and answers(args.host, args.port):
                print(f"The paper is at http://{args.host}:{args.port}/", flush=True)
                print(f"The desk is at  http://{args.host}:{args.port}/desk/", flush=True)
                said = True
            stop.wait(GLANCE)
    finally:
        for child in children:
            child.end()
    return 0


def workers() -> list[Child]:
    """What works behind the web server: the worker, and who takes bounces if that is set."""
    from courant.newsletter.returns.take import configured

    listening = [Child("newsletter", "listen")] if configured() else []
    return [Child("worker"), *listening]


class Database:
    """Whether the worker can start. While the database is away readers are served all the same."""

    def __init__(self) -> None:
        self.not_before = 0.0
        self.said = False

    def is_ready(self) -> bool:
        """Asks every few seconds. Raises Refused when the home is of an older version."""
        if time.monotonic() < self.not_before:
            return False
        self.not_before = time.monotonic() + AGAIN
        try:
            require_current_tables()
            point_site_at_its_url()
        except OperationalError as error:
            if not self.said:
                reason = str(error).strip().splitlines()[0]
                print(f"The database does not answer: {reason}.", file=sys.stderr)
                print("The paper is served; the worker starts when it answers.", file=sys.stderr)
                self.said = True
            return False
        return True


def answers(host: str, port: int) -> bool:
    """Whether the web server takes requests."""
    with suppress(OSError):
        request = urllib.request.Request(f"http://{host}:{port}/robots.txt", method="HEAD")
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(request, timeout=2):  # noqa: S310
            pass
        return True
    return False


def require_current_tables() -> None:
    """Raises Refused when the home is of an older version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("This home was made by an older version. Bring it up to date: courant init")
