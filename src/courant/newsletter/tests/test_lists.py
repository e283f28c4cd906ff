"""Readers in and out as files."""

import csv
import io
import zipfile

import pytest

from courant.lib.cells import safe
from courant.newsletter import signup
from courant.newsletter.evidence import Evidence
from courant.newsletter.lists.export import export_all
from courant.newsletter.lists.read import Entry, ListError, Refused, files_in, how, read
from courant.newsletter.lists.take import Taking
from courant.newsletter.models import ConsentEvent, Subscriber, Subscription
from courant.newsletter.suppression import is_suppressed, suppress
from courant.newsletter.tests.make import NOON, make_edition, make_newsletter, make_subscription
from courant.newsletter.transports.memory import MemoryTransport

GHOST = """\
id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers
1,anna@example.org,Anna,,true,,,2024-03-01T10:00:00.000Z,,,
2,bo@example.org,Bo,,false,,,2024-03-02T10:00:00.000Z,,,
3,cy@example.org,Cy,,true,,,2024-03-03T10:00:00.000Z,2025-01-01T00:00:00.000Z,,
4,nonsense,,,true,,,2024-03-04T10:00:00.000Z,,,
5,di@example.org,Di,,,,,2024-03-05T10:00:00.000Z,,,
"""
MAILCHIMP = {
    "subscribed_members_export_1.csv": (
        "Email Address,First Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,LEID\n"
        "anna@example.org,Anna,2024-03-01 09:00:00,192.0.2.1,2024-03-01 09:05:00,1\n"
    ),
    "unsubscribed_members_export_1.csv": (
        "Email Address,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,UNSUB_REASON\n"
        "bo@example.org,2024-03-01 09:00:00,2024-03-01 09:05:00,2025-05-05 12:00:00,NORMAL\n"
        "cy@example.org,2024-03-01 09:00:00,2024-03-01 09:05:00,2025-05-05 12:00:00,ABUSE\n"
    ),
    "cleaned_members_export_1.csv": (
        "Email Address,OPTIN_TIME,CLEAN_TIME\n"
        "di@example.org,2024-03-01 09:00:00,2025-05-06 12:00:00\n"
    ),
    "nonsubscribed_members_export_1.csv": "Email Address,OPTIN_TIME\nei@example.org,\n",
}
SUBSTACK = """\
email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at
anna@example.org,false,,other,false,2024-03-01T10:00:00.000Z,
bo@example.org,true,2026-12-01,yearly,true,2024-03-01T10:00:00.000Z,
"""
BUTTONDOWN = """\
email_address,subscriber_type,creation_date,unsubscription_date
anna@example.org,regular,2024-03-01T10:00:00Z,
bo@example.org,unsubscribed,2024-03-01T10:00:00Z,2025-01-01T00:00:00Z
cy@example.org,complained,2024-03-01T10:00:00Z,
di@example.org,undeliverable,2024-03-01T10:00:00Z,
ei@example.org,unactivated,2024-03-01T10:00:00Z,
"""
LISTMONK = """\
uuid,email,name,attributes,status,created_at,updated_at
a,anna@example.org,Anna,{},enabled,2024-03-01T10:00:00Z,2024-03-01T10:00:00Z
b,bo@example.org,Bo,{},disabled,2024-03-01T10:00:00Z,2024-03-01T10:00:00Z
c,cy@example.org,Cy,{},blocklisted,2024-03-01T10:00:00Z,2024-03-01T10:00:00Z
"""


@pytest.fixture
def newsletter(db):
    return make_newsletter(slug="tide")


def take(newsletter, text, source="csv", name="list.csv", **options):
    dry, said = options.pop("dry", False), how(source, **options)
    data = text if isinstance(text, bytes) else text.encode()
    taking = Taking(newsletter, name, source, dry)
    for _done in taking.run(read(name, data, said)):
        pass
    return taking.account


def statuses():
    found = Subscription.objects.values_list("subscriber__email", "status")
    return {email.partition("@")[0]: status for email, status in found}


def test_ghosts_unsubscribed_stay_unsubscribed(newsletter):
    account = take(newsletter, GHOST, "ghost", "members.csv")
    assert statuses() == {"anna": "active", "bo": "unsubscribed", "cy": "unsubscribed"}
    assert [str(one) for one in account.refused] == [
        "members.csv, line 5: “nonsense” is not an e-mail address. "
        "Please check it for typing errors.",
        "members.csv, line 6: di@example.org: no status, so nobody knows that they agreed.",
    ]
    assert account.lines == 5
    assert set(make_edition(newsletter).deliveries.values_list("email", flat=True)) == {
        "anna@example.org"
    }


def test_every_file_of_a_mailchimp_export_counts(newsletter):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in MAILCHIMP.items():
            archive.writestr(f"export/{name}", text)
    refused = []
    for name, data in files_in("export.zip", packed.getvalue()):
        refused += take(newsletter, data, "mailchimp", name).refused
    found = statuses()
    assert found == {"anna": "active"} | dict.fromkeys(("bo", "cy", "di"), "unsubscribed")
    assert not is_suppressed("bo@example.org")
    assert is_suppressed("cy@example.org") and is_suppressed("di@example.org")
    assert [one.reason for one in refused] == ["ei@example.org never confirmed there."]
    bo = Subscription.objects.get(subscriber__email="bo@example.org")
    assert bo.unsubscribed_at.isoformat() == "2025-05-05T12:00:00+00:00"


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("substack", SUBSTACK, {"anna": "active", "bo": "unsubscribed"}),
        (
            "buttondown",
            BUTTONDOWN,
            {"anna": "active"} | dict.fromkeys(("bo", "cy", "di"), "unsubscribed"),
        ),
        ("listmonk", LISTMONK, {"anna": "active"} | dict.fromkeys(("bo", "cy"), "unsubscribed")),
    ],
)
def test_statuses_of_other_programs_are_kept(newsletter, source, text, expected):
    take(newsletter, text, source)
    assert statuses() == expected
    since = Subscription.objects.get(status="active").confirmed_at
    assert since.isoformat() == "2024-03-01T10:00:00+00:00"


def test_what_the_list_said_stands_as_evidence(newsletter):
    take(newsletter, LISTMONK, "listmonk", "readers.csv")
    event = ConsentEvent.objects.get(subscriber__email="anna@example.org")
    assert (event.kind, event.page, event.text_version) == ("imported", "readers.csv", "import")
    assert event.text == (
        "Taken over from a list of listmonk, line 2; active there; since 2024-03-01 10:00 UTC."
    )


def test_a_dry_run_tells_the_same_and_changes_nothing(newsletter):
    suppress("anna@example.org", "bounced")
    dry = take(newsletter, BUTTONDOWN, "buttondown", dry=True)
    assert not Subscriber.objects.exists() and not is_suppressed("cy@example.org")
    wet = take(newsletter, BUTTONDOWN, "buttondown")
    assert (
        str(dry) == str(wet) == ("5 lines: 3 taken over as unsubscribed, 2 refused, 2 suppressed")
    )
    assert dry.refused == wet.refused


def test_a_second_run_changes_nothing(newsletter):
    take(newsletter, LISTMONK, "listmonk")
    before = list(Subscription.objects.values())
    account = take(newsletter, LISTMONK, "listmonk")
    assert str(account) == "3 lines: 3 as before"
    assert list(Subscription.objects.values()) == before
    assert ConsentEvent.objects.count() == 3


def test_our_own_no_and_our_suppressions_always_count(newsletter):
    make_subscription(newsletter, "anna@example.org", status="unsubscribed")
    suppress("bo@example.org", "deleted", until_signup=True)
    account = take(newsletter, "email,status\nanna@example.org,active\nbo@example.org,active\n")
    assert [one.reason for one in account.refused] == [
        "anna@example.org has unsubscribed; only they can change that.",
        "bo@example.org is suppressed here; that always counts.",
    ]
    assert statuses() == {"anna": "unsubscribed"}
    take(newsletter, "email,status\nbo@example.org,unsubscribed\n")
    assert not Subscriber.objects.filter(email="bo@example.org").exists()  # deleted means deleted


def test_a_no_ends_a_subscription_unless_ours_was_confirmed_later(newsletter):
    for name in ("anna", "bo"):
        make_subscription(newsletter, f"{name}@example.org")  # at noon on 20 November 2026
    account = take(
        newsletter,
        "email,status,unsubscribed_at\n"
        "anna@example.org,unsubscribed,2026-11-19\nbo@example.org,unsubscribed,2026-11-21\n",
    )
    assert statuses() == {"anna": "active", "bo": "unsubscribed"}
    assert "confirmed here later" in account.refused[0].reason


def test_a_stranger_who_types_an_address_does_not_undo_its_no(newsletter):
    row = make_subscription(newsletter, "anna@example.org", status="unsubscribed")
    Subscription.objects.update(unsubscribed_at=NOON)
    signup.ask("anna@example.org", newsletter, Evidence())
    signup.process_requests(transport=MemoryTransport())
    row.refresh_from_db()
    assert row.status == "pending"
    assert take(newsletter, "email,status\nanna@example.org,active\n").refused
    assert statuses() == {"anna": "pending"}


@pytest.mark.parametrize("order", [("active", "unsubscribed"), ("unsubscribed", "active")])
def test_of_two_lines_for_one_address_the_no_counts(newsletter, order):
    take(newsletter, "email,status\n" + "".join(f"Anna@Example.org,{word}\n" for word in order))
    assert statuses() == {"Anna": "unsubscribed"}


def test_a_plain_list_needs_somebody_who_says_that_all_agreed(newsletter):
    account = take(newsletter, "Mail;Name\nanna@example.org;Anna\n", columns={"email": "Mail"})
    assert "nobody knows that they agreed" in account.refused[0].reason
    text = "Mail;Name\nanna@example.org;Anna\n"
    take(newsletter, text, columns={"email": "Mail"}, all_are="active")
    assert statuses() == {"anna": "active"}


def test_a_word_that_is_not_known_subscribes_nobody(newsletter):
    account = take(newsletter, "email,status\nanna@example.org,maybe\n", all_are="active")
    assert "'maybe' is no status that is known" in account.refused[0].reason
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "The file is empty"),
        (b"name\nAnna\n", "No column holds e-mail addresses. The file has: name."),
        ("email\nпривіт".encode("cp1251"), "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(newsletter, data, told):
    with pytest.raises(ListError, match=told):
        take(newsletter, data)


def test_odd_lines_do_not_stop_the_rest():
    text = "\ufeffemail\tstatus\n\nanna@example.org\tactive\n\x00bo@example.org\n" + "x" * 200_000
    found = list(read("a.csv", text.encode(), how("csv")))
    assert [type(one) for one in found] == [Entry, Refused, Refused]
    assert [one.line for one in found] == [3, 4, 5]


def test_utf16_of_a_spreadsheet_is_read():
    data = "email,status\nanna@example.org,active\n".encode("utf-16")
    assert [one.address.email for one in read("a", data, how("csv"))] == ["anna@example.org"]


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_an_export_is_a_formula(text):
    assert safe(text)[0] == "'" and safe(text)[1:] == text


def test_what_is_exported_can_be_taken_in_again(newsletter, tmp_path):
    for name, status in (
        ("anna", "active"),
        ("bo", "unsubscribed"),
        ("-cy", "active"),
        ("'di", "active"),
        ("ei", "active"),
    ):
        make_subscription(newsletter, f"{name}@example.org", status=status)
    suppress("ei@example.org", "bounced")
    counts = export_all(tmp_path)
    assert counts == {"readers.csv": 5, "consent.csv": 0, "suppressions.csv": 1}
    with (tmp_path / "readers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["email"] for row in rows} > {"'-cy@example.org", "''di@example.org"}
    assert rows[0]["confirmed_at"] == NOON.isoformat()
    other = make_newsletter()
    take(other, (tmp_path / "readers.csv").read_bytes())
    there = Subscription.objects.filter(newsletter=other)
    assert set(there.values_list("subscriber__email", "status")) == {
        ("anna@example.org", "active"),
        ("bo@example.org", "unsubscribed"),
        ("-cy@example.org", "active"),
        ("'di@example.org", "active"),
    }


def test_only_the_owner_of_the_account_may_read_an_export(newsletter, tmp_path):
    export_all(tmp_path / "out")
    assert (tmp_path / "out" / "readers.csv").stat().st_mode & 0o077 == 0
