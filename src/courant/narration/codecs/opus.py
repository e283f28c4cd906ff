"""Opus in an Ogg file (RFC 6716, RFC 7845): the smallest; not every player and no directory."""

from courant.narration.codecs.base import Codec

PRE_SKIP = 312  # samples at 48 kHz that libopus needs to look ahead


class Opus(Codec):
    """Always 48 kHz: other rates are brought to it before they are coded."""

    name, media_type = "opus", "audio/ogg"
    encoder, decoder, container = "libopus", "opus", "ogg"
    bit_rate = 32_000
    options = {"application": "audio", "compression_level": "5", "vbr": "constrained"}
    rates = (48000,)

    def frame(self, rate: int) -> int:
        return 960

    def delay(self, rate: int) -> int:
        return PRE_SKIP

    def skipped(self, rate: int) -> int:
        return PRE_SKIP

    def extra_data(self, rate: int) -> bytes:
        """OpusHead for one channel, with nothing to leave out: the file's own header says that."""
        return b"OpusHead\x01\x01\0\0" + rate.to_bytes(4, "little") + b"\0\0\0"
