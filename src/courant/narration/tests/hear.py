"""Decodes what was encoded, as a player would."""

import io
from pathlib import Path

import av
import numpy as np


def decoded(data: bytes | Path) -> tuple[np.ndarray, int]:
    """Samples and rate of an MP3."""
    source = io.BytesIO(data) if isinstance(data, bytes) else str(data)
    with av.open(source) as container:
        rate = container.streams.audio[0].rate
        blocks = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(blocks), rate


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))
