"""eSpeak NG, embedded: no download and no server; understandable, not beautiful.

https://github.com/espeak-ng/espeak-ng/blob/1.52.0/src/include/espeak-ng/speak_lib.h
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from importlib.metadata import version
from typing import IO, Any

import numpy as np

from courant.narration.voices.base import Sound, Voice, VoiceError

PROCESS = (sys.executable, "-m", "courant.narration.voices.espeak_process")


class Broken(Exception):
    """The process gave no proper answer: another process may."""


class EspeakVoice(Voice):
    """Asks a process of its own, started with the first sentence and again when it fails."""

    sample_rate = 22050
    gain = 0.708  # -3 dB: it peaks at 0.997 of full scale, and MP3 adds overshoots
    source_type = "algorithmicMedia"  # rules, not a trained model

    def __init__(
        self,
        *,
        voice: str = "en-gb",
        words_a_minute: int = 165,
        time_limit: float = 30,
        command: tuple[str, ...] = PROCESS,
    ) -> None:
        self.voice = voice
        self.words_a_minute = words_a_minute
        self.time_limit = time_limit  # seconds for one sentence; ten minutes of sound need three
        self.command = command
        self.language = voice
        self.name = f"eSpeak NG {voice}, {words_a_minute} words a minute"
        self.version = version("espeakng-loader")  # it carries the library and its data
        self._lock = threading.Lock()
        self._process: Process | None = None

    def speak(self, text: str) -> Sound:
        with self._lock:
            try:
                pcm = self._ask(text)
            except Broken:
                self._stop()
                try:
                    pcm = self._ask(text)
                except Broken as error:
                    self._stop()
                    raise VoiceError(f"{self.name} failed twice on {text!r}: {error}") from error
        return Sound(np.frombuffer(pcm, "<i2") * np.float32(1 / 32768), self.sample_rate)

    def close(self) -> None:
        with self._lock:
            self._stop()

    @property
    def process_id(self) -> int | None:
        """Of the process that speaks, for operators and tests."""
        return self._process.pid if self._process else None

    def _ask(self, text: str) -> bytes:
        # After a fork both sides would talk into one pipe: the new side takes its own process.
        if self._process is None or self._process.owner != os.getpid():
            self._process = Process(self.command)
        request = {"voice": self.voice, "rate": self.words_a_minute, "text": text}
        header, pcm = self._process.ask(request, self.time_limit)
        if header.get("permanent"):
            raise VoiceError(f"{header['error']} ({text!r})", permanent=True)
        if "error" in header:
            raise Broken(header["error"])
        if header["rate"] != self.sample_rate:
            raise VoiceError(f"{self.name} speaks at {header['rate']} Hz.", permanent=True)
        if not pcm:
            raise Broken("no sound came back")
        return pcm

    def _stop(self) -> None:
        if self._process and self._process.owner == os.getpid():
            self._process.end()
        self._process = None


class Process:
    """A child that answers lines with lines and bytes. It ends when its standard input does."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.owner = os.getpid()
        self.complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self.child = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            process_group=0,  # Ctrl-C is for the worker, which then finishes its sentence
        )
        self.pid = self.child.pid

    def ask(self, request: dict[str, Any], time_limit: float) -> tuple[dict[str, Any], bytes]:
        """The answer. Raises Broken: after the time limit, at a crash, for half an answer."""
        overdue = threading.Event()

        def expire() -> None:
            overdue.set()
            self.child.kill()  # ends every read and write below

        late = threading.Timer(time_limit, expire)
        late.start()
        try:
            return self._exchange(request)
        except (OSError, ValueError) as error:
            missed = f"no answer within {time_limit:g} s"
            why = missed if overdue.is_set() else self._cause(error)
            raise Broken(why) from error
        finally:
            late.cancel()

    def end(self) -> None:
        self.child.kill()
        self.child.communicate()  # closes the pipes and reaps
        self.complaints.close()

    def _exchange(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        source, sink = self.child.stdout, self.child.stdin
        if source is None or sink is None:
            raise OSError("no pipes")
        sink.write(json.dumps(request).encode() + b"\n")
        sink.flush()
        header = json.loads(source.readline())
        count = int(header.get("bytes", 0))
        pcm = source.read(count)
        if len(pcm) != count:
            raise OSError(f"{len(pcm)} of {count} bytes came")
        return header, pcm

    def _cause(self, error: Exception) -> str:
        self.child.kill()
        status = self.child.wait()
        self.complaints.seek(0)
        last = self.complaints.read().decode(errors="replace").strip().splitlines()[-1:]
        return "; ".join([f"its process ended with {status}", *last, str(error)])
