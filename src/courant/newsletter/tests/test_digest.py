"""Digests: what a reader has not had yet, each story once, each slot once."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from courant.newsletter import digest, making, send
from courant.newsletter.choice import MOST, latest_slot
from courant.newsletter.models import Delivery, DigestSlot, Edition, Subscription
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.roundup import Roundup
from courant.newsletter.tests.make import (
    NOON,
    Clock,
    make_newsletter,
    make_subscription,
    photo_url,
)
from courant.newsletter.zones import zones_of_readers
from courant.stories.tests.make import (
    make_desk_section,
    make_paper,
    make_published_story,
    make_section,
)

pytestmark = pytest.mark.django_db
FULL = Outcome(Verdict.REJECTED, "552 5.2.2 Mailbox full", 552)
SEVEN = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@pytest.fixture
def newsletter():
    return make_newsletter(digest="daily", digest_hour=7, digest_since=NOON - timedelta(days=1))


def story_at(time, number, **facts):
    return make_published_story(
        **({"id": number, "path": f"/s/{number}x/", "published": time} | facts)
    )


def work(stories, clock, transport, **paper):
    """What the worker does when it comes by."""
    digest.make_due(make_paper(*stories, **paper), photo_url, clock)
    for edition in Edition.objects.filter(state="sending"):
        send.pump(edition, transport, clock=clock)


def had(transport, stories):
    """Address → paths of stories, one for each letter that brought it."""
    found = {}
    for mail in transport.sent:
        text = mail.data.decode()
        brought = [s.path for s in stories if f"{s.path}" in text]
        found.setdefault(mail.recipient, []).extend(brought)
    return found


def test_each_reader_gets_once_what_was_published(newsletter, transport):
    people = [make_subscription(newsletter).subscriber.email for _ in range(3)]
    clock = Clock(SEVEN)
    stories = [story_at(SEVEN - timedelta(hours=n), n) for n in (1, 2, 3)]
    for _ in range(3):
        work(stories, clock, transport)
    assert had(transport, stories) == {one: [s.path for s in stories] for one in people}
    clock.move(days=1)
    stories.append(story_at(SEVEN + timedelta(hours=5), 4))
    work(stories, clock, transport)
    assert len(transport.sent) == 6
    assert [len(paths) for paths in had(transport, stories).values()] == [4, 4, 4]


def test_nothing_is_sent_when_there_is_nothing(newsletter, transport):
    make_subscription(newsletter)
    clock = Clock(SEVEN)
    work([], clock, transport)
    assert not Edition.objects.exists()
    clock.move(hours=2)  # what comes after the slot waits for the next one
    work([story_at(clock(), 1)], clock, transport)
    assert transport.sent == []
    clock.move(days=1)
    work([story_at(SEVEN + timedelta(hours=2), 1)], clock, transport)
    assert len(transport.sent) == 1


def test_who_got_a_story_by_itself_does_not_get_it_again(newsletter, transport):
    make_subscription(newsletter)
    story, other = story_at(SEVEN - timedelta(hours=3), 1), story_at(SEVEN, 2)
    clock = Clock(SEVEN - timedelta(hours=2))
    alone = making.prepare(story, make_paper(story), newsletter, photo_url=photo_url, clock=clock)
    send.pump(alone, transport, clock=clock)
    clock.time = SEVEN + timedelta(minutes=1)
    work([story, other], clock, transport)
    assert [s.path.encode() in transport.sent[1].data for s in (story, other)] == [False, True]


def test_a_letter_that_failed_loses_nothing(newsletter, transport):
    reader = make_subscription(newsletter).subscriber.email
    make_subscription(newsletter)
    first, second = story_at(SEVEN - timedelta(hours=1), 1), story_at(SEVEN, 2)
    clock = Clock(SEVEN)
    transport.faults[reader] = FULL
    work([first], clock, transport)
    transport.faults.clear()
    clock.move(days=1)
    work([first, second], clock, transport)
    counts = {one: len(paths) for one, paths in had(transport, [first, second]).items()}
    assert set(counts.values()) == {2}
    assert Edition.objects.last().variants.count() == 1  # both letters of the second day differ
    assert Edition.objects.first().variants.count() == 2


def test_only_its_language_and_its_sections(newsletter, transport):
    harbour, town = make_desk_section("Harbour"), make_desk_section("Town")
    newsletter.digest_sections.set([harbour])
    make_subscription(newsletter)
    quay = make_section(id=harbour.pk + 1000, above=(harbour.pk,))
    stories = [
        story_at(SEVEN - timedelta(hours=1), 1, section=make_section(id=harbour.pk)),
        story_at(SEVEN - timedelta(hours=1), 2, section=quay),
        story_at(SEVEN - timedelta(hours=1), 3, section=make_section(id=town.pk)),
        story_at(SEVEN - timedelta(hours=1), 4, section=make_section(id=harbour.pk), language="uk"),
    ]
    work(stories, Clock(SEVEN), transport)
    assert sorted(*had(transport, stories).values()) == ["/s/1x/", "/s/2x/"]


def test_a_reader_gets_no_story_of_a_section_that_they_do_not_want(newsletter, transport):
    row, other = make_subscription(newsletter), make_subscription(newsletter)
    row.subscriber.without_sections = [7]
    row.subscriber.save()
    stories = [story_at(SEVEN - timedelta(hours=n), n, section=make_section(id=n)) for n in (6, 7)]
    work(stories, Clock(SEVEN), transport)
    found = had(transport, stories)
    assert found[row.subscriber.email] == ["/s/6x/"]
    assert sorted(found[other.subscriber.email]) == ["/s/6x/", "/s/7x/"]


def test_who_comes_later_gets_the_last_period_and_no_more(newsletter, transport):
    newsletter.digest_since = NOON - timedelta(days=30)
    newsletter.save()
    row = make_subscription(newsletter)
    row.confirmed_at = SEVEN - timedelta(hours=2)
    row.save()
    old, new = story_at(SEVEN - timedelta(days=3), 1), story_at(SEVEN - timedelta(hours=20), 2)
    work([old, new], Clock(SEVEN), transport)
    assert list(had(transport, [old, new]).values()) == [["/s/2x/"]]


def test_readers_who_told_their_zone_get_it_at_their_hour(newsletter, transport):
    newsletter.digest_local, newsletter.digest_since = True, NOON
    newsletter.save()
    here, kyiv = make_subscription(newsletter), make_subscription(newsletter)
    kyiv.subscriber.time_zone = "Europe/Kyiv"
    kyiv.subscriber.save()
    stories = [story_at(SEVEN - timedelta(hours=12), 1)]
    work(stories, Clock(SEVEN - timedelta(hours=2)), transport)  # seven o'clock in Kyiv
    assert [mail.recipient for mail in transport.sent] == [kyiv.subscriber.email]
    work(stories, Clock(SEVEN), transport)
    assert [mail.recipient for mail in transport.sent[1:]] == [here.subscriber.email]


def test_no_edition_is_made_for_a_zone_in_which_only_readers_of_others_live(newsletter, transport):
    newsletter.digest_local, newsletter.digest_since = True, NOON
    newsletter.save()
    make_subscription(newsletter)
    elsewhere = make_subscription(make_newsletter())
    elsewhere.subscriber.time_zone = "Europe/Kyiv"
    elsewhere.subscriber.save()
    work([story_at(SEVEN - timedelta(hours=12), 1)], Clock(SEVEN), transport)
    assert Edition.objects.count() == len(transport.sent) == 1
    slots = {slot.zone: slot.edition is not None for slot in DigestSlot.objects.all()}
    assert slots == {"": True, "Europe/Kyiv": False}


def test_the_zones_of_readers_are_found_one_by_one(newsletter):
    assert zones_of_readers() == []
    for zone in ("Pacific/Auckland", "", "Europe/Kyiv", "", "Europe/Kyiv"):
        subscriber = make_subscription(newsletter).subscriber
        subscriber.time_zone = zone
        subscriber.save()
    assert zones_of_readers() == ["", "Europe/Kyiv", "Pacific/Auckland"]


@pytest.mark.parametrize(("held", "late", "words"), [(True, 0, "editor"), (False, 4, "4 hours")])
def test_what_is_to_be_approved_or_late_is_held(newsletter, transport, held, late, words):
    newsletter.digest_held = held
    newsletter.save()
    make_subscription(newsletter)
    clock = Clock(SEVEN + timedelta(hours=late))
    work([story_at(SEVEN - timedelta(hours=1), 1)], clock, transport)
    edition = Edition.objects.get()
    assert edition.state == "held" and words in edition.hold and transport.sent == []


def test_a_process_that_died_in_the_middle_is_followed_by_another(
    newsletter, transport, monkeypatch
):
    from courant.newsletter import audience

    monkeypatch.setattr(audience, "CHUNK", 2)
    people = [make_subscription(newsletter).subscriber.email for _ in range(7)]
    stories, clock = [story_at(SEVEN - timedelta(hours=1), 1)], Clock(SEVEN)
    write, calls = audience._write_chunk, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        write(*args)

    monkeypatch.setattr(audience, "_write_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        digest.make_due(make_paper(*stories), photo_url, clock)
    assert send.pump_all(transport=transport, clock=clock).submitted == 0  # half an audience waits
    stories.append(story_at(SEVEN, 2))
    work(stories, clock, transport)
    assert sorted(mail.recipient for mail in transport.sent) == sorted(people)
    assert {tuple(paths) for paths in had(transport, stories).values()} == {("/s/1x/",)}


def test_more_stories_than_fit_come_with_the_next_one(newsletter, transport):
    make_subscription(newsletter)
    stories = [story_at(SEVEN - timedelta(minutes=n), n) for n in range(1, MOST + 6)]
    clock = Clock(SEVEN)
    work(stories, clock, transport)
    clock.move(days=1)
    work(stories, clock, transport)
    [paths] = had(transport, stories).values()
    assert len(transport.sent) == 2 and sorted(paths) == sorted(s.path for s in stories)


@pytest.mark.parametrize("seed", range(8))
def test_never_twice_and_never_lost_whatever_happens(newsletter, transport, seed):
    """Ten days of a worker that comes late, twice or not at all, and of letters that fail."""
    chance = random.Random(seed)
    for _ in range(4):
        make_subscription(newsletter)
    stories, clock = [], Clock(NOON)
    for number in range(1, 80):
        clock.move(hours=chance.choice((1, 2, 3, 5)))
        if chance.random() < 0.4:
            stories.append(story_at(clock(), number))
        if number == 30:
            late = make_subscription(newsletter)
            Subscription.objects.filter(pk=late.pk).update(confirmed_at=clock())
            joined = clock()
        emails = Delivery.objects.values_list("email", flat=True).distinct()
        transport.faults = {one: FULL for one in emails if chance.random() < 0.3}
        for _ in range(chance.choice((0, 0, 1, 2))):
            work(stories, clock, transport)
            if chance.random() < 0.7:
                Edition.objects.filter(state="held").update(state="sending")
    transport.faults.clear()
    Edition.objects.filter(state="held").update(state="sending")
    for _ in range(2):
        clock.time = (clock() + timedelta(days=1)).replace(hour=7, minute=0)
        work(stories, clock, transport)
    found = had(transport, stories)
    wanted = [s.path for s in stories]
    of_late = [s.path for s in stories if s.published > joined - timedelta(days=1)]
    for email in Delivery.objects.values_list("email", flat=True).distinct():
        expected = of_late if email == late.subscriber.email else wanted
        assert sorted(found[email]) == sorted(expected)
    assert len(found) == 5


def test_slots_are_at_the_same_hour_of_the_wall_clock_when_summer_ends():
    zone = ZoneInfo("Europe/London")
    before = latest_slot("daily", 7, 0, zone, datetime(2026, 10, 24, 12, tzinfo=UTC))
    after = latest_slot("daily", 7, 0, zone, datetime(2026, 10, 25, 12, tzinfo=UTC))
    assert (before.hour, after.hour) == (6, 7)


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekly_slot_is_on_its_day_and_never_in_the_future(weekday):
    at = datetime(2026, 11, 26, 6, 59, tzinfo=UTC)
    slot = latest_slot("weekly", 7, weekday, ZoneInfo("UTC"), at)
    assert slot.weekday() == weekday and at - timedelta(days=7) < slot <= at


def test_a_slot_before_digests_were_turned_on_is_not_made(newsletter, transport):
    make_subscription(newsletter)
    newsletter.digest_since = SEVEN + timedelta(minutes=1)
    newsletter.save()
    work([story_at(SEVEN, 1)], Clock(SEVEN + timedelta(hours=1)), transport)
    assert not DigestSlot.objects.exists()


# ── How often, as readers wish ────────────────────────────────────────────────────────────────────


def chosen(row, rhythm, since=NOON):
    Subscription.objects.filter(pk=row.pk).update(rhythm=rhythm, rhythm_since=since)
    return row.subscriber.email


def by_hand(newsletter, stories, clock, transport, every):
    """An edition that an editor sends while these stories are public."""
    roundup = Roundup(subject="The day", entries=making.entries_of(stories))
    key, how = f"by hand {stories[0].id}", {"photo_url": photo_url, "clock": clock}
    made = making.prepare_roundup(roundup, stories, make_paper(*every), newsletter, key=key, **how)
    send.pump_all(transport=transport, clock=clock)
    return made


def test_who_wants_letters_once_a_day_gets_what_editors_sent_and_nothing_twice(transport):
    newsletter = make_newsletter(digest_hour=7)
    each = make_subscription(newsletter).subscriber.email
    daily = chosen(make_subscription(newsletter), "daily")
    clock = Clock(NOON)
    stories = [story_at(NOON - timedelta(hours=n), n) for n in (1, 2, 3)]
    for story in stories[:2]:
        clock.move(hours=1)
        by_hand(newsletter, [story], clock, transport, stories)
    assert [mail.recipient for mail in transport.sent] == [each, each]
    clock.time = SEVEN
    for _ in range(2):
        work(stories, clock, transport)
        clock.move(hours=1)
    assert [mail.recipient for mail in transport.sent[2:]] == [daily]
    found = had(transport, stories)
    assert sorted(found[daily]) == ["/s/1x/", "/s/2x/"], "the third was in no edition"
    clock.move(days=1)
    work(stories, clock, transport)
    assert len(transport.sent) == 3, "nothing was missed since"


def test_an_edition_reaches_those_who_wait_for_their_digest_though_nobody_gets_it_at_once(
    transport,
):
    newsletter = make_newsletter(digest_hour=7, digest_weekday=5)  # the 21st is a Saturday
    weekly = chosen(make_subscription(newsletter), "weekly")
    story, clock = story_at(NOON - timedelta(hours=1), 1), Clock(NOON + timedelta(hours=1))
    edition = by_hand(newsletter, [story], clock, transport, [story])
    edition.refresh_from_db()
    assert (edition.state, edition.prepared, transport.sent) == ("finished", 0, [])
    clock.time = SEVEN
    work([story], clock, transport)
    assert had(transport, [story]) == {weekly: ["/s/1x/"]}
    assert Edition.objects.get(prepared=1).path == "", "its stories are on other pages already"


def test_of_a_daily_newsletter_a_reader_may_have_one_letter_a_week(newsletter, transport):
    newsletter.digest_weekday = 0
    newsletter.save()
    each = make_subscription(newsletter).subscriber.email
    weekly = chosen(make_subscription(newsletter), "weekly")
    clock, stories = Clock(SEVEN - timedelta(hours=1)), []
    for number in range(1, 10):  # from Saturday to Sunday of the next week
        stories.append(story_at(clock(), number))
        clock.move(hours=2)
        work(stories, clock, transport)
        clock.move(hours=22)
    found = had(transport, stories)
    assert len(found[each]) == 9 and sorted(found[weekly]) == ["/s/1x/", "/s/2x/", "/s/3x/"]
    assert [mail.recipient for mail in transport.sent].count(weekly) == 1


def test_no_digest_is_due_from_before_a_reader_chose_it(transport):
    newsletter = make_newsletter(digest_hour=7)
    chosen(make_subscription(newsletter), "daily", since=SEVEN + timedelta(hours=1))
    clock = Clock(SEVEN + timedelta(hours=2))
    work([story_at(SEVEN, 1)], clock, transport)
    assert not DigestSlot.objects.exists()
    clock.move(days=1)
    work([story_at(SEVEN, 1)], clock, transport)
    assert DigestSlot.objects.get().edition is None and transport.sent == []
