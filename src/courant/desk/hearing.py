"""How a story sounds: its names that nobody has listened to yet, with a sound of each."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail.admin.auth import require_admin_access

from courant.narration import shelf
from courant.narration.codecs import CodecError
from courant.narration.lexicon import lexicon_of
from courant.narration.models import LexiconEntry
from courant.narration.reading.languages import say
from courant.narration.reading.names import Name, unheard
from courant.narration.reasons import fault_of, words_for
from courant.narration.samples import sample_of
from courant.narration.script import HEADLINE, SUBHEADING, script_for
from courant.narration.tongues import tongue
from courant.narration.voices import voice_for
from courant.narration.voices.base import VoiceError
from courant.stories.models import Story
from courant.stories.publication import published_story
from courant.stories.published import PublishedStory

KEY = re.compile(r"[0-9a-f]{64}")
MOST = 60  # names on one page


@dataclass(frozen=True)
class Line:
    """A name with what was typed for it, and its sound if it was played."""

    name: Name
    alias: str = ""
    sound: str = ""


@require_admin_access
def how_it_sounds(request: HttpRequest, story_id: int) -> HttpResponse:
    """The names in a story's newest draft that the lexicon knows nothing of."""
    row = get_object_or_404(Story, pk=story_id)
    if not row.permissions_for_user(request.user).can_edit():
        raise PermissionDenied("Only those who may edit a story may listen to its draft.")
    story = published_story(row.get_latest_revision_as_object())
    word, alias = (request.POST.get(name, "").strip() for name in ("word", "alias"))
    sound = ""
    if request.method == "POST" and word:
        act = request.POST.get("action")
        if act == "hear":
            sound = heard(request, story.language, story.voices, alias or say(word, story.language))
        elif act == "right":
            return _keep_as_right(request, row, story, word)
        else:
            return redirect(_rule_for(row, story, word, alias))
    names = unheard_names(story)
    lines = [Line(name, alias, sound) if name.text == word else Line(name) for name in names[:MOST]]
    facts = {"story": row, "lines": lines, "more": max(0, len(names) - MOST)}
    facts["may_keep"] = request.user.has_perm("narration.add_lexiconentry")
    return render(request, "desk/sound.html", facts)


def unheard_names(story: PublishedStory) -> list[Name]:
    """Names in the order of the text; headings only lead to names that the text has too."""
    utterances = script_for(story).utterances
    texts = [each.text for each in utterances if each.role not in (HEADLINE, SUBHEADING)]
    return unheard(texts, lexicon_of(story.language))


def _keep_as_right(
    request: HttpRequest, row: Story, story: PublishedStory, word: str
) -> HttpResponse:
    if not request.user.has_perm("narration.add_lexiconentry"):
        raise PermissionDenied("Only those who keep the lexicon may do this.")
    entry = LexiconEntry(language=tongue(story.language), grapheme=word)
    entry.by_id = request.user.pk
    try:
        entry.full_clean()
    except ValidationError as error:
        messages.error(request, f"“{word}” was not noted. {' '.join(error.messages)}")
    else:
        entry.save()
        messages.success(request, f"“{word}” is right as it is.")
    return redirect("desk-sound", row.pk)


def _rule_for(row: Story, story: PublishedStory, word: str, alias: str) -> str:
    """Where the rule is looked at before it is saved, and back here."""
    asked = {
        "grapheme": word,
        "language": tongue(story.language),
        "alias": alias,
        "next": reverse("desk-sound", args=[row.pk]),
    }
    return f"{reverse('desk-new-rule')}?{urlencode(asked)}"


def heard(request: HttpRequest, language: str, voices: tuple[str, ...], text: str) -> str:
    """The address of a sound of these words; "" with the reason told to the editor."""
    try:
        key = sample_of(text, voice_for(language, voices))
    except (VoiceError, CodecError, OSError) as error:
        told = _("“%(text)s” could not be spoken.") % {"text": text}
        words = (told, words_for(fault_of(error)), _("Details"), error)
        page = "{} {}<details><summary>{}</summary><code>{}</code></details>"
        messages.error(request, format_html(page, *words))
        return ""
    return reverse("desk-sample", args=[key])


@require_admin_access
def sample(request: HttpRequest, key: str) -> FileResponse:
    """A sound that was made for the desk."""
    file = shelf.sample_file(key)
    if not KEY.fullmatch(key) or not file.exists():
        raise Http404("There is no such sound: play it again.")
    response = FileResponse(file.open("rb"), content_type="audio/mpeg")
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    return response
