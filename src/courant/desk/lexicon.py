"""The newsroom's lexicon at the desk: rules with what they touch, files in and out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from courant.desk.hearing import heard
from courant.lib.digests import digest_of
from courant.narration import pls
from courant.narration.lexicon import touched_by
from courant.narration.models import LexiconEntry
from courant.narration.reading.lexicon import Rule, Rules, speak
from courant.stories.models import Story

SHOWN = 20  # stories that are named
A_PAGE = 50  # rules
REFUSED = 20  # lexemes whose reasons are shown


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """One rule. What is written stays: another word is another rule."""

    class Meta:
        model = LexiconEntry
        fields = ["grapheme", "language", "alias", "ipa", "exact", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("grapheme", "language"):
                self.fields[name].disabled = True

    @property
    def rule(self) -> Rule:
        """As it would be kept."""
        return self.instance.rule


def allow(request: HttpRequest, act: str) -> None:
    """Raises PermissionDenied for those who may not keep the lexicon."""
    if not request.user.has_perm(f"narration.{act}_lexiconentry"):
        raise PermissionDenied("Only those who keep the lexicon may do this.")


@require_admin_access
def rules(request: HttpRequest) -> HttpResponse:
    """All rules, or those with a word in them."""
    allow(request, "view")
    sought = request.GET.get("q", "").strip()
    found = LexiconEntry.objects.filter(grapheme__icontains=sought)
    languages = LexiconEntry.objects.order_by("language").values_list("language", flat=True)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("p"))
    facts = {"page": page, "q": sought, "languages": languages.distinct()}
    return render(request, "desk/lexicon.html", facts)


@require_admin_access
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One rule: heard, then shown with the stories that it touches, and only then saved."""
    allow(request, "change" if pk else "add")
    entry = get_object_or_404(LexiconEntry, pk=pk) if pk else None
    if request.method != "POST":
        asked = {name: request.GET.get(name, "") for name in ("grapheme", "language", "alias")}
        form = RuleForm(instance=entry, initial={} if entry else asked)
        return _shown(request, form)
    form = RuleForm(request.POST, instance=entry)
    if not form.is_valid():
        return _shown(request, form)
    if request.POST.get("action") == "hear":
        language = form.instance.language
        sound = heard(request, language, (), _said(form.rule, language))
        return _shown(request, form, sound=sound)
    if request.POST.get("looked") != _mark(form.rule):
        return _shown(request, form, looked=True)
    form.instance.by = request.user
    form.save()
    messages.success(request, f"“{form.rule.grapheme}” is said so from now on.")
    return redirect(_back(request))


def _said(rule: Rule, language: str) -> str:
    """The word as a page would say it: by this rule, else by those of the language."""
    return speak(rule.grapheme, Rules([rule]), language=language)


def _mark(rule: Rule) -> str:
    """Names a rule, so that only what was looked at is saved."""
    return digest_of([rule.grapheme, rule.alias, rule.ipa, rule.exact])


def _shown(
    request: HttpRequest, form: RuleForm, *, looked: bool = False, sound: str = ""
) -> HttpResponse:
    facts: dict[str, Any] = {"form": form, "sound": sound, "back": _back(request)}
    if looked:
        entry = form.instance
        facts |= _touched(entry.language, entry.grapheme, form.rule)
        facts |= {"looked": _mark(form.rule), "said": _said(form.rule, entry.language)}
    return render(request, "desk/rule.html", facts)


def _touched(language: str, grapheme: str, rule: Rule | None) -> dict[str, Any]:
    ids = touched_by(language, grapheme, rule)
    titles = dict(Story.objects.filter(pk__in=ids[:SHOWN]).values_list("pk", "title"))
    named = [(pk, titles.get(pk, f"story {pk}")) for pk in ids[:SHOWN]]
    return {"count": len(ids), "touched": named, "more": max(0, len(ids) - SHOWN)}


def _back(request: HttpRequest) -> str:
    """Where the editor came from, if that is here."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if here else reverse("desk-lexicon")


@require_admin_access
def delete_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows which stories sound otherwise without it; a POST deletes it."""
    allow(request, "delete")
    entry = get_object_or_404(LexiconEntry, pk=pk)
    if request.method != "POST":
        facts = {"entry": entry} | _touched(entry.language, entry.grapheme, None)
        return render(request, "desk/delete_rule.html", facts)
    entry.delete()
    messages.success(request, f"There is no rule for “{entry.grapheme}” any more.")
    return redirect("desk-lexicon")


# ── Files ─────────────────────────────────────────────────────────────────────────────────────────


@require_admin_access
def export(request: HttpRequest, language: str) -> HttpResponse:
    """The lexicon of a language as a PLS file."""
    allow(request, "view")
    data = pls.write(LexiconEntry.objects.filter(language=language), language)
    response = HttpResponse(data, content_type="application/pls+xml")
    response["Content-Disposition"] = f'attachment; filename="lexicon-{language}.pls"'
    return response


@require_admin_access
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take the rules of a PLS file; a rule of ours for the same word is replaced."""
    allow(request, "add")
    allow(request, "change")
    file = request.FILES.get("file")
    try:
        if file is None:
            raise pls.NotALexicon("Choose a file first.")
        taken = pls.read(file.read(pls.LARGEST + 1))
    except pls.NotALexicon as error:
        messages.error(request, str(error))
        return redirect("desk-lexicon")
    changed = _keep(taken.entries, request.user)
    known = len(taken.entries) - changed
    messages.success(request, f"{changed} taken in; {known} were here already.")
    for reason in taken.refused[:REFUSED]:
        messages.warning(request, f"Not taken in: {reason}")
    if (more := len(taken.refused) - REFUSED) > 0:
        messages.warning(request, f"{more} more were not taken in.")
    return redirect("desk-lexicon")


@transaction.atomic
def _keep(entries: list[LexiconEntry], user: Any) -> int:
    """Save those that are new or other; returns how many."""
    rows = {
        (row.language, row.grapheme): row
        for row in LexiconEntry.objects.filter(language__in={e.language for e in entries})
    }
    changed = 0
    for entry in entries:
        kept = rows.get((entry.language, entry.grapheme))
        if kept and kept.rule == entry.rule:
            continue
        entry.pk, entry.note = (kept.pk, kept.note) if kept else (None, "")
        entry.by = user
        entry.save()
        changed += 1
    return changed


class LexiconMenuItem(MenuItem):
    """Only for those who may look into it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("narration.view_lexiconentry")


def menu_item() -> MenuItem:
    return LexiconMenuItem("Lexicon", reverse("desk-lexicon"), icon_name="openquote", order=320)
