"""Programme loudness (ITU-R BS.1770-5) from what is kept of each sentence, and its correction.

Each sentence keeps its K-weighted energy for every 10 ms and its true peak for every 2.5 ms. From
these the loudness of any row of sentences follows in milliseconds, at any gain and with the
limiter's loss counted in, so that a corrected story need not be decoded to be measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

TARGET = -16.0  # LUFS, integrated: what podcast directories ask for
CEILING = 10 ** (-2 / 20)  # of full scale, true peak: -2 dBTP
LIMIT = 10 ** (-2.9 / 20)  # the limiter's own: coding adds most of a decibel to the peaks
STEP = 100  # energies a second
PEAKS = 4  # for each energy
OVERSAMPLING = 2  # for the limiter; what it lets through is found by `true_peak`
REACH = 16  # samples to each side, of which the ones between are made
ROWS = 64  # blocks of `REACH` samples at once: of more, numpy makes a second core wait for work
SETTLING = 0.25  # seconds for the filter to ring out
AT_ONCE = 10 * STEP  # energies measured at once: a long sentence costs no more memory
PIECE = 1 << 18  # samples, likewise
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -10.0  # LUFS, LU
A_HOP, A_BLOCK = STEP // 10, 4  # hops of 100 ms, blocks of 400 ms that overlap by 75 %
LOUDEST = 30.0  # dB of gain: what needs more is a voice that whispers noise


@dataclass(frozen=True)
class Measure:
    """Energy (mean square, K-weighted) for each 10 ms of a sound, true peak for each 2.5 ms."""

    energies: Samples
    peaks: Samples


def measure(samples: Samples, rate: int) -> Measure:
    """Measure a sound whose samples lie between -1 and 1."""
    count = -(-len(samples) * STEP // rate)
    parts = [_measured(samples, rate, count, first) for first in range(0, count, AT_ONCE)]
    nothing = np.zeros(0, np.float32)
    return Measure(
        np.concatenate([nothing, *(part.energies for part in parts)]),
        np.concatenate([nothing, *(part.peaks for part in parts)]),
    )


def _measured(samples: Samples, rate: int, count: int, first: int) -> Measure:
    """Up to `AT_ONCE` of the `count` steps of a sound, from `first` on.

    What stands around them is filtered with them: there the filter settles.
    """
    last, around = min(first + AT_ONCE, count), int(SETTLING * rate)
    borders = np.arange(first, last + 1) * len(samples) // count
    start = max(0, int(borders[0]) - around)
    piece = samples[start : int(borders[-1]) + around].astype(np.float32)
    size = _fast(len(piece) + around)
    spectrum = np.fft.rfft(piece, size).astype(np.complex64)
    # numpy has no recursive filter; in the frequency domain this one is exact and rings out.
    weighted = np.fft.irfft(spectrum * _k_response(size, rate), size)
    finer = np.arange(first * PEAKS, last * PEAKS + 1) * (len(samples) * OVERSAMPLING)
    return Measure(
        _in_steps(np.square(weighted), borders - start, np.add) / np.float32(rate / STEP),
        _in_steps(
            np.abs(_oversampled(spectrum, size)),
            finer // (count * PEAKS) - start * OVERSAMPLING,
            np.maximum,
        ),
    )


def lufs(measures: Measure, gain: float = 0.0) -> float:
    """Gated integrated loudness at a gain (dB) and behind the limiter; -inf for silence."""
    hops = _hops(_limited(measures, gain))
    if len(hops) < A_BLOCK:
        hops = np.pad(hops, (0, A_BLOCK - len(hops)))
    blocks = np.convolve(hops, np.full(A_BLOCK, 1 / A_BLOCK), "valid")
    loud = blocks[_in_lufs(blocks) > ABSOLUTE_GATE]
    if not len(loud):
        return -np.inf
    gate = _in_lufs(loud.mean()) + RELATIVE_GATE
    return float(_in_lufs(loud[_in_lufs(loud) > gate].mean()))


def gain_for(measures: Measure, target: float = TARGET) -> float:
    """The gain (dB) with which a sound comes out of the limiter at the target."""
    gain = 0.0
    for _ in range(30):
        missing = target - lufs(measures, gain)
        if not np.isfinite(missing) or abs(missing) < 0.01:
            break
        gain = min(gain + 1.3 * missing, LOUDEST)  # the limiter takes back a part of each step
    return gain


def at_gain(measures: Measure, gain: float) -> Measure:
    """The measures of a sound as it comes out of the limiter at a gain (dB)."""
    peaks = np.minimum(measures.peaks * np.float32(10 ** (gain / 20)), np.float32(LIMIT))
    return Measure(_limited(measures, gain).astype(np.float32), peaks)


def joined(parts: Sequence[tuple[float, Measure]], seconds: float) -> Measure:
    """The measures of sounds that begin at given seconds, silence between them."""
    count = int(seconds * STEP) + 1
    energies, peaks = np.zeros(count, np.float32), np.zeros(count * PEAKS, np.float32)
    for start, part in parts:
        at = int(start * STEP)
        room = min(len(part.energies), count - at)
        energies[at : at + room] += part.energies[:room]
        here = slice(at * PEAKS, (at + room) * PEAKS)
        peaks[here] = np.maximum(peaks[here], part.peaks[: room * PEAKS])
    return Measure(energies, peaks)


def limited(samples: Samples, measures: Measure, gain: float, limit: float = LIMIT) -> Samples:
    """A measured sound at a gain (dB), turned down ahead of each peak, smoothly, to `limit`."""
    held = _held(measures, gain, limit) * 10 ** (gain / 20)
    centres = (np.arange(len(held)) + 0.5) * len(samples) / max(len(held), 1)
    level = np.empty(len(samples), np.float32)
    for start in range(0, len(samples), PIECE):
        here = slice(start, start + PIECE)
        places = np.arange(start, min(start + PIECE, len(samples)))
        level[here] = samples[here] * np.interp(places, centres, held).astype(np.float32)
    return level


def true_peak(samples: Samples) -> float:
    """The peak between the samples too, at four times their rate (BS.1770-5, annex 2).

    Looks only where samples are high: elsewhere nothing between them can be the peak.
    """
    if not len(samples):
        return 0.0
    highest = found = float(max(samples.max(), -samples.min()))
    padded = np.pad(samples, (REACH, REACH + -len(samples) % REACH))
    high = _highest(padded)
    near = np.maximum(np.maximum(high[:-2], high[1:-1]), high[2:])
    hot = np.flatnonzero(near > 0.5 * highest)
    blocks = np.lib.stride_tricks.sliding_window_view(padded, 3 * REACH)[::REACH]
    for first in range(0, len(hot), ROWS):
        between = blocks[hot[first : first + ROWS]] @ _between()
        found = max(found, float(np.abs(between).max()))
    return found


def _highest(padded: Samples) -> Samples:
    """Of each `REACH` samples the highest, whatever its sign."""
    rows = padded.reshape(-1, REACH)
    highest: Samples = np.maximum(rows.max(1), -rows.min(1))
    return highest


@lru_cache(maxsize=1)
def _between() -> Samples:
    """From a block between its neighbours to three values behind each of its samples."""
    inside = np.arange(REACH)[:, None] + np.array([0.25, 0.5, 0.75])[None]
    off = inside.reshape(-1)[None] - (np.arange(3 * REACH) - REACH)[:, None]
    window = np.where(np.abs(off) < REACH, np.cos(np.pi * off / (2 * REACH)) ** 2, 0)
    return (np.sinc(off) * window).astype(np.float32)


def _oversampled(spectrum: NDArray[np.complex64], size: int) -> Samples:
    wide: Samples = np.fft.irfft(spectrum, OVERSAMPLING * size).astype(np.float32)
    return wide * np.float32(OVERSAMPLING)


def _in_steps(values: Samples, borders: NDArray[np.int64], fold: np.ufunc) -> Samples:
    """The values between each two borders, folded to one number."""
    steps: Samples = fold.reduceat(values[: borders[-1]], borders[:-1]).astype(np.float32)
    return steps


def _held(measures: Measure, gain: float, limit: float) -> Samples:
    """The limiter's factors, one for each peak."""
    needed = np.minimum(
        1, limit / np.maximum(_sliding(measures.peaks, 4).max(1) * 10 ** (gain / 20), 1e-9)
    )
    return _sliding(needed, 2).mean(1)  # narrower than the maximum: never above what is needed


def _sliding(values: Samples, reach: int) -> NDArray[np.float32]:
    padded = np.pad(values, reach, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)


def _limited(measures: Measure, gain: float) -> NDArray[np.float64]:
    held = _held(measures, gain, LIMIT) * 10 ** (gain / 20)
    return measures.energies.astype(np.float64) * np.square(held).reshape(-1, PEAKS).mean(1)


def _hops(energies: NDArray[np.float64]) -> NDArray[np.float64]:
    padded = np.pad(energies, (0, -len(energies) % A_HOP))
    return padded.reshape(-1, A_HOP).mean(1)


def _in_lufs(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    return -0.691 + 10 * np.log10(np.maximum(energy, 1e-15))


def _fast(count: int) -> int:
    """A length that the Fourier transform likes, at least `count`: few of them, for the cache."""
    step = max(1 << (count - 1).bit_length() - 3, 1)
    return -(-count // step) * step


@lru_cache(maxsize=64)
def _k_response(size: int, rate: int) -> NDArray[np.complex64]:
    """Shelf and high pass of BS.1770, as analogue prototypes brought to any rate."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    f0, gain, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = np.tan(np.pi * f0 / rate)
    vh = 10 ** (gain / 20)
    vb = vh**0.4996667741545416
    shelf = _response(
        z,
        (vh + vb * k / q + k * k, 2 * (k * k - vh), vh - vb * k / q + k * k),
        (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k),
    )
    f0, q = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * f0 / rate)
    norm = 1 + k / q + k * k
    high_pass = _response(z, (norm, -2 * norm, norm), (norm, 2 * (k * k - 1), 1 - k / q + k * k))
    return (shelf * high_pass).astype(np.complex64)


def _response(
    z: NDArray[np.complex128], b: tuple[float, ...], a: tuple[float, ...]
) -> NDArray[np.complex128]:
    return (b[0] + b[1] * z + b[2] * z**2) / (a[0] + a[1] * z + a[2] * z**2)
