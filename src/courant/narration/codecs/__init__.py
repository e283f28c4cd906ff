"""The forms in which a narration is published, and what each of them needs."""

from courant.narration.codecs.aac import Aac
from courant.narration.codecs.base import Codec, CodecError
from courant.narration.codecs.mp3 import Mp3
from courant.narration.codecs.opus import Opus

CODECS: dict[str, Codec] = {codec.name: codec for codec in (Mp3(), Aac(), Opus())}

__all__ = ["CODECS", "Codec", "CodecError"]
