"""`courant newsletter …`, as who keeps the server alive uses it."""

import shutil
import smtplib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from courant.newsletter.tests.inbox import Inbox, free_port, serving
from courant.newsletter.tests.reports import bounce
from tests.conftest import Home, wait_until
from tests.template_home import copy_of_template

READERS = 30
STORY = b"The ferry returns\n\nBy Ada Fell\n\nShe left the slip at noon.\n"
SETUP = f"""
from courant.newsletter.tests.make import make_newsletter, make_subscriptions
from courant.pipeline.editions import edition_of
from courant.stories.models import Story
newsletter = make_newsletter()
make_subscriptions(newsletter, {READERS})
print(edition_of(Story.objects.get().pk, newsletter=newsletter.slug).pk)
"""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with serving(Inbox()) as made:
        yield made


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with an edition that waits; each test gets a copy."""
    home = Home(copy_of_template(tmp_path_factory.mktemp("ready") / "home"))
    home.run("publish", "-", piped=STORY)
    home.run("bake")
    home.django(SETUP)
    return home


@pytest.fixture
def paper(ready: Home, inbox: Inbox, tmp_path: Path) -> Home:
    """That home, and a mail server."""
    home = Home(shutil.copytree(ready.path, tmp_path / "home", symlinks=True))
    home.variables |= {
        "COURANT_MAIL": "smtp",
        "COURANT_SMTP_PORT": str(inbox.port),
        "COURANT_BOUNCE_ADDRESS": "bounces@lantern.example",
    }
    return home


def newsletter(home: Home, *arguments: str, code: int = 0) -> str:
    told = home.run("newsletter", *arguments, code=code)
    return told.stdout + told.stderr


def test_an_edition_is_stopped_goes_on_and_is_sent(paper, inbox):
    assert "is paused." in newsletter(paper, "pause")
    assert "paused" in newsletter(paper, "send", code=1)
    assert inbox.got == []
    assert "Which edition? sending: none." in newsletter(paper, "pause", code=1)
    assert "is sending." in newsletter(paper, "resume", "1")
    newsletter(paper, "send")
    assert len(inbox.got) == READERS
    told = newsletter(paper, "status")
    assert f"#1 finished: “The ferry returns”: {READERS} letters: {READERS} submitted." in told
    assert "it cannot become cancelled now" in newsletter(paper, "cancel", "1", code=1)


def test_uncertain_messages_are_found_in_the_servers_log(paper, tmp_path):
    names = paper.django(
        "from courant.newsletter.models import Delivery, Edition\n"
        "from courant.newsletter.names import name_of\n"
        "Delivery.objects.update(state='uncertain', doubts=1)\n"
        "Edition.objects.update(state='finished')\n"
        "e = Edition.objects.get()\n"
        "for d in Delivery.objects.all()[:2]: print(name_of(e.pk, e.seed, d.pk))"
    ).split()
    log = tmp_path / "mail.log"
    log.write_text(
        f"postfix/cleanup[1]: 3F2A: message-id=<{names[0]}@lantern.example>\n"
        f"postfix/smtpd[2]: NOQUEUE: reject: RCPT: 550 from=<bounces+{names[1]}@lantern.example>\n"
    )
    told = newsletter(paper, "reconcile", "--log", str(log))
    assert "1 uncertain messages had arrived" in told
    assert f"{READERS - 1} messages are uncertain" in told
    assert f"{READERS - 1} letters are sent again" in newsletter(paper, "resend", "1")


def test_a_database_from_a_backup_is_noticed_by_the_commands(paper, inbox, tmp_path):
    backup = tmp_path / "backup.sqlite3"
    backup.write_bytes((paper.path / "courant.sqlite3").read_bytes())
    newsletter(paper, "send")
    assert len(inbox.got) == READERS
    for rest in paper.path.glob("courant.sqlite3*"):
        rest.unlink()
    (paper.path / "courant.sqlite3").write_bytes(backup.read_bytes())
    assert "comes from a backup" in newsletter(paper, "send", code=1)
    assert len(inbox.got) == READERS
    assert "Editions go out again." in newsletter(paper, "unlock")
    newsletter(paper, "send")
    assert len(inbox.got) == 2 * READERS


def test_a_key_is_made_once_shown_again_and_signs(paper, inbox):
    told = newsletter(paper, "key")
    assert 'courant._domainkey.lantern.example. IN TXT "v=DKIM1; k=rsa; p=' in told
    key = paper.path / "secrets" / "dkim-courant.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    assert newsletter(paper, "key") in told
    newsletter(paper, "send")
    assert len(inbox.got) == READERS
    assert all(data.startswith(b"DKIM-Signature: v=1; a=rsa-sha256") for _to, data in inbox.got)


def test_the_check_says_what_is_wrong_and_ends_with_one(paper):
    told = newsletter(paper, "check", "--ip", "127.0.0.1", code=1)
    assert "takes mail" in told and "courant newsletter key" in told


def test_listening_takes_reports_and_without_a_source_it_says_so(paper):
    assert "No source of reports is set" in newsletter(paper, "listen", code=1)
    port = free_port()
    process = paper.start("newsletter", "listen", COURANT_RETURNS_LISTEN=f"lmtp:127.0.0.1:{port}")
    try:
        wait_until(lambda: answers(port), "it listens")
        name = paper.django(
            "from courant.newsletter.models import Delivery\n"
            "from courant.newsletter.tests.reports import verp\n"
            "print(verp(Delivery.objects.select_related('edition').first()))"
        )
        hand_over(port, name)
        returned = "from courant.newsletter.models import Return\nprint(Return.objects.get())"
        assert paper.django(returned).endswith("bounced 5.1.1")
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stderr.close()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def hand_over(port: int, address: str) -> None:
    with smtplib.LMTP("127.0.0.1", port) as server:
        server.sendmail("", [address], bounce(None))


def test_readers_come_from_another_program_and_go_out_again(paper, tmp_path):
    members = tmp_path / "members.csv"
    members.write_text(
        "email,subscribed_to_emails,created_at\n"
        "anna@example.org,true,2024-03-01\nbo@example.org,false,2024-03-01\nnonsense,true,\n"
    )
    tried = newsletter(paper, "import", str(members), "--from", "ghost", "--dry-run")
    assert "Would be: 3 lines: 1 subscribed, 1 taken over as unsubscribed, 1 refused." in tried
    assert "members.csv, line 4: “nonsense” is not an e-mail address." in tried
    assert tried.replace("Would be: ", "") == newsletter(
        paper, "import", str(members), "--from", "ghost"
    )
    told = newsletter(paper, "import", str(tmp_path), "--from", "ghost", code=1)
    assert "cannot be read" in told
    newsletter(paper, "export", str(tmp_path / "out"))
    assert "anna@example.org" in (tmp_path / "out" / "readers.csv").read_text()
