"""Accept-Encoding, as browsers, tools and attackers write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courant.ops.web.negotiation import CODED, PLAIN, codings


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("gzip, deflate, br, zstd", ("br", "zstd", "gzip", PLAIN)),
        ("gzip", ("gzip", PLAIN)),
        ("x-gzip", ("gzip", PLAIN)),
        ("GZIP;Q=1.000", ("gzip", PLAIN)),
        ("br;q=0.5, gzip;q=0.8", ("gzip", "br", PLAIN)),
        ("br;q=0.001", ("br", PLAIN)),
        ("br;q=0, gzip", ("gzip", PLAIN)),
        ("*", ("br", "zstd", "gzip", PLAIN)),
        ("*;q=0", (PLAIN,)),
        ("gzip, *;q=0", ("gzip", PLAIN)),
        ("br;q=0, *", ("zstd", "gzip", PLAIN)),
        ("identity, br;q=0.5", (PLAIN, "br")),
        ("identity;q=0.5, br;q=0.2, gzip", ("gzip", PLAIN, "br")),
        ("identity;q=0, br", ("br", PLAIN)),
        ("identity;q=0", (PLAIN,)),
        ("", (PLAIN,)),
        ("deflate", (PLAIN,)),
        ("br;q=2", (PLAIN,)),
        ("br;q=-1, gzip;q=x, zstd;q=0.1234", (PLAIN,)),
        ("br;level=5", (PLAIN,)),
        (" br ; q = 1 ,, gzip ", ("br", "gzip", PLAIN)),
    ],
)
def test_the_wanted_coding_comes_first_and_the_plain_file_is_never_missing(accepted, wanted):
    assert codings(accepted) == wanted


names = st.sampled_from([*CODED, "identity", "*", "deflate"])
weights = st.decimals(0, 1, places=3)


@given(st.dictionaries(names, weights))
def test_nothing_that_is_refused_is_tried_before_the_plain_file(weighted):
    tried = codings(", ".join(f"{name};q={weight}" for name, weight in weighted.items()))
    for coding in tried[:-1]:
        assert weighted.get(coding or "identity", weighted.get("*", coding == PLAIN)) > 0
    assert PLAIN in tried


@given(st.text())
def test_no_value_is_too_strange(accepted):
    assert PLAIN in codings(accepted)


def test_a_value_of_any_length_is_answered_at_once():
    assert codings("br, " * 1_000_000) == ("br", PLAIN)
