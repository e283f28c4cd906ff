"""Stories read by people."""

from typing import Any

import av
import numpy as np
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from courant.lib.digests import digest_of_bytes

UPLOAD = "Upload a WAV, FLAC, MP3 or M4A that a player plays."
SILENT = 0.003  # of full scale: a sound without a louder sample is none
LARGEST = 300 * 1024 * 1024  # bytes: two hours of WAV


@register_snippet
class Recording(index.Indexed, models.Model):
    """Somebody reads a story aloud. The file stays private; readers get coded copies of it."""

    title = models.CharField(max_length=200, help_text="For the desk: what is read.")
    reader = models.CharField(max_length=150, help_text="Who reads, as readers are told.")
    file = models.FileField(
        upload_to="recordings",
        help_text="WAV, FLAC, MP3, M4A or any other sound that FFmpeg reads.",
    )
    seconds = models.FloatField(default=0, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    panels = [FieldPanel("title"), FieldPanel("reader"), FieldPanel("file")]
    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.reader})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.digest or not self.file._committed:  # type: ignore[attr-defined]
            self._read_file()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.file and isinstance(getattr(self.file, "file", None), UploadedFile):
            self._read_file()

    def _read_file(self) -> None:
        """Its length and digest. Raises ValidationError for what is no sound."""
        if self.file.size > LARGEST:
            size, most = self.file.size >> 20, LARGEST >> 20
            raise ValidationError({"file": f"The file has {size} MB; the most is {most} MB."})
        self.file.seek(0)
        self.digest = digest_of_bytes(self.file.read())
        self.file.seek(0)
        self.seconds = _seconds_of(self.file)
        self.file.seek(0)


def _seconds_of(file: Any) -> float:
    """Raises ValidationError for what is no sound, and for one in which nothing is heard."""
    wrong = f"“{file.name}” is no sound that can be read"
    try:
        with av.open(file) as container:
            if not container.streams.audio:
                raise ValidationError({"file": f"{wrong}: it has no sound in it. {UPLOAD}"})
            stream = container.streams.audio[0]
            samples, silent = 0, True
            for frame in container.decode(stream):
                samples += frame.samples
                silent = silent and _is_silent(frame)
            seconds = samples / stream.rate
    except (av.FFmpegError, ZeroDivisionError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise ValidationError({"file": f"{wrong}: {reason}. {UPLOAD}"}) from error
    if not seconds:
        raise ValidationError({"file": f"{wrong}: it lasts no time. {UPLOAD}"})
    if silent:
        raise ValidationError(
            {
                "file": f"“{file.name}” is silent: nothing is heard in {seconds:.0f} s of it. "
                "Listen to it, and upload the one in which somebody reads."
            }
        )
    return seconds


def _is_silent(frame: av.AudioFrame) -> bool:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=frame.sample_rate)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return all(np.abs(part.to_ndarray()).max(initial=0) < SILENT for part in parts)
