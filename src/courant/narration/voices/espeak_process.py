"""The process in which the espeak-ng library speaks: `python -m` this module.

A line of JSON in ({"voice", "rate", "text"}), a line of JSON out ({"rate", "bytes"} with that many
bytes of 16-bit samples behind it, or {"error"}). A process of its own because the library is GPL,
has one global state, crashes with threads, and must not take the newsroom's worker with it.

https://github.com/espeak-ng/espeak-ng/blob/1.52.0/src/include/espeak-ng/speak_lib.h
"""

import ctypes as c
import json
import os
import queue
import sys
import threading
from typing import Any, BinaryIO

AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
CHARACTERS = 1  # positions count characters
CHARS_UTF8, ENDPAUSE = 1, 0x1000
WORDS_A_MINUTE = 1  # number of the parameter

Callback = c.CFUNCTYPE(c.c_int, c.POINTER(c.c_short), c.c_int, c.c_void_p)


class VoiceProperties(c.Structure):
    _fields_ = [
        ("name", c.c_char_p),
        ("languages", c.c_char_p),
        ("identifier", c.c_char_p),
        ("gender", c.c_ubyte),
        ("age", c.c_ubyte),
        ("variant", c.c_ubyte),
        ("xx1", c.c_ubyte),
        ("score", c.c_int),
        ("spare", c.c_void_p),
    ]


class Library:
    """libespeak-ng with its data, as espeakng-loader brings them."""

    def __init__(self) -> None:
        import espeakng_loader

        self.lib = c.CDLL(str(espeakng_loader.get_library_path()))
        self.lib.espeak_Synth.argtypes = [
            c.c_void_p,
            c.c_size_t,
            c.c_uint,
            c.c_int,
            c.c_uint,
            c.c_uint,
            c.c_void_p,
            c.c_void_p,
        ]
        data = str(espeakng_loader.get_data_path()).encode()
        self.sample_rate: int = self.lib.espeak_Initialize(
            AUDIO_OUTPUT_SYNCHRONOUS, 0, data, INITIALIZE_DONT_EXIT
        )
        if self.sample_rate <= 0:
            raise OSError(f"espeak-ng does not start with the data in {data.decode()}.")
        self.pcm = bytearray()
        self.callback = Callback(self._receive)  # kept: the library holds only a pointer
        self.lib.espeak_SetSynthCallback(self.callback)

    def speak(self, voice: str, rate: int, text: str) -> bytes:
        """16-bit samples of one sentence."""
        self._choose(voice)  # before every sentence: a call may leave another voice behind
        self.lib.espeak_SetParameter(WORDS_A_MINUTE, rate, 0)
        self.pcm.clear()
        data = text.encode() + b"\0"
        flags = CHARS_UTF8 | ENDPAUSE
        status = self.lib.espeak_Synth(data, len(data), 0, CHARACTERS, 0, flags, None, None)
        if status != 0:
            raise OSError(f"espeak-ng answered {status}.")
        self.lib.espeak_Synchronize()
        return bytes(self.pcm)

    def _choose(self, voice: str) -> None:
        """By name, then by language: "en-gb" is the language of a voice that is called gmw/en."""
        if self.lib.espeak_SetVoiceByName(voice.encode()) == 0:
            return
        wanted = VoiceProperties(languages=voice.encode())
        if self.lib.espeak_SetVoiceByProperties(c.byref(wanted)) != 0:
            raise LookupError(f"espeak-ng has no voice {voice!r}.")

    def _receive(self, samples: Any, count: int, _events: object) -> int:
        if samples and count:
            self.pcm += c.string_at(samples, count * 2)
        return 0


def answer(library: Library, line: bytes) -> tuple[dict[str, object], bytes]:
    try:
        asked = json.loads(line)
        pcm = library.speak(asked["voice"], asked["rate"], asked["text"])
    except LookupError as error:
        return {"error": str(error), "permanent": True}, b""
    except (OSError, ValueError) as error:
        return {"error": str(error), "permanent": False}, b""
    return {"rate": library.sample_rate, "bytes": len(pcm)}, pcm


def read_requests(source: BinaryIO, requests: queue.SimpleQueue[bytes]) -> None:
    """Pass lines on; end this process with the pipe, also while the library is busy or stuck."""
    while line := source.readline():
        requests.put(line)
    os._exit(0)


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints must not land among the answers
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=read_requests, args=(sys.stdin.buffer, requests), daemon=True).start()
    library = Library()
    while True:
        header, pcm = answer(library, requests.get())
        out.write(json.dumps(header).encode() + b"\n" + pcm)
        out.flush()


if __name__ == "__main__":
    main()
