"""What a page may tell, and what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courant.figures.beacon import Beacon, BeaconError, parse

DAY = date(2026, 11, 20)
SOUND = "1a2b3c4d5e6f"


def test_a_report_is_read():
    told = parse({"story": "15", "did": "orl", "sound": SOUND, "heard": "0-2,5"})
    assert told == Beacon(15, ("opened", "read", "listened"), SOUND, (0, 1, 2, 5))
    assert (DAY, 15, "read") in set(told.keys(DAY))
    assert (DAY, 15, "sentence", SOUND, 5) in set(told.keys(DAY))
    assert parse({"story": "15", "did": "o"}) == Beacon(15, ("opened",))


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({}, "story must be"),
        ({"story": "0", "did": "o"}, "story must be"),
        ({"story": "٣", "did": "o"}, "story must be"),
        ({"story": "1" * 16, "did": "o"}, "story must be"),
        ({"story": "1", "did": "x"}, "did must be"),
        ({"story": "1", "did": "oo"}, "did must be"),
        ({"story": "1"}, "Nothing happened"),
        ({"story": "1", "heard": "1"}, "sound must be"),
        ({"story": "1", "sound": SOUND, "heard": "1-"}, "heard must be"),
        ({"story": "1", "sound": SOUND, "heard": "3-1"}, "heard must be"),
        ({"story": "1", "sound": SOUND, "heard": "1,1"}, "heard must be"),
        ({"story": "1", "sound": SOUND, "heard": "0-9999"}, "heard must be"),
    ],
)
def test_what_no_page_of_ours_says_is_refused_with_the_reason(told, reason):
    with pytest.raises(BeaconError, match=reason):
        parse(told)


@given(st.dictionaries(st.sampled_from(["story", "did", "sound", "heard"]), st.text(max_size=40)))
def test_whatever_is_told_is_read_or_refused(told):
    try:
        assert parse(told).story > 0
    except BeaconError as error:
        assert str(error)


@given(st.sets(st.integers(0, 2999), min_size=1, max_size=40))
def test_every_set_of_sentences_comes_back(numbers):
    text = ",".join(map(str, sorted(numbers)))
    told = parse({"story": "1", "sound": SOUND, "heard": text})
    assert set(told.sentences) == numbers
