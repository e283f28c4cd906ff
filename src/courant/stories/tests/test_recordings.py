"""What an editor uploads as a recording is listened to before it is kept."""

import io
import struct
import wave

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from courant.stories.models import Recording

pytestmark = pytest.mark.django_db


def wav(seconds, level=5000, channels=1):
    """A tone whose second channel, where there is one, is the first turned round."""
    wave_form = [level, -level] * int(11025 * seconds)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(22050)
        rows = [each * (-1) ** side for each in wave_form for side in range(channels)]
        file.writeframes(struct.pack(f"<{len(rows)}h", *rows))
    return out.getvalue()


def recording(data, name):
    return Recording(title="Rain, read", reader="Ida", file=SimpleUploadedFile(name, data))


def test_a_recording_knows_how_long_it_is_and_what_is_in_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = recording(wav(2), "rain.wav")
    made.full_clean()
    made.save()
    assert made.seconds == 2
    assert len(made.digest) == 64


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Rain fell all night. The river rose again.\n" * 50, "it has no sound in it"),
        (b"RIFF", "can be read: "),
        (wav(0), "“rain.wav” is no sound that can be read: "),
    ],
)
def test_what_is_no_recording_is_refused_with_what_to_do(data, said):
    name = "rain.txt" if data.startswith(b"Rain") else "rain.wav"
    with pytest.raises(ValidationError) as caught:
        recording(data, name).full_clean()
    (line,) = caught.value.message_dict["file"]
    assert said in line
    assert line.endswith("Upload a WAV, FLAC, MP3 or M4A that a player plays.")
    assert "index" not in line
    assert "Errno" not in line


@pytest.mark.parametrize("data", [wav(2, level=0), wav(2, channels=2)])
def test_a_recording_in_which_nothing_is_heard_is_refused(data):
    """Silence, and two channels of a cable with wrong poles: as one channel they are silence."""
    with pytest.raises(ValidationError) as caught:
        recording(data, "rain.wav").full_clean()
    assert caught.value.message_dict["file"] == [
        "“rain.wav” is silent: nothing is heard in 2 s of it. "
        "Listen to it, and upload the one in which somebody reads."
    ]
