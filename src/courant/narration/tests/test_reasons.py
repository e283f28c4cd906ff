"""An editor is told in words why there is no sound, and what to do about it."""

import errno
import re

import pytest
from django.utils import translation

from courant.narration import produce
from courant.narration.faults import Fault
from courant.narration.models import LexiconEntry, Narration
from courant.narration.reasons import WORDS, fault_of, reason, words_for
from courant.narration.voices.base import VoiceError
from courant.stories.tests.make import make_published_story

TECHNICAL = re.compile(r"Error|Exception|errno|[Ee]xit|status|SIG|\d{3}|process ended")


@pytest.mark.parametrize("fault", Fault)
def test_each_kind_of_failure_is_told_without_codes_and_with_what_to_do(fault):
    told = words_for(fault)
    assert not TECHNICAL.search(told)
    assert told.count(".") >= 2  # what happened, and what to do


def test_each_kind_of_failure_is_told_in_ukrainian_too():
    english = {fault: words_for(fault) for fault in WORDS}
    with translation.override("uk"):
        assert [fault for fault in WORDS if words_for(fault) == english[fault]] == []
        row = Narration(fault=Fault.LATE, sentence="It rained.")
        assert reason(row).startswith("Голос не відповів вчасно.")
        assert reason(row).endswith("Це сталося тут: “It rained.”")


def test_a_full_disk_and_other_trouble_with_files_are_told_apart():
    assert fault_of(OSError(errno.ENOSPC, "No space left on device")) == Fault.FULL
    assert fault_of(PermissionError(errno.EACCES, "Permission denied")) == Fault.FILES
    assert fault_of(ValueError("odd"), recorded=True) == Fault.RECORDING


@pytest.mark.django_db
def test_the_sentence_is_told_as_the_story_has_it(voice, monkeypatch):
    LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    story = make_published_story("It cost $5 in Kyiv.", headline="Rain", bylines=())
    speak = voice.speak

    def cold(text):
        if "Keev" in text:
            raise VoiceError("its process ended with -11", fault=Fault.BROKE)
        return speak(text)

    monkeypatch.setattr(voice, "speak", cold)
    row = produce.narrate(story)
    assert (row.fault, row.sentence) == ("broke", "It cost $5 in Kyiv.")
    assert row.error == "its process ended with -11"
    assert reason(row).startswith("The voice’s program stopped in the middle. Retry.")
    row.retry()
    assert (row.fault, row.sentence, row.error) == ("", "", "")
