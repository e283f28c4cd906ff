"""Which coding of a file a reader is sent (RFC 9110, 12.5.3)."""

import re
from functools import lru_cache

from courant.lib.content import CODINGS

PLAIN = ""
CODED = {coding: ending for ending, coding in CODINGS.items()}
ENDINGS = CODED | {PLAIN: ""}
LONGEST = 500  # characters; browsers send about 25
LEAST = 0.0005  # below every weight that can be given

MEMBER = re.compile(
    r"\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*", re.I
)


def codings(accepted: str) -> tuple[str, ...]:
    """The codings to try, the most wanted first, from the value of Accept-Encoding.

    At equal weight ours come before the plain file, which is always the last resort: a reader who
    refuses all that we have is better served with a page than with 406. Where there is no such
    header, nothing is known of the reader: send PLAIN.
    """
    return _codings(accepted[:LONGEST])


@lru_cache(maxsize=256)  # bounded in number and, by LONGEST, in size: strangers choose the keys
def _codings(accepted: str) -> tuple[str, ...]:
    weights = _weights(accepted)
    others = weights.get("*")
    wanted = {coding: weights.get(coding, others or 0) for coding in CODED}
    wanted[PLAIN] = weights.get("identity", LEAST if others is None else others)
    chosen = sorted((c for c in wanted if wanted[c]), key=lambda coding: -wanted[coding])
    return tuple(chosen) if PLAIN in chosen else (*chosen, PLAIN)


def _weights(accepted: str) -> dict[str, float]:
    """What is named, with its weight; a member that cannot be read is left out."""
    matches = (MEMBER.fullmatch(member) for member in accepted.split(","))
    return {m[1].lower().removeprefix("x-"): float(m[2] or 1) for m in matches if m}
