"""What a story's narration is to be: who says what, in which forms; named by a digest of it all."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings

from courant.lib.digests import digest_of
from courant.narration.choices import AS_WRITTEN, Choices
from courant.narration.codecs import CODECS
from courant.narration.making import Line
from courant.narration.reading.lexicon import NO_RULES, Lexicon, speak
from courant.narration.script import QUOTE, Script, script_for
from courant.narration.voices import quote_voice_for, voice_for
from courant.narration.voices.base import Tier, Voice, VoiceError
from courant.stories.published import PublishedRecording, PublishedStory

MAKING = 2  # raise it when files of the same sounds must be made again


@dataclass(frozen=True)
class Plan:
    """A narration before it is made. `trouble` says why it cannot be."""

    script: Script  # as it is said
    written: Script  # the same before the newsroom's rules and numbers in words
    voice: Voice | None
    quotes: Voice | None  # says what others said
    recording: PublishedRecording | None  # takes the place of voices
    codecs: tuple[str, ...]
    digest: str
    basis: str  # the digest of the text alone: another basis is another text, voice or form
    trouble: VoiceError | None = None

    @property
    def lines(self) -> list[Line]:
        """Each utterance with its voice; raises VoiceError where the plan is in trouble."""
        if self.voice is None or self.quotes is None:
            raise self.trouble or VoiceError("There is no voice.", permanent=True)
        rate = CODECS["mp3"].rate(self.voice.sample_rate)
        return [
            Line(each, self.quotes if each.role == QUOTE else self.voice, rate)
            for each in self.script.utterances
        ]

    @property
    def speaker(self) -> str:
        """Who is heard, as the desk shows it."""
        if self.recording:
            return self.recording.reader or "a recording"
        return self.voice.name if self.voice else ""

    @property
    def source_type(self) -> str:
        """IPTC's word; a trained voice anywhere makes all of it that."""
        if self.recording:
            return ""
        types = {voice.source_type for voice in self._voices()}
        return max(types, key=len, default="")

    @property
    def preview(self) -> bool:
        return any(voice.tier == Tier.PREVIEW for voice in self._voices())

    def _voices(self) -> Iterable[Voice]:
        return filter(None, (self.voice, self.quotes))


def plan_for(
    story: PublishedStory,
    *,
    voice: Voice | None = None,
    lexicon: Lexicon = NO_RULES,
    choices: Choices = AS_WRITTEN,
) -> Plan:
    """The plan by these rules and choices. `voice` stands for those of the settings."""
    text, codecs = script_for(story), _codecs()
    if story.recording:
        basis = digest_of([MAKING, text.digest, *_sound(story, ())])
        return Plan(text, text, None, None, story.recording, codecs, basis, basis)
    try:
        main, quotes = _voices_for(story, voice)
    except VoiceError as error:
        digest = digest_of([text.digest, None])
        return Plan(text, text, None, None, None, codecs, digest, digest, error)
    second = quotes if _has_quotes(text) else main
    sound = _sound(story, (main, second))
    written = script_for(story, choices)
    said = said_by(written, lexicon, main, second)
    basis = digest_of([MAKING, text.digest, *sound])
    digest = basis if said == text else digest_of([MAKING, said.digest, *sound])
    return Plan(said, written, main, second, None, codecs, digest, basis)


def basis_of(story: PublishedStory) -> str:
    """`plan_for(story).basis`, without asking what any sentence sounds like."""
    text = script_for(story)
    try:
        main, quotes = (None, None) if story.recording else _voices_for(story, None)
    except VoiceError:
        return digest_of([text.digest, None])
    voices = (main, quotes if _has_quotes(text) else main)
    return digest_of([MAKING, text.digest, *_sound(story, filter(None, voices))])


def _voices_for(story: PublishedStory, voice: Voice | None) -> tuple[Voice, Voice]:
    main = voice or voice_for(story.language, story.voices)
    return main, voice or quote_voice_for(story.language, story.voices)


def _has_quotes(script: Script) -> bool:
    return any(each.role == QUOTE for each in script.utterances)


def _codecs() -> tuple[str, ...]:
    return ("mp3", *(name for name in settings.COURANT_AUDIO_FORMATS if name != "mp3"))


def _sound(story: PublishedStory, voices: Iterable[Voice]) -> list[object]:
    """What a narration's digest holds beside its script."""
    return [
        story.recording.digest if story.recording else "",
        [voice.key for voice in voices],
        [CODECS[name].profile for name in _codecs()],
        story.lead_photo.digest if story.lead_photo else "",  # a photo that goes leaves the sound
    ]


def said_by(script: Script, lexicon: Lexicon, main: Voice, quotes: Voice) -> Script:
    """A script as its voices get it: the newsroom's rules applied, everything else as it was."""
    utterances = tuple(
        replace(
            each, text=speak(each.text, lexicon, language=script.language, ipa=who.supports_ipa)
        )
        for each in script.utterances
        for who in [quotes if each.role == QUOTE else main]
    )
    return replace(script, utterances=utterances)
