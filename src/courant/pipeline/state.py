"""What waits, what failed and why, what was done last: for the command line and the desk."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.timezone import localtime

from courant.bake.followers import follow
from courant.bake.marks import KEPT_UP
from courant.bake.models import Target
from courant.narration import reasons
from courant.narration.models import Narration
from courant.newsletter.models import Delivery, Edition, SignupRequest
from courant.newsletter.progress import UNDER_WAY as EDITIONS
from courant.newsletter.progress import problems as mail_problems
from courant.newsletter.routes import try_again
from courant.newsletter.send import UNDER_WAY
from courant.pipeline.models import BakeRun, Change, Failure
from courant.stories.models import Story


@dataclass(frozen=True)
class Waiting:
    """How much of each kind is still to be done."""

    changes: int
    narrations: int
    signups: int
    letters: int
    followers: int

    @property
    def nothing(self) -> bool:
        return not (
            self.changes or self.narrations or self.signups or self.letters or self.followers
        )


def waiting() -> Waiting:
    return Waiting(
        changes=Change.objects.count(),
        narrations=Narration.objects.filter(
            status__in=(Narration.Status.WAITING, Narration.Status.SPEAKING), superseded_at=None
        ).count(),
        signups=SignupRequest.objects.filter(state__in=UNDER_WAY).count(),
        letters=Delivery.objects.filter(
            edition__in=Edition.objects.filter(state__in=EDITIONS), state__in=UNDER_WAY
        ).count(),
        followers=follow.waiting().count(),
    )


def problems(*, details: bool = False) -> list[str]:
    """A line for each thing that failed and has not succeeded since.

    With `details` of voices too, for whoever keeps the server.
    """
    found = [
        f"{row.get_room_display().capitalize()}: {row.subject}: {row.reason}"
        for row in Failure.objects.all()
    ]
    found += [f"Bake: {row.path or row}: {row.error or row.problems}" for row in _bad_targets()]
    for narration in Narration.objects.failed().filter(superseded_at=None):
        why = reasons.reason(narration)
        more = f" ({narration.error})" if details else ""
        found.append(f"Narrate: “{_headline(narration.story_id)}”: {why}{more}")
    found += [f"Follow: the {row.name}: {row.error}" for row in follow.waiting().exclude(error="")]
    found += mail_problems()
    stuck = SignupRequest.objects.filter(state=SignupRequest.State.WAITING).exclude(error="")
    if reason := stuck.values_list("error", flat=True).first():
        found.append(f"Deliver: {stuck.count()} sign-ups wait for their confirmation: {reason}")
    return found


def _bad_targets() -> QuerySet[Target]:
    """Files that could not be made, or that lack something, in the trees that are kept up."""
    rows = Target.objects.filter(generation__state__in=KEPT_UP)
    return rows.exclude(error="", problems="").order_by("path", "pk")[:100]


def _headline(story_id: int) -> str:
    title = Story.objects.filter(pk=story_id).values_list("title", flat=True).first()
    return title or f"story {story_id}"


def last_done() -> list[str]:
    """The latest deed of each room."""
    lines = []
    if run := BakeRun.objects.first():
        lines.append(
            f"baked      {localtime(run.finished_at):%Y-%m-%d %H:%M:%S}  "
            f"{run.rendered} rendered, {run.written} written, {run.deleted} deleted"
        )
    if narration := Narration.objects.filter(made_at__isnull=False).order_by("-made_at").first():
        lines.append(
            f"narrated   {localtime(narration.made_at):%Y-%m-%d %H:%M:%S}  "
            f"“{_headline(narration.story_id)}”, {narration.seconds:.0f} s"
        )
    if (
        edition := Edition.objects.filter(finished_at__isnull=False)
        .order_by("-finished_at")
        .first()
    ):
        lines.append(
            f"delivered  {localtime(edition.finished_at):%Y-%m-%d %H:%M:%S}  “{edition.subject}”"
        )
    return lines


def retry_everything() -> None:
    """Let the worker try again at once what failed."""
    for narration in Narration.objects.failed():
        narration.retry()
    try_again()
    follow.retry()
    Failure.objects.all().delete()  # whatever still fails comes back with its reason
    bad = Target.objects.filter(generation__state__in=KEPT_UP).exclude(error="", problems="")
    bad.update(stale=True, bulk=False, tries=0)
    Change.objects.exclude(due_at=None).update(due_at=None)
