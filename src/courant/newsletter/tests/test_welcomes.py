"""The series of letters that new readers get: whom, when, in which order, and never twice."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import connection

from courant.newsletter import (
    erasure,
    leaving,
    moving,
    preferences,
    restored,
    retention,
    signup,
    welcomes,
    work,
)
from courant.newsletter.evidence import Evidence
from courant.newsletter.lists.read import how, read
from courant.newsletter.lists.take import Taking
from courant.newsletter.models import (
    SendingHome,
    Subscription,
    WelcomeLetter,
    WelcomeMail,
)
from courant.newsletter.mydata import data_of
from courant.newsletter.notify import process_notices
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.preferences import Wishes
from courant.newsletter.series_letter import Words, compose_welcome
from courant.newsletter.suppression import lift, suppress
from courant.newsletter.tests.make import (
    NOON,
    make_facts,
    make_new_reader,
    make_newsletter,
    make_subscription,
    make_welcome,
)
from courant.newsletter.tests.test_moving import link_in, token_of
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories.tests.make import make_paper

pytestmark = [pytest.mark.django_db, pytest.mark.urls("courant.newsletter.tests.urls")]
ANNA = "anna@example.org"
FRAME_LINKS = 4  # head, unsubscribe, preferences, foot


@pytest.fixture
def tide():
    return make_newsletter(slug="tide", name="First Tide")


def work_off(transport, clock):
    """What the worker does now and then."""
    welcomes.line_up(clock)
    return welcomes.process_welcomes(make_paper, transport=transport, clock=clock)


def through(days, transport, clock):
    """The worker comes twice a day."""
    for _half_day in range(2 * days):
        work_off(transport, clock)
        clock.move(hours=12)


def read_mail(mail):
    return message_from_bytes(mail.data, policy=SMTP)


def subjects(transport, email=ANNA):
    return [read_mail(mail)["Subject"] for mail in transport.sent if mail.recipient == email]


def leave(row, clock):
    leaving.end(row, Evidence(), clock())


def come_back(row, clock):
    wishes = Wishes(newsletters=[row.newsletter_id], offered_newsletters=[row.newsletter_id])
    preferences.change(row.subscriber, wishes, Evidence(), clock=clock)


# ── Whom and when ─────────────────────────────────────────────────────────────────────────────────


def test_a_new_reader_gets_each_letter_once_in_order_on_its_day(tide, transport, clock):
    for days in (7, 0, 2):
        make_welcome(tide, days)
    make_new_reader(tide, NOON, ANNA)
    went = []
    for _hour in range(24 * 10):
        before = len(transport.sent)
        work_off(transport, clock)
        went += [clock() - NOON] * (len(transport.sent) - before)
        clock.move(hours=1)
    assert subjects(transport) == [f"Day {days} in the harbour" for days in (0, 2, 7)]
    assert went == [timedelta(days=days) for days in (0, 2, 7)]


def test_who_confirms_gets_the_first_letter_at_once(tide, transport, clock):
    make_welcome(tide, subject="Welcome aboard")
    signup.ask(ANNA, tide, Evidence(), clock=clock)
    signup.process_requests(transport=transport, clock=clock)
    assert work_off(transport, clock).submitted == 0
    token = token_of(link_in(transport.sent[0]))
    signup.confirm(token, Evidence(), clock=clock)
    signup.confirm(token, Evidence(), clock=clock)
    assert work_off(transport, clock).submitted == 1
    assert subjects(transport)[1:] == ["Welcome aboard"]


def test_who_takes_a_newsletter_on_the_page_of_preferences_is_welcomed_too(tide, transport, clock):
    make_welcome(tide)
    row = make_subscription(make_newsletter(), ANNA)
    wishes = Wishes(newsletters=[tide.pk], offered_newsletters=[tide.pk])
    preferences.change(row.subscriber, wishes, Evidence(), clock=clock)
    work_off(transport, clock)
    assert subjects(transport) == ["Day 0 in the harbour"]


def test_who_came_by_a_list_gets_none(tide, transport, clock):
    make_welcome(tide)
    make_welcome(tide, 3)
    lines = f"email,status,confirmed_at\n{ANNA},active,2026-11-20 11:00\nbo@example.org,active,\n"
    taking = Taking(tide, "list.csv", "csv", clock=clock)
    list(taking.run(read("list.csv", lines.encode(), how("csv"))))
    assert Subscription.objects.filter(status="active").count() == 2
    through(5, transport, clock)
    assert not WelcomeMail.objects.exists()


def test_a_letter_added_later_goes_to_those_whose_day_is_still_to_come(tide, transport, clock):
    long_ago, lately = NOON - timedelta(days=6), NOON - timedelta(days=4)
    make_new_reader(tide, long_ago, "old@example.org")
    make_new_reader(tide, lately, "new@example.org")
    make_welcome(tide, 5, created=NOON)
    through(3, transport, clock)
    assert [mail.recipient for mail in transport.sent] == ["new@example.org"]


def test_each_newsletter_has_a_series_of_its_own(tide, transport, clock):
    other = make_newsletter(name="Evening")
    make_welcome(tide, subject="Of the morning")
    make_welcome(other, subject="Of the evening")
    make_new_reader(other, NOON, ANNA)
    through(1, transport, clock)
    assert subjects(transport) == ["Of the evening"]


# ── A worker that was away ────────────────────────────────────────────────────────────────────────


def test_after_a_week_without_a_server_letters_come_a_day_apart(tide, transport, clock):
    for days in (0, 1, 2, 3):
        make_welcome(tide, days)
    make_new_reader(tide, NOON, ANNA)
    clock.move(days=7)
    times = []
    for _hour in range(24 * 5):
        before = len(transport.sent)
        work_off(transport, clock)
        times += [clock()] * (len(transport.sent) - before)
        clock.move(hours=1)
    assert len(times) == 4 and times[0] == NOON + timedelta(days=7)
    assert all(later - earlier >= timedelta(days=1) for earlier, later in pairwise(times))
    assert subjects(transport) == [f"Day {days} in the harbour" for days in range(4)]


def test_a_letter_that_went_late_keeps_the_next_one_a_day_away(tide, transport, clock):
    """The next one was not lined up yet when it went."""
    make_welcome(tide, 0)
    make_welcome(tide, 1)
    make_new_reader(tide, NOON, ANNA)
    clock.move(hours=20)
    assert work_off(transport, clock).submitted == 1
    clock.move(hours=23)
    assert work_off(transport, clock).submitted == 0
    clock.move(hours=1)
    assert work_off(transport, clock).submitted == 1


def test_a_letter_that_a_server_puts_off_holds_up_the_next_one(tide, transport, clock):
    make_welcome(tide, 0)
    make_welcome(tide, 1)
    make_new_reader(tide, NOON, ANNA)
    transport.faults[ANNA] = Outcome(Verdict.DEFERRED, "450 later", 450)
    through(1, transport, clock)
    transport.faults.clear()
    through(3, transport, clock)
    assert subjects(transport) == ["Day 0 in the harbour", "Day 1 in the harbour"]


def test_a_letter_that_waited_long_is_as_young_as_its_first_attempt(tide, transport, clock):
    """Else a server that asks us to come back would end it: it was due days ago."""
    make_welcome(tide)
    row = make_new_reader(tide, NOON, ANNA)
    row.subscriber.paused_until = (NOON + timedelta(days=9)).date()
    row.subscriber.save()
    through(9, transport, clock)
    transport.faults[ANNA] = Outcome(Verdict.DEFERRED, "450 later", 450)
    work_off(transport, clock)
    transport.faults.clear()
    through(1, transport, clock)
    [mail] = transport.sent
    assert read_mail(mail)["Date"].datetime >= NOON + timedelta(days=8)


def test_looking_twice_and_at_once_lines_each_letter_up_once(tide, transport, clock, monkeypatch):
    letter = make_welcome(tide)
    make_new_reader(tide, NOON, ANNA)
    unnoted = list(welcomes._newly_due(letter, NOON))
    welcomes._write(letter, unnoted, NOON)
    welcomes._write(letter, unnoted, NOON)  # another worker had seen the same
    assert welcomes.line_up(clock) == 0
    work_off(transport, clock)
    work_off(transport, clock)
    assert len(transport.sent) == 1


def test_a_confirmation_that_was_committed_late_is_not_passed_over(tide, transport, clock):
    make_welcome(tide)
    make_new_reader(tide, NOON, "first@example.org")
    work_off(transport, clock)
    make_new_reader(tide, NOON - timedelta(seconds=30), "late@example.org")
    clock.move(seconds=10)
    work_off(transport, clock)
    assert len(transport.sent) == 2


def test_more_readers_than_one_look_takes_are_all_lined_up(tide, transport, clock, monkeypatch):
    monkeypatch.setattr(welcomes, "CHUNK", 3)
    make_welcome(tide)
    for _ in range(10):
        make_new_reader(tide, NOON)
    assert welcomes.line_up(clock) == 10
    assert work_off(transport, clock).submitted == 10


# ── Who gets no more ──────────────────────────────────────────────────────────────────────────────


def test_who_leaves_gets_no_more_and_who_returns_only_what_was_missed(tide, transport, clock):
    for days in (0, 3, 6):
        make_welcome(tide, days)
    row = make_new_reader(tide, NOON, ANNA)
    through(2, transport, clock)
    leave(row, clock)
    through(10, transport, clock)
    assert subjects(transport) == ["Day 0 in the harbour"]
    come_back(row, clock)
    through(2, transport, clock)
    assert len(transport.sent) == 1
    through(6, transport, clock)
    assert subjects(transport) == [f"Day {days} in the harbour" for days in (0, 3, 6)]


def test_who_leaves_between_lining_up_and_sending_gets_it_after_coming_back(tide, transport, clock):
    make_welcome(tide)
    row = make_new_reader(tide, NOON, ANNA)
    welcomes.line_up(clock)
    leave(row, clock)
    work_off(transport, clock)
    assert WelcomeMail.objects.get().error == "Unsubscribed before this message was sent."
    clock.move(days=40)
    come_back(row, clock)
    through(2, transport, clock)
    assert subjects(transport) == ["Day 0 in the harbour"]


def test_a_suppressed_address_gets_none(tide, transport, clock):
    make_welcome(tide)
    make_new_reader(tide, NOON, ANNA)
    suppress(ANNA, "bounced")
    through(1, transport, clock)
    assert not transport.sent
    lift([ANNA])
    through(1, transport, clock)
    assert not transport.sent and WelcomeMail.objects.get().state == "skipped"


def test_letters_wait_while_a_reader_pauses_and_keep_their_order(tide, transport, clock):
    for days in (0, 1):
        make_welcome(tide, days)
    row = make_new_reader(tide, NOON, ANNA)
    row.subscriber.paused_until = (NOON + timedelta(days=5)).date()
    row.subscriber.save()
    through(4, transport, clock)
    assert not transport.sent
    through(4, transport, clock)
    assert subjects(transport) == ["Day 0 in the harbour", "Day 1 in the harbour"]


def test_a_pause_that_ends_early_lets_the_letter_go_within_a_day(tide, transport, clock):
    make_welcome(tide)
    row = make_new_reader(tide, NOON, ANNA)
    row.subscriber.paused_until = (NOON + timedelta(days=90)).date()
    row.subscriber.save()
    through(3, transport, clock)
    row.subscriber.paused_until = None
    row.subscriber.save()
    clock.move(hours=24)
    work_off(transport, clock)
    assert len(transport.sent) == 1


def test_letters_follow_a_reader_to_another_address(tide, transport, clock):
    make_welcome(tide)
    row = make_new_reader(tide, NOON, ANNA)
    welcomes.line_up(clock)
    notice = MemoryTransport()
    moving.ask(row.subscriber, "ann.a@example.net", clock=clock)
    process_notices(transport=notice, clock=clock)
    [link] = [link_in(mail) for mail in notice.sent if mail.recipient == "ann.a@example.net"]
    moving.move(token_of(link), Evidence(), clock=clock)
    work_off(transport, clock)
    assert [mail.recipient for mail in transport.sent] == ["ann.a@example.net"]
    assert WelcomeMail.objects.get().email == "ann.a@example.net"


def test_a_deleted_reader_gets_none_and_no_row_names_them(tide, transport, clock):
    make_welcome(tide, 0)
    make_welcome(tide, 1)
    row = make_new_reader(tide, NOON, ANNA)
    work_off(transport, clock)
    clock.move(days=1)
    welcomes.line_up(clock)
    erasure.erase(row.subscriber, Evidence(), clock=clock)
    through(3, transport, clock)
    assert len(transport.sent) == 1
    found = WelcomeMail.objects.order_by("pk").values_list("email", "state", "error")
    assert list(found) == [("", "submitted", ""), ("", "skipped", erasure.SKIPPED)]


# ── What editors change ───────────────────────────────────────────────────────────────────────────


def test_what_is_changed_counts_from_then_on(tide, transport, clock):
    letter = make_welcome(tide)
    for email in ("one@example.org", "two@example.org"):
        make_new_reader(tide, NOON, email)
        work_off(transport, clock)
        letter.subject, letter.text = "Other words", "Better ones."
        letter.save()
        clock.move(minutes=1)
    assert subjects(transport, "one@example.org") == ["Day 0 in the harbour"]
    assert subjects(transport, "two@example.org") == ["Other words"]
    assert "Better ones." in transport.sent[1].data.decode()
    assert sorted(WelcomeMail.objects.values_list("subject", flat=True)) == [
        "Day 0 in the harbour",
        "Other words",
    ]


def test_a_letter_that_is_taken_out_goes_to_nobody_more_and_who_had_it_stays_known(
    tide, transport, clock
):
    letter = make_welcome(tide)
    make_new_reader(tide, NOON, "had@example.org")
    work_off(transport, clock)
    make_new_reader(tide, NOON, "waits@example.org")
    welcomes.line_up(clock)
    letter.delete()
    make_new_reader(tide, NOON, "late@example.org")
    through(2, transport, clock)
    assert [mail.recipient for mail in transport.sent] == ["had@example.org"]
    rows = {row.email: row for row in WelcomeMail.objects.all()}
    assert rows["had@example.org"].subject == "Day 0 in the harbour"
    assert rows["had@example.org"].state == "submitted"
    assert "taken out" in rows["waits@example.org"].error


def test_a_later_day_holds_back_a_letter_that_was_lined_up(tide, transport, clock):
    letter = make_welcome(tide, 1)
    make_new_reader(tide, NOON, ANNA)
    clock.move(days=1)
    welcomes.line_up(clock)
    WelcomeLetter.objects.filter(pk=letter.pk).update(after_days=3)
    through(1, transport, clock)
    assert not transport.sent
    through(2, transport, clock)
    assert len(transport.sent) == 1


def test_an_earlier_day_reaches_those_who_are_between(tide, transport, clock):
    letter = make_welcome(tide, 30)
    make_new_reader(tide, NOON, ANNA)
    through(10, transport, clock)
    WelcomeLetter.objects.filter(pk=letter.pk).update(after_days=7)
    through(1, transport, clock)
    through(30, transport, clock)
    assert len(transport.sent) == 1


# ── The letter ────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_has_every_way_out_that_bulk_mail_needs(tide, transport, clock):
    make_welcome(tide, subject="Welcome aboard", text="Hello.\n\nRead https://pell.example/a(b).")
    row = make_new_reader(tide, NOON, ANNA)
    work_off(transport, clock)
    mail = read_mail(transport.sent[0])
    assert mail["List-Id"] == "<tide.lantern.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    html, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    for part in (html, text):
        assert link in part and "/newsletter/preferences/" in part and "First Tide" in part
    assert 'href="https://pell.example/a(b)"' in html
    leaving.unsubscribe(token_of(link), Evidence(), clock=clock)
    assert Subscription.objects.get(pk=row.pk).status == "unsubscribed"


def test_a_ukrainian_series_speaks_ukrainian_around_the_editors_words(transport, clock):
    ranok = make_newsletter(name="Ранок", language="uk")
    make_welcome(ranok, subject="Вітаємо на борту", text="Дякуємо, що ви з нами.")
    make_new_reader(ranok, NOON, ANNA)
    work_off(transport, clock)
    mail = read_mail(transport.sent[0])
    html = mail.get_body(("html",)).get_content()
    assert mail["Subject"] == "Вітаємо на борту" and 'lang="uk"' in html
    assert "Відписатися" in html and "Unsubscribe" not in html


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "See https://a.example/x, or https://b.example/y.",
            ["https://a.example/x", "https://b.example/y"],
        ),
        ("(http://a.example/)", ["http://a.example/"]),
        ("“https://a.example/ж”", ["https://a.example/ж"]),
        ("javascript:alert(1) and a.example", []),
        ("https://", []),
    ],
)
def test_addresses_can_be_followed_without_the_marks_around_them(text, links):
    letter = compose_welcome(Words("Hello", text), make_paper(), make_facts())
    assert [link for link in links if f'href="{link}"' not in letter.html] == []
    assert letter.html.count("<a ") == len(links) + FRAME_LINKS
    assert " ".join(text.split()) in letter.text


# ── Limits, restores, and what is kept ────────────────────────────────────────────────────────────


def test_limits_of_providers_hold_for_a_series(tide, transport, clock, monkeypatch):
    monkeypatch.setattr(settings, "COURANT_MAIL_LIMITS", {"example.org": "2/hour"})
    make_welcome(tide)
    for number in range(5):
        make_new_reader(tide, NOON, f"r{number}@example.org")
    assert work_off(transport, clock).submitted == 2
    assert work_off(transport, clock).submitted == 0
    assert work.next_time(clock()) == NOON + timedelta(hours=1)
    for _hour in range(3):
        clock.move(hours=1)
        work_off(transport, clock)
    assert len(transport.sent) == 5


def test_after_a_restore_no_letter_goes_until_a_person_says_so(tide, transport, clock):
    make_welcome(tide)
    make_new_reader(tide, NOON, ANNA)
    welcomes.line_up(clock)
    restored.lock("The database comes from a backup.", clock())
    assert work_off(transport, clock).stopped and not transport.sent
    assert work.next_time(clock()) is None
    restored.unlock("ottilie", clock())
    assert work_off(transport, clock).submitted == 1


def test_letters_sent_since_a_backup_are_noticed_by_their_count(
    tide, transport, clock, django_capture_on_commit_callbacks
):
    make_welcome(tide)
    make_new_reader(tide, NOON, ANNA)
    with django_capture_on_commit_callbacks(execute=True):
        assert work_off(transport, clock).submitted == 1
    WelcomeMail.objects.all().delete()  # in the backup there was no such row
    SendingHome.objects.update(count=0)
    report = work_off(transport, clock)
    assert report.stopped and "comes from a backup" in report.errors[0]
    assert len(transport.sent) == 1


def test_what_was_sent_is_in_the_data_of_a_reader_and_outlasts_the_month_of_answers(
    tide, transport, clock
):
    make_welcome(tide)
    row = make_new_reader(tide, NOON, ANNA)
    work_off(transport, clock)
    clock.move(days=100)
    retention.tidy_up(clock)
    assert data_of(row.subscriber)["welcomes"] == [
        {
            "subject": "Day 0 in the harbour",
            "newsletter": "tide",
            "address": ANNA,
            "state": "submitted",
            "time": NOON,
        }
    ]


def test_a_letter_in_doubt_is_not_sent_again(tide, transport, clock):
    make_welcome(tide)
    make_new_reader(tide, NOON, ANNA)
    transport.faults[ANNA] = Outcome(Verdict.UNCERTAIN, "The connection broke.")
    work_off(transport, clock)
    transport.faults.clear()
    through(3, transport, clock)
    assert not transport.sent and WelcomeMail.objects.get().state == "uncertain"


# ── A million readers ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
def test_who_is_due_is_found_by_a_step_in_an_index(tide, clock):
    letter = make_welcome(tide, 3)
    for looked_to in (None, NOON):
        letter.looked_to = looked_to
        plan = welcomes._newly_due(letter, NOON).order_by("welcome_from")[:500].explain()
        assert "USING INDEX to_be_welcomed (newsletter_id=? AND status=? AND welcome_from>?" in plan
        assert "SCAN" not in plan and "TEMP B-TREE" not in plan


def test_a_look_reads_those_alone_who_came_since_the_last_one(tide, clock):
    make_welcome(tide)
    for minutes in range(0, 3000, 100):
        make_new_reader(tide, NOON + timedelta(minutes=minutes))
    clock.move(minutes=3000)
    welcomes.line_up(clock)
    letter = WelcomeLetter.objects.get()
    assert letter.looked_to == NOON + timedelta(minutes=2900)
    read = Subscription.objects.filter(welcome_from__gt=letter.looked_to - welcomes.OVERLAP)
    assert read.count() == 1 and welcomes.line_up(clock) == 0
