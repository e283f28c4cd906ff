"""Correction notes: told to those who got a story without its correction, to each of them once."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from courant.newsletter import audience, digest, making, send
from courant.newsletter.addressed import Addressed
from courant.newsletter.controls import drop_notes
from courant.newsletter.models import CorrectionNote, Delivery, Edition, EditionStory
from courant.newsletter.notes import decide, needed, offered, readers_of, to_tell
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.roundup import Roundup
from courant.newsletter.tests.make import (
    NOON,
    Clock,
    make_newsletter,
    make_subscription,
    photo_url,
)
from courant.stories.published import PublishedCorrection
from courant.stories.tests.make import make_paper, make_published_story

pytestmark = pytest.mark.django_db
FULL = Outcome(Verdict.REJECTED, "552 5.2.2 Mailbox full", 552)
WRONG = "It was five boats."


@pytest.fixture
def newsletter():
    return make_newsletter()


def story_of(number, *corrections, **facts):
    return make_published_story(
        **({"id": number, "published": NOON - timedelta(hours=5)} | facts),
        corrections=tuple(corrections),
    )


def correction(hours, text=WRONG, kind="correction"):
    return PublishedCorrection(NOON + timedelta(hours=hours), kind, text)


def mail(newsletter, stories, transport, clock, paper=None, key=""):
    """An edition of these stories, sent. Notes are looked for in `paper`."""
    paper = paper or make_paper(*stories)
    key = key or f"edition/{Edition.objects.count()}"
    roundup = Roundup(subject="The week", entries=making.entries_of(stories))
    edition = making.prepare_roundup(
        roundup, stories, paper, newsletter, photo_url=photo_url, key=key, clock=clock
    )
    send.pump(edition, transport, clock=clock)
    return edition


def told(transport, text=WRONG):
    """Who was told, once for each letter that did."""
    return [m.recipient for m in transport.sent if text in m.data.decode()]


def corrected(story, *more):
    return replace(story, corrections=(*story.corrections, *more))


def test_exactly_those_who_got_it_wrong_are_told_once(newsletter, transport, clock):
    early = [make_subscription(newsletter).subscriber.email for _ in range(3)]
    story, other = story_of(1), story_of(2)
    transport.faults[early[0]] = FULL
    mail(newsletter, [story], transport, clock)
    transport.faults.clear()
    late = make_subscription(newsletter).subscriber.email
    clock.move(hours=2)
    story = corrected(story, correction(1))
    paper = make_paper(story, other)
    [note] = offered(paper, clock())
    assert set(readers_of(note.key)) == subscribers(*early[1:])
    mail(newsletter, [other], transport, clock, paper)
    assert told(transport) == [], "nobody has decided that it is told"
    decide(*note.key, wanted=True, by=None)
    for _ in range(2):
        mail(newsletter, [other], transport, clock, paper)
    assert sorted(told(transport)) == sorted(early[1:])
    assert late not in told(transport) and to_tell(paper, clock()) == []


def subscribers(*emails):
    rows = Delivery.objects.filter(email__in=emails)
    return set(rows.values_list("subscriber_id", flat=True))


def test_who_got_the_corrected_version_is_told_nothing(newsletter, transport, clock):
    make_subscription(newsletter)
    story = story_of(1, correction(-1))
    mail(newsletter, [story], transport, clock)
    # Put right at an earlier minute than the letter's, and published after it.
    story = corrected(story, correction(-2, "It was blue."))
    paper = make_paper(story)
    assert [note.text for note in offered(paper, clock())] == ["It was blue."]


def test_an_update_is_no_mistake_and_a_withdrawn_correction_is_not_told(
    newsletter, transport, clock
):
    make_subscription(newsletter)
    story = story_of(1)
    mail(newsletter, [story], transport, clock)
    clock.move(hours=1)
    assert offered(make_paper(corrected(story, correction(1, kind="update"))), clock()) == []
    put_right = make_paper(corrected(story, correction(1)))
    [note] = offered(put_right, clock())
    decide(*note.key, wanted=True, by=None)
    assert to_tell(put_right, clock()) and to_tell(make_paper(story), clock()) == []
    decide(*note.key, wanted=False, by=None)
    assert to_tell(put_right, clock()) == []
    assert CorrectionNote.objects.count() == 1


def test_a_letter_without_notes_has_no_trace_of_them(newsletter, transport, clock):
    make_subscription(newsletter)
    story, other = story_of(1), story_of(2)
    mail(newsletter, [story], transport, clock)
    make_subscription(newsletter)
    story = corrected(story, correction(1), correction(2, "<b>It</b> was -- blue."))
    paper = make_paper(story, other)
    for note in offered(paper, clock()):
        decide(*note.key, wanted=True, by=None)
    edition = mail(newsletter, [other], transport, clock, paper)
    [variant] = edition.variants.all()
    base = edition.artefact["letter"]
    for part in ("html", "text"):
        assert WRONG in variant.letter[part] and "<!--" not in variant.letter[part]
        for word in ("<!--", "Corrected since", WRONG, "blue"):
            assert word not in base[part]
    assert "&lt;b&gt;It&lt;/b&gt; was -- blue." in variant.letter["html"]
    assert "<b>It</b> was -- blue." in variant.letter["text"]
    assert [mail.recipient for mail in transport.sent[1:]].count(transport.sent[0].recipient) == 1


def test_who_got_a_story_by_its_variant_alone_is_told_alone(newsletter, transport, clock):
    """A digest brings other stories to who does not want a section."""
    newsletter.digest, newsletter.digest_hour = "daily", 12
    newsletter.digest_since = NOON - timedelta(days=1)
    newsletter.save()
    one, other = make_subscription(newsletter), make_subscription(newsletter)
    one.subscriber.without_sections = [1]
    one.subscriber.save()
    from courant.stories.tests.make import make_section

    harbour, town = make_section(id=1), make_section(id=2)
    stories = [story_of(1, section=harbour), story_of(2, section=town)]
    work(stories, transport, clock)
    clock.move(days=1)
    stories = [corrected(stories[0], correction(2)), *stories[1:]]
    [note] = offered(make_paper(*stories), clock())
    decide(*note.key, wanted=True, by=None)
    stories.append(story_of(3, section=town, published=NOON + timedelta(hours=3)))
    work(stories, transport, clock)
    assert told(transport) == [other.subscriber.email]
    assert len(transport.sent) == 4


def work(stories, transport, clock):
    digest.make_due(make_paper(*stories), photo_url, clock)
    for edition in Edition.objects.filter(state="sending"):
        send.pump(edition, transport, clock=clock)


def test_another_process_goes_on_with_half_an_audience_and_its_notes(
    newsletter, transport, clock, monkeypatch
):
    people = [make_subscription(newsletter).subscriber.email for _ in range(5)]
    story, other = story_of(1), story_of(2)
    mail(newsletter, [story], transport, clock)
    story = corrected(story, correction(1))
    paper = make_paper(story, other)
    decide(*offered(paper, clock())[0].key, wanted=True, by=None)
    monkeypatch.setattr(audience, "CHUNK", 2)
    write, calls = audience._write_chunk, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(*args)

    monkeypatch.setattr(audience, "_write_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        mail(newsletter, [other], transport, clock, paper)
    send.pump_all(transport=transport, clock=clock)
    assert sorted(told(transport)) == sorted(people)


def test_editions_of_before_are_judged_by_their_version(newsletter, transport, clock):
    make_subscription(newsletter)
    story = story_of(1, correction(-1))
    mail(newsletter, [story], transport, clock)
    EditionStory.objects.update(corrections=None)
    paper = make_paper(corrected(story, correction(1, "It was blue.")))
    assert [note.text for note in offered(paper, clock())] == ["It was blue."]


@pytest.mark.parametrize("seed", range(2))
def test_each_who_got_it_wrong_is_told_once_whatever_happens(newsletter, transport, seed):
    """Readers come, letters fail, corrections come at any time; what arrived is kept apart."""
    chance, clock = random.Random(seed), Clock(NOON)
    stories = {n: story_of(n) for n in range(1, 4)}
    rows = [make_subscription(newsletter) for _ in range(4)]
    got: set[tuple[str, int]] = set()  # who had a story, in whichever version
    needs: set[tuple[str, str]] = set()  # who has to be told what
    texts: list[str] = []

    def send_one(chosen, chance_to_fail):
        paper = make_paper(*stories.values(), story_of(9))
        for note in offered(paper, clock()):
            decide(*note.key, wanted=True, by=None)
        addresses = [row.subscriber.email for row in rows]
        transport.faults = {one: FULL for one in addresses if chance.random() < chance_to_fail}
        before = len(transport.sent)
        mail(newsletter, chosen, transport, clock, paper)
        for letter in transport.sent[before:]:
            to, words = letter.recipient, letter.data.decode()
            if to not in transport.faults:
                for text in (text for text in texts if text in words):
                    assert (to, text) in needs, f"{to} was told {text!r} again, or needlessly"
                    needs.remove((to, text))
                got.update((to, story.id) for story in chosen)

    for step in range(24):
        clock.move(hours=1)
        if chance.random() < 0.3:
            number = chance.choice([1, 2, 3])
            text = f"It was {step} boats."
            one = PublishedCorrection(clock(), "correction", text)
            stories[number] = corrected(stories[number], one)
            texts.append(text)
            needs |= {(to, text) for to, story in got if story == number}
        if chance.random() < 0.3:
            rows.append(make_subscription(newsletter))
        chosen = [story for story in stories.values() if chance.random() < 0.4]
        send_one(chosen or [story_of(9)], 0.25)
    assert len(texts) > 2
    for _ in range(3):  # five at most go with one letter
        send_one([story_of(9)], 0)
    assert needs == set()


class Interrupted(Addressed):
    """Between the question who is to be told and the answer's row, another edition is frozen."""

    def variants(self, readers):
        found = super().variants(readers)
        for other in Edition.objects.filter(state="preparing").exclude(pk=self.edition.pk):
            audience.freeze(other.pk, sorting=Addressed(other))
        return found


def test_a_reader_of_two_newsletters_is_told_once_by_editions_frozen_at_the_same_moment(
    newsletter, transport, clock, monkeypatch
):
    reader = make_subscription(newsletter).subscriber.email
    second = make_newsletter()
    make_subscription(second, reader)
    story, other = story_of(1), story_of(2)
    mail(newsletter, [story], transport, clock)
    paper = make_paper(corrected(story, correction(1)), other)
    decide(*offered(paper, clock())[0].key, wanted=True, by=None)
    with monkeypatch.context() as halted:
        halted.setattr(making, "freeze", lambda pk, *_rest: Edition.objects.get(pk=pk))
        made = [mail(each, [other], transport, clock, paper) for each in (newsletter, second)]
    audience.freeze(made[0].pk, clock, Interrupted(made[0]))
    for edition in made:
        send.pump(edition, transport, clock=clock)
    assert [m.recipient for m in transport.sent] == [reader] * 3
    assert told(transport) == [reader]


@pytest.mark.parametrize("by_itself", [False, True])
def test_a_letter_goes_without_the_note_of_a_story_that_was_taken_back(
    newsletter, transport, clock, by_itself
):
    reader = make_subscription(newsletter).subscriber.email
    gone, corrected_too = story_of(1), story_of(2)
    mail(newsletter, [gone, corrected_too], transport, clock)
    clock.move(hours=2)
    gone = corrected(gone, correction(1))
    corrected_too = corrected(corrected_too, correction(1, "It was blue."))
    new = story_of(3, published=clock())
    paper = make_paper(gone, corrected_too, new)
    for note in offered(paper, clock()):
        decide(*note.key, wanted=True, by=None)
    edition = (
        made_by_itself(newsletter, paper, clock)
        if by_itself
        else frozen(newsletter, new, paper, clock)
    )
    before = edition.deliveries.get().variant
    assert drop_notes(edition, 1) == 1 and drop_notes(edition, 1) == 0
    assert edition.tells() >= {(2, edition.deliveries.get().variant_id)}
    send.pump(edition, transport, clock=clock)
    [_first, mailed] = transport.sent
    assert mailed.recipient == reader and WRONG in str(before.letter)
    words = mailed.data.decode()
    assert WRONG not in words and "It was blue." in words and new.path in words
    assert drop_notes(edition, 2) == 0, "what is sent stays as it was"


def test_without_its_last_note_a_letter_is_that_of_all_others(newsletter, transport, clock):
    make_subscription(newsletter)
    story, other = story_of(1), story_of(2)
    mail(newsletter, [story], transport, clock)
    paper = make_paper(corrected(story, correction(1)), other)
    decide(*offered(paper, clock())[0].key, wanted=True, by=None)
    edition = frozen(newsletter, other, paper, clock)
    drop_notes(edition, 1)
    assert edition.deliveries.get().variant.letter == edition.artefact["letter"]


def frozen(newsletter, story, paper, clock):
    how = {"photo_url": photo_url, "clock": clock}
    return making.prepare(story, paper, newsletter, **how)


def made_by_itself(newsletter, paper, clock):
    newsletter.digest, newsletter.digest_hour = "daily", clock().hour
    newsletter.digest_since = NOON - timedelta(days=1)
    newsletter.save()
    digest.make_due(paper, photo_url, clock)
    return Edition.objects.get(key__startswith="digest/")


def test_asking_for_nobody_or_nothing_asks_the_database_little(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert needed([], [1, 2]) == {}
