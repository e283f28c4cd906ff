"""`courant demo`: the demo newsroom, made, published, spoken, delivered and served."""

import argparse
import json
import os
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import django
from django.utils.timezone import now

from courant.config import home_path
from courant.lib.files import write_whole
from courant.ops import home
from courant.ops.commands import Refused, up, web
from courant.ops.progress import Progress, progress_bar

HELP = "make the demo newsroom in the home and serve it"

FOLDER = Path(__file__).resolve().parents[4] / "demo"
LOGIN = "editor"
READERS = ("amber@example.org", "bohdan@example.org", "chidi@example.org")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    web.add_arguments(parser)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    parser.add_argument("--no-serve", action="store_true", help="make everything, then exit")


def run(args: argparse.Namespace) -> int:
    folder, url = home_path(), f"http://{args.host}:{args.port}"
    web.check_port(args.host, args.port)
    if not (args.folder / "newsroom.toml").exists():
        raise Refused(
            f"There is no demo newsroom at {args.folder}; it comes with Courant's source."
        )
    made = _note(folder)
    if not made and (folder / "secrets" / "secret_key").exists():
        raise Refused(f"{folder} is the home of another paper. The demo needs one of its own.")
    _configure(folder, args.folder, url, write=not made)
    password = ""
    if not made.get("complete"):
        _write_note(folder, url, complete=False)  # from now on this home is the demo's
        with progress_bar("Making the tables", "tables") as show:
            home.init(folder, show)
        password = make(args.folder)
    elif made["url"] != url:
        django.setup()
        up.require_current_tables()
        _bake_everything()  # every page names the address at which it stands
    _write_note(folder, url, complete=True)
    print_addresses(url, folder, password)
    return 0 if args.no_serve else up.run(args)


def make(folder: Path) -> str:
    """Load, publish, bake, narrate and deliver; returns the password of the new login."""
    from courant.importers.newsroom import Newsroom
    from courant.ops.logins import new_password
    from courant.pipeline import path, work

    newsroom = Newsroom(folder)
    with progress_bar("Publishing", "stories") as show:
        newsroom.load(show)
    with progress_bar("Baking", "pages") as show:
        path.publish(show, everything=True)
    with progress_bar("Narrating", "stories") as show:
        work.work_off(narrating=show)
    readers = _subscribe(newsroom.facts["newsletter"])
    _bake_everything()  # the newsletter has its name by now
    with progress_bar("Delivering", "letters") as show:
        _deliver(newsroom.facts["front"]["lead"], show)
    print(f"{len(readers)} demo subscribers have their letters.", file=sys.stderr)
    return new_password(LOGIN)


def _subscribe(facts: dict[str, str]) -> list[str]:
    """Sign the demo readers up as everybody does: asked, written to, confirmed."""
    from courant.newsletter import signup
    from courant.newsletter.evidence import Evidence
    from courant.newsletter.models import Newsletter, Subscription
    from courant.newsletter.tokens import confirm_token

    newsletter = Newsletter.objects.get(is_default=True)
    newsletter.name, newsletter.description = facts["name"], facts["description"]
    newsletter.save()
    evidence = Evidence(page="/", user_agent="courant demo")
    known = set(Subscription.objects.values_list("subscriber__email", flat=True))
    for address in READERS:
        if address not in known:
            signup.ask(address, newsletter, evidence)
    signup.process_requests()
    for row in Subscription.objects.filter(status=Subscription.Status.PENDING):
        signup.confirm(confirm_token(row.pk, row.round, now()), evidence)
    return list(READERS)


def _deliver(slug: str, show: Progress) -> None:
    from courant.pipeline.editions import edition_of
    from courant.pipeline.work import deliver_all
    from courant.stories.models import Story

    edition_of(Story.objects.get(slug=slug).pk)
    deliver_all(show)


def _bake_everything() -> None:
    from courant.pipeline import path

    with progress_bar("Baking", "pages") as show:
        path.publish(show, everything=True)


def print_addresses(url: str, folder: Path, password: str) -> None:
    """Where everything is. The password is shown by the run that made it, and never again."""
    courant = "courant" if shutil.which("courant") else ".venv/bin/courant"
    folder = Path(os.path.relpath(folder))
    again = f"made at the first run; a new one: {courant} --home {folder} login"
    print(
        f"""
The paper     {url}/
The desk      {url}/desk/   name: {LOGIN}   password: {password or again}
The outbox    {folder / "outbox"}
Your own      {courant} --home {folder} publish STORY.txt

Ctrl-C ends everything.""",
        flush=True,
    )


def _configure(folder: Path, newsroom: Path, url: str, *, write: bool) -> None:
    """Settings of this home for this run, for this process and the server's."""
    home.make_folders(folder)
    facts = tomllib.loads((newsroom / "newsroom.toml").read_text(encoding="utf-8"))["paper"]
    os.environ["COURANT_HOME"] = str(folder)
    os.environ["COURANT_SITE_URL"] = url
    sender = f"{facts['name']} <desk@lantern.example>"
    lines = [
        f'time_zone = "{facts["time_zone"]}"',
        f'site_url = "{url}"',
        f'mail_from = "{sender}"',
        "",
    ]
    if write:
        write_whole(folder / "courant.toml", "\n".join(lines).encode(), mode=0o640)


def _note(folder: Path) -> dict[str, Any]:
    """What earlier runs wrote down of this demo; empty when there was none."""
    file = folder / "demo.json"
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return found


def _write_note(folder: Path, url: str, *, complete: bool) -> None:
    facts = {"url": url, "complete": complete}
    write_whole(folder / "demo.json", json.dumps(facts).encode())
