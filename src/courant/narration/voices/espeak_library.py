"""The espeak-ng library by ctypes: sentences to samples and words, sentences to phonemes.

One global state, crashes with threads: only for processes of its own (`espeak_process`,
`piper_process`), which also keep its GPL apart from the rest.
https://github.com/espeak-ng/espeak-ng/blob/1.52.0/src/include/espeak-ng/speak_lib.h
"""

import ctypes as c
from difflib import get_close_matches

AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
CHARACTERS = 1  # positions count characters
CHARS_UTF8, ENDPAUSE = 1, 0x1000
WORDS_A_MINUTE = 1  # number of the parameter
LIST_TERMINATED, WORD = 0, 1  # types of events
IPA = 2  # mode of phonemes


class EventId(c.Union):
    _fields_ = [("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8)]


class Event(c.Structure):
    _fields_ = [
        ("type", c.c_int),
        ("unique_identifier", c.c_uint),
        ("text_position", c.c_int),  # from 1, in characters
        ("length", c.c_int),
        ("audio_position", c.c_int),  # milliseconds
        ("sample", c.c_int),
        ("user_data", c.c_void_p),
        ("id", EventId),
    ]


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


LANGUAGES = VoiceProperties.languages.offset
Callback = c.CFUNCTYPE(c.c_int, c.POINTER(c.c_short), c.c_int, c.POINTER(Event))
Words = list[tuple[int, int, int]]  # place in the text, length, first sample


class Library:
    """libespeak-ng with its data, as espeakng-loader brings them."""

    def __init__(self) -> None:
        import espeakng_loader

        self.lib = c.CDLL(str(espeakng_loader.get_library_path()))
        pointer, number = c.c_void_p, c.c_uint
        places = (pointer, c.c_size_t, number, c.c_int, number, number, pointer, pointer)
        self.lib.espeak_Synth.argtypes = places
        self.lib.espeak_TextToPhonemes.restype = c.c_char_p
        self.lib.espeak_TextToPhonemes.argtypes = [c.POINTER(c.c_void_p), c.c_int, c.c_int]
        self.lib.espeak_ListVoices.restype = c.POINTER(c.POINTER(VoiceProperties))
        data = str(espeakng_loader.get_data_path()).encode()
        self.sample_rate: int = self.lib.espeak_Initialize(
            AUDIO_OUTPUT_SYNCHRONOUS, 0, data, INITIALIZE_DONT_EXIT
        )
        if self.sample_rate <= 0:
            raise OSError(f"espeak-ng does not start with the data in {data.decode()}.")
        self.pcm = bytearray()
        self.words: Words = []
        self.known: set[str] = set()  # voices that there are
        self.callback = Callback(self._receive)  # kept: the library holds only a pointer
        self.lib.espeak_SetSynthCallback(self.callback)

    def speak(self, voice: str, rate: int, text: str) -> tuple[bytes, Words]:
        """16-bit samples of one sentence, and where its words begin."""
        if voice not in self.known:
            self.demand(voice)
            self.known.add(voice)
        self.choose(voice)  # before every sentence: a call may leave another voice behind
        self.lib.espeak_SetParameter(WORDS_A_MINUTE, rate, 0)
        self.pcm.clear()
        self.words = []
        data = text.encode() + b"\0"
        flags = CHARS_UTF8 | ENDPAUSE
        status = self.lib.espeak_Synth(data, len(data), 0, CHARACTERS, 0, flags, None, None)
        if status != 0:
            raise OSError(f"espeak-ng answered {status}.")
        self.lib.espeak_Synchronize()
        return bytes(self.pcm), self.words

    def phonemes(self, text: str) -> list[tuple[str, str]]:
        """The clauses of a text, each with its sounds in IPA. `choose` a voice first."""
        buffer = c.create_string_buffer(text.encode() + b"\0")
        first = c.addressof(buffer)
        place, clauses = c.c_void_p(first), []
        while place.value:
            start = place.value - first
            found = self.lib.espeak_TextToPhonemes(c.byref(place), CHARS_UTF8, IPA) or b""
            end = place.value - first if place.value else len(buffer)
            clauses.append((buffer.raw[start:end].rstrip(b"\0").decode(), found.decode()))
        return clauses

    def choose(self, voice: str) -> None:
        """By name, then by language: "en-gb" is the language of a voice that is called gmw/en."""
        if self.lib.espeak_SetVoiceByName(voice.encode()) == 0:
            return
        wanted = VoiceProperties(languages=voice.encode())
        if self.lib.espeak_SetVoiceByProperties(c.byref(wanted)) != 0:
            raise LookupError(f"espeak-ng has no voice {voice!r}.")

    def demand(self, voice: str) -> None:
        """`choose`, but never a voice that is only near: another accent, a variant left out."""
        languages = self.languages()
        if self.lib.espeak_SetVoiceByName(voice.encode()) != 0 and voice.lower() not in languages:
            near = get_close_matches(voice.lower(), languages, 5, 0.5)
            raise LookupError(
                f"espeak-ng has no voice {voice!r}"
                + (f"; near it are {', '.join(near)}" * bool(near))
            )
        self.choose(voice)

    def languages(self) -> list[str]:
        """The languages and accents of all voices, as espeak-ng writes them: "en-gb-scotland"."""
        found: set[str] = set()
        voices = self.lib.espeak_ListVoices(None)
        number = 0
        while voices[number]:
            place = c.c_void_p.from_buffer(voices[number].contents, LANGUAGES).value or 0
            while row := c.string_at(place):  # a byte of rank, a name, nought; an empty row ends it
                found.add(row[1:].decode().lower())
                place += len(row) + 1
            number += 1
        return sorted(found)

    def _receive(self, samples: object, count: int, events: "c._Pointer[Event]") -> int:
        if samples and count:
            self.pcm += c.string_at(samples, count * 2)  # type: ignore[arg-type]
        number = 0
        while events[number].type != LIST_TERMINATED:
            event = events[number]
            if event.type == WORD:
                self.words.append((event.text_position - 1, event.length, event.sample))
            number += 1
        return 0
