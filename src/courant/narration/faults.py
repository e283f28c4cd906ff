"""What can go wrong with a narration, as kinds: an editor is told each in words (`reasons`)."""

from enum import StrEnum


class Fault(StrEnum):
    """No Django here: voices know these kinds too."""

    LATE = "late"  # the engine did not answer in time
    BROKE = "broke"  # the engine died, or gave no proper answer
    NO_SPEECH = "no-speech"  # silence, noise, a wild length
    REFUSED = "refused"  # the server said no
    UNREACHABLE = "unreachable"  # the server did not answer, or not with a sound
    TOO_LONG = "too-long"  # a sentence
    NO_VOICE = "no-voice"  # of that language or that name
    VOICE = "voice"  # its settings or files are not right
    CERTIFICATE = "certificate"
    FULL = "full"  # the disk
    FILES = "files"  # cannot be read or written, for another reason
    CODING = "coding"
    RECORDING = "recording"  # that a person read
    NOTHING = "nothing"  # to read
    DEATHS = "deaths"  # of workers in this narration
    UNKNOWN = ""
