"""Any server that speaks OpenAI's `/v1/audio/speech`: Kokoro-FastAPI, Speaches, LocalAI, OpenAI.

https://platform.openai.com/docs/api-reference/audio/createSpeech; word times by Kokoro-FastAPI's
`/dev/captioned_speech` where the server has it. The text leaves this process: for what is not
public yet, the server must be the newsroom's own.
"""

import base64
import io
import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import numpy as np

from courant.narration.faults import Fault
from courant.narration.voices.base import Sound, SpokenWord, Voice, VoiceError

LONGEST = 4096  # characters that the API takes
TRIES, WAIT = 3, 0.5  # seconds, doubled each time
AGAIN = (408, 425, 429, 500, 502, 503, 504)
# Kokoro-FastAPI reads [pause:9s] and [voice:…] in a text as instructions; IPA has no place either.
BRACKETS = str.maketrans("[]", "  ")


class OpenAIVoice(Voice):
    """A voice of a server. `key_file` holds the key, so that it stands in no setting."""

    source_type = "trainedAlgorithmicMedia"

    def __init__(
        self,
        *,
        url: str,  # "http://127.0.0.1:8880/v1"
        model: str = "tts-1",
        voice: str = "alloy",
        language: str = "en",
        speed: float = 1.0,
        key_file: str = "",
        word_times: bool = False,  # the server has /dev/captioned_speech
        sample_rate: int = 24000,
        parallel: int = 2,
        time_limit: float = 60,
        licence: str = "",
    ) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"url = {url!r} is no http:// or https:// address")
        self.url, self.model, self.voice, self.speed = url.rstrip("/"), model, voice, speed
        self.language, self.sample_rate, self.licence = language, sample_rate, licence
        self.key_file, self.parallel, self.time_limit = key_file, parallel, time_limit
        self.supports_timings = word_times
        self.name = f"{model} {voice} at {urlsplit(url).netloc}"
        self.version = f"1 {speed}"  # of a server nobody can tell what changed inside

    def speak(self, text: str) -> Sound:
        said = text.translate(BRACKETS)
        if len(said) > LONGEST:
            raise VoiceError(
                f"A sentence of {len(said)} characters is too long: {self.name} takes {LONGEST}.",
                permanent=True,
                fault=Fault.TOO_LONG,
            )
        asked = {
            "model": self.model,
            "voice": self.voice,
            "input": said,
            "response_format": "wav",
            "speed": self.speed,
        }
        if self.supports_timings:
            return self._captioned(asked, said)
        return self._sound(self._ask(f"{self.url}/audio/speech", asked))

    def _captioned(self, asked: dict[str, Any], said: str) -> Sound:
        address = f"{self.url.removesuffix('/v1')}/dev/captioned_speech"
        data = self._ask(address, asked | {"stream": False, "return_timestamps": True})
        try:
            facts = json.loads(data)
            sound = self._sound(base64.b64decode(facts["audio"]))
            rows = [
                (str(row["word"]), float(row["start_time"]), float(row["end_time"]))
                for row in facts.get("timestamps") or []
            ]
        except (ValueError, KeyError, TypeError) as error:
            message = f"{self.name} answered without sound and words: {error!r}"
            raise VoiceError(message, fault=Fault.UNREACHABLE) from error
        return Sound(sound.samples, sound.rate, tuple(_placed(rows, said)))

    def _ask(self, address: str, asked: dict[str, Any]) -> bytes:
        """The answer's bytes; a server that is busy or not there is asked again."""
        for chance in range(TRIES):
            if chance:
                time.sleep(WAIT * 2 ** (chance - 1))
            try:
                return self._post(address, asked)
            except urllib.error.HTTPError as error:
                reason = f"{error.code} {error.reason}: {error.read(300).decode(errors='replace')}"
                if error.code not in AGAIN:
                    message = f"{self.name} refused: {reason}"
                    raise VoiceError(message, permanent=True, fault=Fault.REFUSED) from error
            except OSError as error:
                reason = str(getattr(error, "reason", error))
        message = f"{self.name} gave no sound in {TRIES} tries: {reason}"
        raise VoiceError(message, fault=Fault.UNREACHABLE)

    def _post(self, address: str, asked: dict[str, Any]) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self.key_file:
            headers["Authorization"] = f"Bearer {self._key()}"
        request = urllib.request.Request(  # noqa: S310 - http and https alone, see __init__
            address, json.dumps(asked).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=self.time_limit) as answer:  # noqa: S310
            data: bytes = answer.read()
        return data

    def _key(self) -> str:
        try:
            return Path(self.key_file).read_text().strip()
        except OSError as error:
            message = f"The key of {self.name} cannot be read: {error}"
            raise VoiceError(message, permanent=True, fault=Fault.VOICE) from error

    def _sound(self, data: bytes) -> Sound:
        """WAV, MP3 or whatever came, decoded."""
        if not data:
            raise VoiceError(f"{self.name} answered with nothing.", fault=Fault.UNREACHABLE)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=self.sample_rate)
        try:
            with av.open(io.BytesIO(data), "r") as container:
                frames = [*container.decode(audio=0), None]
        except (av.FFmpegError, IndexError) as error:
            start = data[:60].decode(errors="replace")
            message = f"{self.name} answered with no sound: {start!r}"
            raise VoiceError(message, fault=Fault.UNREACHABLE) from error
        blocks = [out.to_ndarray()[0] for frame in frames for out in resampler.resample(frame)]
        samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
        return Sound(samples, self.sample_rate)


def _placed(rows: list[tuple[str, float, float]], said: str) -> list[SpokenWord]:
    """Words of the server where they stand in the text; those that are not there are left out."""
    found, at = [], 0
    for word, start, end in rows:
        place = said.find(word, at)
        if word.strip() and place >= 0:
            found.append(SpokenWord(place, len(word), start, end))
            at = place + len(word)
    return found
