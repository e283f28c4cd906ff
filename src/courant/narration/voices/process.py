"""Engines in processes of their own: a crash, a hang or a leak there never reaches the worker."""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from abc import abstractmethod
from contextlib import suppress
from typing import IO, Any

import numpy as np

from courant.narration.faults import Fault
from courant.narration.voices.base import Sound, SpokenWord, Voice, VoiceError


class Broken(Exception):
    """The process gave no proper answer: another process may."""

    def __init__(self, message: str, fault: Fault = Fault.BROKE) -> None:
        super().__init__(message)
        self.fault = fault


def module(name: str) -> tuple[str, ...]:
    """The command that runs one of our modules as a process."""
    return (sys.executable, "-m", f"courant.narration.voices.{name}")


class ProcessVoice(Voice):
    """Asks processes of its own, started with the first sentences and again when they fail."""

    def __init__(self, *, command: tuple[str, ...], time_limit: float, processes: int = 1) -> None:
        self.command = command
        self.time_limit = time_limit  # seconds for one sentence
        self.parallel = processes
        self._free: queue.LifoQueue[Process | None] = queue.LifoQueue()
        for _ in range(processes):
            self._free.put(None)

    @abstractmethod
    def request(self, text: str) -> dict[str, Any]:
        """What the process is asked, as JSON."""

    def speak(self, text: str) -> Sound:
        process = self._free.get()
        try:
            for chance in (1, 2):
                try:
                    process = self._living(process)
                    return self._ask(process, text)
                except Broken as error:
                    _end(process)
                    process = None
                    if chance == 2:
                        raise VoiceError(
                            f"{self.name} failed twice on {text!r}: {error}", fault=error.fault
                        ) from error
            raise AssertionError
        finally:
            self._free.put(process)

    def close(self) -> None:
        held = [self._free.get() for _ in range(self.parallel)]  # waits for those that speak
        for process in held:
            _end(process)
            self._free.put(None)

    @property
    def process_id(self) -> int | None:
        """Of the process that speaks next, for operators and tests."""
        process = self._free.get()
        self._free.put(process)
        return process.pid if process else None

    def _living(self, process: "Process | None") -> "Process":
        # After a fork both sides would talk into one pipe: the new side takes its own process.
        return process if process and process.owner == os.getpid() else Process(self.command)

    def _ask(self, process: "Process", text: str) -> Sound:
        header, pcm = process.ask(self.request(text), self.time_limit)
        if header.get("permanent"):
            message = f"{header['error']} ({text!r})"
            raise VoiceError(message, permanent=True, fault=Fault.VOICE)
        if "error" in header:
            raise Broken(header["error"])
        if header["rate"] != self.sample_rate:
            message = f"{self.name} speaks at {header['rate']} Hz, not at {self.sample_rate}."
            raise VoiceError(message, permanent=True, fault=Fault.VOICE)
        if not pcm:
            raise Broken("no sound came back")
        words = tuple(SpokenWord(*word) for word in header.get("words", ()))
        return Sound(np.frombuffer(pcm, "<i2") * np.float32(1 / 32768), self.sample_rate, words)


def _end(process: "Process | None") -> None:
    if process and process.owner == os.getpid():
        process.end()


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
            if overdue.is_set():
                raise Broken(f"no answer within {time_limit:g} s", Fault.LATE) from error
            raise Broken(self._cause(error)) from error
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
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(1)  # it may be about to end by itself: then its own status tells more
        self.child.kill()
        status = self.child.wait()
        self.complaints.seek(0)
        last = self.complaints.read().decode(errors="replace").strip().splitlines()[-1:]
        return "; ".join([f"its process ended with {status}", *last, str(error)])
