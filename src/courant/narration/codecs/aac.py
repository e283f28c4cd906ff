"""AAC-LC in an M4A file: better than MP3 at the same size, with chapters that phones show."""

from courant.narration.codecs.base import Codec

# The sampling frequency index of ISO 14496-3, table 1.18.
INDEX = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)


class Aac(Codec):
    """FFmpeg's own encoder. The file's edit list hides the first frame, which is its priming."""

    name, media_type = "m4a", "audio/mp4"
    encoder, decoder, container = "aac", "aac", "mp4"
    bit_rate = 48_000
    options = {"aac_coder": "fast", "aac_pns": "0"}  # its noise would differ from file to file
    rates = (16000, 22050, 24000, 32000, 44100, 48000)

    def frame(self, rate: int) -> int:
        return 1024

    def delay(self, rate: int) -> int:
        return 1024

    def skipped(self, rate: int) -> int:
        return 1024

    def extra_data(self, rate: int) -> bytes:
        """AudioSpecificConfig: AAC-LC, this rate, one channel."""
        return (2 << 11 | INDEX.index(rate) << 7 | 1 << 3).to_bytes(2)
