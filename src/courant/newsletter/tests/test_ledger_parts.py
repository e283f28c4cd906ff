"""The ledger's pure parts: what follows from an outcome, the journal, the pace, the limits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from courant.config import Config
from courant.newsletter.ledger import journal
from courant.newsletter.ledger.decide import GIVE_UP, MOST_DOUBTS, decide
from courant.newsletter.ledger.journal import Journal, read_all, sweep
from courant.newsletter.ledger.pace import SLOWEST, UNLIMITED, Pace
from courant.newsletter.limits import parse_limit, warm_up
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.transports.replies import Reply, Stage, judged

YOUNG, OLD = timedelta(hours=1), GIVE_UP + timedelta(hours=1)


# ── What follows ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("verdict", "age", "once_only", "state"),
    [
        (Verdict.ACCEPTED, YOUNG, False, "submitted"),
        (Verdict.REJECTED, YOUNG, False, "failed"),
        (Verdict.DEFERRED, YOUNG, False, "waiting"),
        (Verdict.DEFERRED, OLD, False, "failed"),
        (Verdict.THROTTLED, YOUNG, True, "waiting"),
        (Verdict.BROKEN, YOUNG, True, "waiting"),
        (Verdict.BROKEN, OLD, False, "failed"),
        (Verdict.BLOCKED, YOUNG, False, "waiting"),
        (Verdict.UNCERTAIN, YOUNG, False, "waiting"),
        (Verdict.UNCERTAIN, OLD, False, "uncertain"),
        (Verdict.UNCERTAIN, YOUNG, True, "uncertain"),
    ],
)
def test_every_verdict_leads_to_one_state(verdict, age, once_only, state):
    change = decide(Outcome(verdict), attempts=1, doubts=0, age=age, once_only=once_only)
    assert change.state == state
    assert (change.wait is not None) == (state == "waiting")
    assert change.doubt == (verdict is Verdict.UNCERTAIN)


@given(
    st.sampled_from([v for v in Verdict if v is not Verdict.UNTRIED]),
    st.integers(1, 500),
    st.integers(0, MOST_DOUBTS),
    st.timedeltas(timedelta(0), timedelta(days=4)),
    st.booleans(),
)
def test_whoever_may_get_none_twice_is_never_tried_again_in_doubt(
    verdict, attempts, doubts, age, once_only
):
    change = decide(
        Outcome(verdict), attempts=attempts, doubts=doubts, age=age, once_only=once_only
    )
    if once_only and change.doubt:
        assert change.state == "uncertain"
    if change.wait:
        assert timedelta(0) < change.wait <= timedelta(hours=8)


@pytest.mark.parametrize(
    ("code", "text", "stage", "verdict", "suppresses"),
    [
        (550, "5.1.1 nobody", Stage.RCPT, Verdict.REJECTED, True),
        (550, "5.1.10 null MX", Stage.RCPT, Verdict.REJECTED, True),
        (550, "5.7.1 blocked", Stage.RCPT, Verdict.BLOCKED, False),
        (550, "5.1.8 bad sender", Stage.RCPT, Verdict.BLOCKED, False),
        (550, "no", Stage.RCPT, Verdict.REJECTED, False),
        (552, "5.2.2 full", Stage.RCPT, Verdict.REJECTED, False),
        (553, "5.1.8 who are you", Stage.MAIL, Verdict.BLOCKED, False),
        (450, "4.2.1 greylisted", Stage.RCPT, Verdict.DEFERRED, False),
        (451, "4.7.1 slower", Stage.RCPT, Verdict.THROTTLED, False),
        (452, "full", Stage.DATA, Verdict.THROTTLED, False),
        (421, "4.7.28 rate", Stage.BODY, Verdict.THROTTLED, False),
        (554, "5.7.26 unauthenticated", Stage.BODY, Verdict.BLOCKED, False),
        (251, "will forward", Stage.BODY, Verdict.UNCERTAIN, False),
        (354, "go on", Stage.BODY, Verdict.UNCERTAIN, False),
        (0, "???", Stage.BODY, Verdict.UNCERTAIN, False),
        (0, "???", Stage.RCPT, Verdict.BROKEN, False),
        (354, "what", Stage.MAIL, Verdict.BROKEN, False),
    ],
)
def test_a_reply_is_judged_by_where_it_came(code, text, stage, verdict, suppresses):
    outcome = judged("mx", Reply(code, text), stage)
    assert outcome.verdict is verdict and outcome.suppresses == suppresses
    assert text in outcome.text


# ── The journal ───────────────────────────────────────────────────────────────────────────────────


def test_the_journal_tells_what_went_what_did_not_and_what_nobody_knows(tmp_path):
    with Journal(tmp_path) as kept:
        kept.note(journal.OPENED, 7)
        for key, kinds in {1: "ba", 2: "bn", 3: "b", 5: "bnba"}.items():
            for kind in kinds:
                kept.note(kind, 7, key)
        known = read_all(tmp_path)
    found = {key: known.of(7, key) for key in (1, 2, 3, 4, 5)}
    assert found == {1: "a", 2: "n", 3: "b", 4: "n", 5: "a"}
    assert known.of(8, 1) == "b"  # a window that no journal here opened


def test_after_another_start_of_the_machine_silence_is_not_taken_for_never_begun(
    tmp_path, monkeypatch
):
    with Journal(tmp_path) as kept:
        kept.note(journal.OPENED, 7)
        kept.note("b", 7, 1)
        kept.note("a", 7, 1)
    monkeypatch.setattr(journal, "this_boot", lambda: "another")
    known = read_all(tmp_path)
    assert known.of(7, 1) == "a" and known.of(7, 2) == "b"


def test_a_line_that_was_not_finished_does_not_count(tmp_path):
    with Journal(tmp_path) as kept:
        kept.note(journal.OPENED, 7)
        kept.note("b", 7, 1)
        with kept.path.open("a") as file:
            file.write("a 7 1")
        assert read_all(tmp_path).of(7, 1) == "b"


def test_a_cleared_journal_still_knows_the_window_that_is_open(tmp_path):
    with Journal(tmp_path) as kept:
        kept.note(journal.OPENED, 7)
        kept.note("b", 7, 1)
        kept.clear(8)
        known = read_all(tmp_path)
    assert known.of(7, 1) == "b" and known.of(8, 1) == "n"


def test_only_journals_of_the_dead_that_nobody_needs_are_removed(tmp_path):
    with Journal(tmp_path) as dead:
        dead.note(journal.OPENED, 7)
    with Journal(tmp_path) as needed:
        needed.note(journal.OPENED, 8)
    with Journal(tmp_path) as alive:
        sweep(tmp_path, {8})
        assert not dead.path.exists() and needed.path.exists() and alive.path.exists()
    assert needed.path.stat().st_mode & 0o077 == 0


# ── Pace and limits ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("allowed", [1.0, 10.0, 100.0])
def test_the_pace_finds_what_a_server_allows(allowed):
    pace, tokens, accepted, refused, clock = Pace(), allowed, 0, 0, 0.0
    passed = 0.5
    while clock < 120:
        number = pace.window(64)
        taken = min(number, int(tokens))
        tokens -= taken
        accepted, refused = accepted + taken, refused + number - taken
        pace.learn(taken, number - taken, passed)
        passed = max(0.5, pace.pause(number, 0.0))
        clock += passed
        tokens = min(allowed, tokens + allowed * passed)
    assert accepted > 0.4 * allowed * 120
    assert refused < 3 * accepted  # the slowest servers are asked a little too often


@given(st.lists(st.tuples(st.integers(0, 64), st.integers(0, 64)), max_size=200))
def test_the_pace_stays_within_bounds(windows):
    pace = Pace()
    for accepted, slowed in windows:
        pace.learn(accepted, slowed, 0.5)
        assert pace.rate is None or SLOWEST <= pace.rate <= UNLIMITED
        assert 1 <= pace.window(64) <= 64


def test_limits_are_counted_by_hours_and_days_of_utc():
    limit = parse_limit("Gmail.com", "500/hour")
    at = datetime(2026, 11, 20, 13, 47, tzinfo=UTC)
    assert (limit.domain, limit.count) == ("gmail.com", 500)
    assert limit.start(at) == at.replace(minute=0)
    assert parse_limit("*", "9/day").start(at) == at.replace(hour=0, minute=0)


@pytest.mark.parametrize("text", ["", "x/hour", "5", "5/week", "-5/day"])
def test_a_limit_that_cannot_be_read_stops_at_the_start(text):
    with pytest.raises(ValidationError, match="write a number and a span"):
        Config(mail_limits={"*": text})
    with pytest.raises(ValueError, match="write a number and a span"):
        parse_limit("*", text)


def test_a_new_sender_sends_twice_as_much_every_day_for_ten_days():
    first = date(2026, 12, 1)
    plan = [warm_up(first, first + timedelta(days=day)) for day in range(-1, 11)]
    assert plan == [0, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 102400, None]


@pytest.mark.parametrize("address", ["bounces", "a+b@example.org", "ü@example.org", "@x.org"])
def test_a_bounce_address_that_cannot_carry_names_is_refused(address):
    with pytest.raises(ValidationError, match="plain address"):
        Config(bounce_address=address)


@pytest.mark.parametrize("where", ["0.0.0.0:25", "lmtp:192.0.2.1:24", "24"])
def test_reports_are_taken_on_this_machine_alone(where):
    with pytest.raises(ValidationError):
        Config(returns_listen=where)
