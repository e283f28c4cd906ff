"""A word or two as a voice says them: short sounds for the desk, made once and kept a while."""

from courant.lib.digests import digest_of
from courant.narration import shelf
from courant.narration.making import sample
from courant.narration.voices.base import Voice

LONGEST = 300  # characters: a sentence, not a story


def sample_of(text: str, voice: Voice) -> str:
    """The key of a sound, made if need be. Raises VoiceError, CodecError, OSError."""
    key = digest_of([voice.key, text[:LONGEST]])
    if not shelf.sample_file(key).exists():
        shelf.keep_sample(key, sample(text[:LONGEST], voice))
    return key
