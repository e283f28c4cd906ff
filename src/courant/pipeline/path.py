"""The path of a story once it is published. Read this file first.

A change at the desk leaves a row (`changes`). The worker takes those rows in (`absorb`): it reads
the story as committed, asks for its narration, puts its page in place, and marks every other file
that shows it. Here those are made, what is urgent first, and trees are switched; a finished
narration is a change like any other, so the page gets its player in the next round. Every step may
run twice, late or never: it compares what is with what should be.
"""

import logging
import time
from collections.abc import Iterator
from datetime import date, datetime
from math import inf

from django.db import transaction
from django.utils.timezone import localdate, now

from courant.bake import generations
from courant.bake.build import Builder
from courant.bake.followers import follow
from courant.bake.lease import Held, hold
from courant.bake.marks import KEPT_UP
from courant.bake.models import Generation, PublicFile, Removal, Target
from courant.bake.pool import pool
from courant.bake.report import Progress, Report
from courant.figures.keeping import forget_old
from courant.figures.models import FiguresSettings
from courant.front.sheet import Frame, NewsletterBox
from courant.narration import produce
from courant.narration.models import Narration
from courant.newsletter import notify, send, signup
from courant.newsletter.controls import drop_notes, skip_waiting
from courant.newsletter.models import Edition, Newsletter
from courant.newsletter.retention import tidy_up
from courant.pipeline import digests, narrating
from courant.pipeline.absorb import EVERYTHING, absorb
from courant.pipeline.archiving import page_is_there
from courant.pipeline.models import BakeRun, Change
from courant.pipeline.welcoming import welcome_readers
from courant.stories.models import PublicStory
from courant.stories.publication import is_public, read_masthead, read_stories, read_story

log = logging.getLogger(__name__)

ASKED = 20  # stories whose narration is asked for between two looks at what is urgent
SHOWN_EVERY = 1.0  # seconds between two counts of what waits, where it is more than
MANY = 1000  # targets
LISTS_WAIT = 0.5  # seconds in which news passes the lists that name it, before a batch of these
AT_ONCE = 4  # pages squeezed between two looks at what is urgent, 0.1 s of CPU
_forgotten: date | None = None  # the day on which this process last deleted old figures
_looked = False  # whether this process has compared the look of the pages with its own


def publish(progress: Progress | None = None, *, everything: bool = False) -> Report | None:
    """Bring the public files to what is published. None when there was nothing to do.

    One process at a time: a second one waits, then finds the work done. Raises OSError when the
    disk fails; what was marked stays so, and the next call goes on from there.
    """
    if not everything and not _has_work():
        return None
    started = now()
    with hold() as held:
        follow.expect()
        report = Baking(held, progress).run(everything=everything)
    if report:
        _record(report, started)
    return report


def use_idle_time() -> bool:
    """Do a little of what is never urgent; False when there is nothing of that either."""
    generation = generations.current()
    if generation is None:
        return False
    if _ask_for_missing(generation):
        return True
    loose = Target.objects.of(generation).in_place().filter(squeezed=False)
    if not (loose.exists() or generations.is_untidy()):
        return False  # no lease is taken for nothing
    with hold() as held:
        if generations.tidy_up():
            return True
        store = generations.store_of(generation, held)
        return Builder(generation, store, held).squeeze(AT_ONCE) > 0


def _ask_for_missing(generation: Generation) -> bool:
    """Under another look stories may be spoken otherwise: ask for all of them, some at a time."""
    rows = PublicStory.objects.filter(pk__gt=generation.heard_to).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:ASKED])
    if not ids:
        return False
    narrating.ask_for(frozen.story for frozen in read_stories(ids))
    Generation.objects.filter(pk=generation.pk).update(heard_to=ids[-1])
    return True


def _has_work() -> bool:
    """Asked four times a second, so that nobody takes a lease for nothing."""
    stale = Target.objects.filter(stale=True, generation__state__in=KEPT_UP)
    late = Target.objects.due().filter(generation__state__in=KEPT_UP)
    unfilled = Generation.objects.filter(state__in=KEPT_UP, filled=False)
    expired = PublicStory.objects.filter(until__lte=now())
    going = Removal.objects.filter(generation__state__in=KEPT_UP)
    unused = PublicFile.objects.filter(generation__state__in=KEPT_UP, uses__lte=0)
    rows = (Change.objects.due(), stale, late, expired, unfilled, going, unused)
    return not _looked or any(each.exists() for each in rows) or not generations.current()


class Baking:
    """All that is to be done with one lease."""

    def __init__(self, held: Held, progress: Progress | None) -> None:
        self.held, self.report = held, Report()
        self.progress = progress
        self.pool = pool()
        self.fillers: dict[int, Iterator[int]] = {}
        self.show_at = 0.0  # on the monotonic clock
        self.waiting_since = inf  # on the same: lists that news has passed

    def run(self, *, everything: bool) -> Report | None:
        """Work until nothing waits. What changes meanwhile is looked at between two batches."""
        global _looked
        try:
            generations.reconcile(self.held)
            if not _looked and generations.current():
                self._keep_up()  # this process may have other code than the one before it
            _looked = True
            if everything:
                self._doubt_everything()
            while self._step():
                pass
        finally:
            if self.pool:
                self.pool.close()
        did = self.report.rendered or self.report.written or self.report.deleted
        return self.report if did or everything or self.report.switched else None

    def _step(self) -> bool:
        """Do the most urgent thing there is; False when there is none."""
        now_read, made = generations.current(), generations.building()
        if now_read and self._lists_waited() and self._bake(now_read):
            return True
        if self._absorb() or (now_read and self._bake(now_read)):
            return True
        if self._absorb(bulk=True):
            return True
        if now_read is None and made is None:
            self._keep_up()
            return True
        if now_read and (self._fill(now_read) or self._bake(now_read, bulk=True)):
            return True
        if now_read and self._clear_away(now_read):
            return True
        if made is None:
            return False
        return self._fill(made) or self._bake_whole(made) or self._switch(made)

    def _lists_waited(self) -> bool:
        """Where there is news all the time, lists would never be made while it passes them."""
        return time.monotonic() > self.waiting_since + LISTS_WAIT

    def _absorb(self, *, bulk: bool = False) -> bool:
        absorbed = absorb(self.held, bulk=bulk)
        if absorbed is None:
            return False
        self.waiting_since = min(self.waiting_since, time.monotonic())
        self.report.add(absorbed.report)
        if absorbed.frame and generations.current():
            self._keep_up()
        return True

    def _bake_whole(self, made: Generation) -> bool:
        return self._bake(made) or self._bake(made, bulk=True)

    def _clear_away(self, generation: Generation) -> bool:
        report = self._builder(generation).clear_away(all_is_made=True)
        self.report.add(report)
        return bool(report.deleted)

    def _keep_up(self) -> None:
        generations.keep_up_with(frame_of_today(), self.held)

    def _fill(self, generation: Generation) -> bool:
        """Write down some more of the targets that a generation should have."""
        if generation.filled:
            return False
        filler = self.fillers.setdefault(generation.pk, generations.fill(generation, self.held))
        return next(filler, 0) > 0

    def _bake(self, generation: Generation, *, bulk: bool = False) -> bool:
        # A batch with feeds takes half a second: news that comes meanwhile is looked at in it.
        urgent = Change.objects.due().filter(bulk=False)
        whole = self._lists_waited() and not bulk
        hurried = (lambda: False) if whole else urgent.exists
        report = self._builder(generation).bake_stale(bulk=bulk, hurried=hurried)
        if report is None:
            if not bulk:
                self.waiting_since = inf
            return False
        if whole:
            self.waiting_since = time.monotonic()
        self.report.add(self._builder(generation).clear_away(all_is_made=False))
        self.report.add(report)
        for story_id in report.changing:
            Change.objects.create(subject=f"page:{story_id}")
        self._show()
        return True

    def _switch(self, made: Generation) -> bool:
        """Let readers see the new tree, if all of it could be made."""
        failed = Target.objects.of(made).exclude(error="")
        first = generations.current() is None
        if failed.exists() and not first:
            return False
        self._builder(made).clear_away(all_is_made=True)
        generations.switch_to(made, self.held)
        self.report.switched = True
        return True

    def _builder(self, generation: Generation) -> Builder:
        many = self.pool.make if self.pool else None
        store = generations.store_of(generation, self.held)
        return Builder(generation, store, self.held, many)

    def _doubt_everything(self) -> None:
        """Take nothing for granted: every story is read again, every target made again."""
        with transaction.atomic():
            Change.objects.create(subject=EVERYTHING)
            found = generations.current()
            if found:
                Generation.objects.filter(pk=found.pk).update(filled=False)

    def _show(self) -> None:
        """Now and then: to count what waits takes as long as there is much of it."""
        if self.progress and time.monotonic() >= self.show_at:
            waiting = Target.objects.filter(stale=True, generation__state__in=KEPT_UP).count()
            self.progress(self.report.rendered, self.report.rendered + waiting)
            self.show_at = time.monotonic() + SHOWN_EVERY if waiting > MANY else 0.0


def frame_of_today() -> Frame:
    """What surrounds every page, as the desk has it now."""
    return Frame(read_masthead(), newsletter_box(), FiguresSettings.now().reading)


def newsletter_box() -> NewsletterBox | None:
    """The sign-up box on every page, when the paper has a newsletter."""
    row = Newsletter.objects.filter(is_default=True).first()
    if row is None:
        return None
    facts = row.facts()
    return NewsletterBox(facts.slug, facts.name, facts.description, facts.language)


def narrate_next(give_way: produce.GiveWay = lambda: None) -> bool:
    """Speak one story that waits. False when none does; a failure is recorded on its row."""
    row = Narration.objects.due().first()
    if row is None:
        return False
    story = read_story(row.story_id)
    if story is None or not narrating.is_to_be_heard(story):
        produce.forget(row.story_id)
    else:
        produce.request(story)
        produce.narrate(story, give_way=give_way)
    return True


def deliver(progress: Progress | None = None, *, seconds: float = float("inf")) -> bool:
    """Make digests, answer sign-ups, welcome new readers, send editions. True when it did any.

    `seconds`: then it returns, so that sign-ups do not wait for a large edition.
    """
    digests.make_due()
    withhold_what_was_taken_back()
    tidy_up()
    forget_old_figures()
    report = signup.process_requests()
    report.add(notify.process_notices())
    report.add(welcome_readers(seconds))
    report.add(send.pump_all(progress=progress, seconds=seconds, may_begin=page_is_there))
    return report.settled > 0


def forget_old_figures() -> None:
    """Once a day in each process; a second time deletes nothing."""
    global _forgotten
    if _forgotten != localdate():
        forget_old(localdate())
        _forgotten = localdate()


def withhold_what_was_taken_back() -> None:
    """A story that is no longer public goes to nobody more, whatever was frozen before."""
    for edition in Edition.objects.filter(state=Edition.State.SENDING):
        for story_id, variant in edition.holds():
            if not is_public(story_id):
                reason = "The story was taken back before this was sent."
                skip_waiting(edition, reason, variant)
        for story_id in {story_id for story_id, _variant in edition.tells()}:
            if not is_public(story_id):
                drop_notes(edition, story_id)


def _record(report: Report, started: datetime) -> None:
    BakeRun.objects.create(
        started_at=started,
        rendered=report.rendered,
        written=len(report.written),
        deleted=len(report.deleted),
        failed=len(report.failures),
    )
    BakeRun.objects.filter(finished_at__lt=now() - BakeRun.KEPT).delete()
