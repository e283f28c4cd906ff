"""Why there is no sound, in words for editors: what happened, and what to do about it.

The technical line stands beside it, for whoever keeps the server.
"""

import errno

import av
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courant.narration.faults import Fault
from courant.narration.models import Narration
from courant.narration.provenance.certificate import NoCertificate
from courant.narration.voices.base import VoiceError

REWORD = gettext_lazy(
    "Retry. If it stays, reword the sentence or choose another voice for this story."
)
ANOTHER = gettext_lazy(
    "Choose another voice for this story, and tell whoever keeps the server what the details say."
)
TELL = gettext_lazy("Retry. If it stays, tell whoever keeps the server what the details say.")
WORDS = {
    Fault.LATE: (gettext_lazy("The voice did not answer in time."), REWORD),
    Fault.BROKE: (gettext_lazy("The voice’s program stopped in the middle."), REWORD),
    Fault.NO_SPEECH: (gettext_lazy("What the voice gave was no speech."), REWORD),
    Fault.REFUSED: (gettext_lazy("The voice’s server refused."), ANOTHER),
    Fault.UNREACHABLE: (
        gettext_lazy("The voice’s server gave no sound."),
        gettext_lazy("Retry in some minutes, or choose another voice for this story."),
    ),
    Fault.TOO_LONG: (
        gettext_lazy("A sentence is too long for this voice."),
        gettext_lazy("Divide it and publish again, or choose another voice for this story."),
    ),
    Fault.NO_VOICE: (
        gettext_lazy("There is no voice of the name or the language that this story asks for."),
        gettext_lazy(
            "Choose another one for the story, its author or its section, or correct its language."
        ),
    ),
    Fault.VOICE: (gettext_lazy("The voice is not set up as it should be."), ANOTHER),
    Fault.CERTIFICATE: (
        gettext_lazy("The sound could not be signed."),
        gettext_lazy("Tell whoever keeps the server: the details say what its certificate lacks."),
    ),
    Fault.FULL: (
        gettext_lazy("The server’s disk is full."),
        gettext_lazy("Tell whoever keeps the server. When there is room again, retry."),
    ),
    Fault.FILES: (gettext_lazy("The server could not read or write a file."), TELL),
    Fault.CODING: (gettext_lazy("The sound could not be made into a file."), TELL),
    Fault.RECORDING: (
        gettext_lazy("The recording could not be read."),
        gettext_lazy("Upload it anew as WAV, MP3 or M4A, or take it off the story."),
    ),
    Fault.NOTHING: (
        gettext_lazy("There is nothing to read in this story."),
        gettext_lazy("Let a block with words be read, or choose that it has no audio."),
    ),
    Fault.DEATHS: (
        gettext_lazy("The work on this narration was broken off again and again."),
        gettext_lazy("Tell whoever keeps the server: the machine may lack memory. Then retry."),
    ),
    Fault.UNKNOWN: (gettext_lazy("The voice could not speak."), REWORD),
}


def fault_of(error: Exception, *, recorded: bool = False) -> Fault:
    """The kind of what went wrong. `recorded`: while a recording was made ready."""
    match error:
        case VoiceError():
            return error.fault
        case NoCertificate():
            return Fault.CERTIFICATE
        case OSError() if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return Fault.FULL
        case _ if recorded:
            return Fault.RECORDING
        case OSError() if not isinstance(error, av.FFmpegError):
            return Fault.FILES
    return Fault.CODING


def words_for(fault: str) -> str:
    """What happened and what to do."""
    return " ".join(map(str, WORDS[Fault(fault)]))


def reason(row: Narration) -> str:
    """Why a narration failed, with the sentence at which it did."""
    told = words_for(row.fault)
    if not row.sentence:
        return told
    return f"{told} {_('It happened at:')} “{row.sentence}”"
