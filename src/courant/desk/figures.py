"""How often stories are read and heard: the desk's report, its file, a page for each story."""

import csv
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from courant.figures import report
from courant.figures.keeping import NUMBERS
from courant.figures.models import FiguresSettings, ReadingDay
from courant.figures.report import SORTED, Span
from courant.lib.cells import safe
from courant.narration import produce
from courant.stories.models import Section, Story
from courant.stories.publication import read_story

SPANS = (7, 30, 90)
A_PAGE = 50  # stories
COLUMNS = (
    ("name", "Story"),
    ("opened", "Opened"),
    ("read", "Read"),
    ("read_share", "of opened"),
    ("finished", "Finished"),
    ("finished_share", "of opened"),
    ("listened", "Listened"),
    ("heard_out", "Heard out"),
    ("heard_share", "of listened"),
)


def menu_item() -> MenuItem:
    """Among the reports."""
    return MenuItem("Figures", reverse("desk-figures"), icon_name="table", order=890)


@require_admin_access
def figures(request: HttpRequest) -> HttpResponse:
    """Stories and sections of the last days; a file of the stories with `export=csv`."""
    span, sort = _span(request), _sort(request)
    stories = report.of_stories(span, sort)
    if request.GET.get("export") == "csv":
        return _file(span, stories)
    section = Section.objects.filter(pk=span.section).first() if span.section else None
    context: dict[str, Any] = {
        "counting": FiguresSettings.now().reading,
        "span": span,
        "spans": SPANS,
        "sort": sort,
        "columns": COLUMNS,
        "section": section,
        "total": report.total(span.rows),
        "days": report.by_day(span.rows),
        "sections": [] if span.section else report.of_sections(span),
        "page": Paginator(stories, A_PAGE).get_page(request.GET.get("p")),
        "dropped": report.dropped(span),
    }
    return render(request, "desk/figures.html", context)


@require_admin_access
def story_figures(request: HttpRequest, story_id: int) -> HttpResponse:
    """One story by day, and where its listeners leave."""
    story = get_object_or_404(Story, pk=story_id)
    span = _span(request)
    rows = span.of(ReadingDay.objects.filter(story_id=story_id))
    context = {
        "counting": FiguresSettings.now().reading,
        "story": story,
        "span": span,
        "spans": SPANS,
        "total": report.total(rows),
        "days": report.by_day(rows),
        "sentences": _sentences(story_id, span),
    }
    return render(request, "desk/story_figures.html", context)


def _sentences(story_id: int, span: Span) -> list[tuple[str, int]]:
    """What the present sound says, with how often each sentence was heard."""
    story = read_story(story_id)
    spoken = produce.spoken(story) if story else None
    if spoken is None or not spoken.cues:
        return []
    counts = report.heard(story_id, spoken.sound, span)
    counts += [0] * (len(spoken.cues) - len(counts))
    if not any(counts):
        return []
    return [(cue.text, number) for cue, number in zip(spoken.cues, counts, strict=False)]


def _span(request: HttpRequest) -> Span:
    days, section = request.GET.get("days", ""), request.GET.get("section", "")
    wanted = int(days) if days.isdecimal() and int(days) in SPANS else SPANS[0]
    return Span(localdate(), wanted, int(section) if _is_id(section) else None)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16


def _sort(request: HttpRequest) -> str:
    wanted = request.GET.get("sort", "")
    return wanted if wanted in SORTED else "opened"


def _file(span: Span, stories: list[report.Figures]) -> HttpResponse:
    name = f"figures-{span.today}-{span.days}-days.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response)
    writer.writerow(("story", "headline", *NUMBERS))
    for one in stories:
        numbers = (getattr(one, name) for name in NUMBERS)
        writer.writerow(map(safe, (one.key, one.name, *numbers)))
    return response
