"""The rule by which one of two subjects wins, and who gets which first."""

import re
from collections import Counter
from fractions import Fraction
from math import comb

import pytest

from courant.newsletter.contest import Tried, Wish, fisher, judge, place_of, refusal


@pytest.mark.parametrize(
    ("table", "chance"),
    [
        ((3, 4, 1, 4), 0.4857142857),  # Fisher's own: the lady and her tea, two-sided
        ((8, 10, 1, 6), 0.0349650350),
        ((6, 8, 1, 5), 0.1025641026),
        ((0, 0, 0, 0), 1.0),
        ((0, 500, 0, 500), 1.0),
        ((5, 100, 5, 100), 1.0),
    ],
)
def test_known_tables_have_their_known_chance(table, chance):
    assert fisher(*table) == pytest.approx(chance, abs=1e-9)


def in_fractions(hits, of, other_hits, of_other):
    """The same test without a rounded number in it."""
    both = hits + other_hits
    ways = {
        count: comb(of, count) * comb(of_other, both - count)
        for count in range(max(0, both - of_other), min(of, both) + 1)
    }
    as_rare = sum(way for way in ways.values() if way <= ways[hits])
    return Fraction(as_rare, comb(of + of_other, both))


@pytest.mark.parametrize("sizes", [(7, 7), (12, 9), (1000, 950)])
def test_it_says_what_whole_numbers_say(sizes):
    of, of_other = sizes
    for hits in range(0, min(of, 60) + 1, 3):
        for other in range(0, min(of_other, 60) + 1, 4):
            exact = float(in_fractions(hits, of, other, of_other))
            assert fisher(hits, of, other, of_other) == pytest.approx(exact, rel=1e-6)


def test_equal_subjects_differ_in_fewer_than_five_of_a_hundred_cases():
    letters, follow = 100, 0.06
    likely = [comb(letters, n) * follow**n * (1 - follow) ** (letters - n) for n in range(25)]
    wrong = sum(
        one * other
        for n, one in enumerate(likely)
        for m, other in enumerate(likely)
        if judge(Tried(letters, n), Tried(letters, m)).differs
    )
    assert sum(likely) > 0.999999 and 0.001 < wrong < 0.05


@pytest.mark.parametrize(
    ("first", "second", "won"),
    [
        ((1000, 50), (1000, 80), True),
        ((1000, 80), (1000, 50), False),  # the first has won, and goes out anyway
        ((1000, 50), (1000, 60), False),  # by chance
        ((900, 50), (1000, 56), False),  # more clicks, of more letters
        ((500, 0), (500, 6), True),
        ((500, 0), (500, 5), False),
        ((0, 0), (500, 50), False),
        ((2, 900), (2, 5), False),  # more clicks than letters are no more than all letters
    ],
)
def test_the_second_wins_only_by_what_chance_does_not_explain(first, second, won):
    assert judge(Tried(*first), Tried(*second)).second_won is won


def test_the_groups_are_drawn_anew_for_each_edition_and_never_for_the_same():
    readers = range(1, 20_001)
    drawn = [place_of("a" * 32, reader, 10) for reader in readers]
    assert drawn == [place_of("a" * 32, reader, 10) for reader in readers]
    sizes = Counter(drawn)
    assert all(1850 < sizes[place] < 2150 for place in (0, 1))
    early = Counter(drawn[:10_000])
    assert all(900 < early[place] < 1100 for place in (0, 1)), "who came first is not preferred"
    other = [place_of("b" * 32, reader, 10) for reader in readers]
    both = sum(one is not None and two is not None for one, two in zip(drawn, other, strict=True))
    assert 650 < both < 950, "a fifth of a fifth"


@pytest.mark.parametrize(
    ("wish", "readers", "counted", "words"),
    [
        (Wish("B"), 5000, False, "this newsletter does not count them"),
        (Wish(" A "), 5000, True, "Both subjects are “A”"),
        (Wish("B", 46), 5000, True, "is 46 %: it must be from 1 to 45"),
        (Wish("B", 0), 5000, True, "is 0 %: it must be"),
        (Wish("B", 10, 4), 5000, True, "is 4 minutes: it must be from 5 to 1440"),
        (Wish("B", 10), 600, True, "10 % of 600 readers are 60; .* Give each 17 % at least"),
        (Wish("B", 45), 200, True, "has too few readers"),
        (Wish("B", 10), 0, True, "has too few readers"),
        (Wish("B", 10), 1000, True, "^$"),
        (Wish("B", 17), 600, True, "^$"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_the_reason(wish, readers, counted, words):
    assert re.search(words, refusal(wish, "A", readers, clicks_counted=counted))
