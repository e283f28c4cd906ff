"""Hears what was made, as a player would: decoded, measured, looked into."""

import io
from pathlib import Path

import av
import numpy as np
from av.filter import Graph

DRAINED = (av.error.BlockingIOError, av.error.EOFError)


def decoded(data: bytes | Path) -> tuple[np.ndarray, int]:
    """Samples and rate of a file of sound."""
    source = io.BytesIO(data) if isinstance(data, bytes) else str(data)
    with av.open(source) as container:
        rate = container.streams.audio[0].rate
        blocks = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(blocks), rate


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


def ebur128(samples: np.ndarray, rate: int) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP) by FFmpeg's meter."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format="flt", layout="mono", time_base=f"1/{rate}")
    meter = graph.add("ebur128", "peak=true:metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    seen: dict[str, str] = {}
    for start in range(0, len(samples), 4800):
        part = samples[None, start : start + 4800].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(part, "flt", "mono")
        frame.sample_rate, frame.pts = rate, start
        source.push(frame)
        seen |= _drained(sink)
    source.push(None)
    seen |= _drained(sink)
    peak = float(seen["lavfi.r128.true_peak"])
    return float(seen["lavfi.r128.I"]), 20 * np.log10(peak)


def _drained(sink: object) -> dict[str, str]:
    seen: dict[str, str] = {}
    while True:
        try:
            seen |= dict(sink.pull().metadata)  # type: ignore[attr-defined]
        except DRAINED:
            return seen
