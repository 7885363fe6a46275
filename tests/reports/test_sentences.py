"""A report claims only what its numbers carry: on made-up states, and against simulation of days on which nothing has changed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from reports.sentences import LEAST_DAYS, LEAST_N, Judgement, Usual, compare_counts, compare_shares, usual

COUNTS = st.integers(0, 100_000)


@given(st.lists(COUNTS, max_size=LEAST_DAYS - 1))
def test_too_few_days_say_nothing(days: list[int]):
    found = usual(days)
    assert found == Usual(None, None, len(days)) and found.judge(10**6) == Judgement.unknown


@given(st.lists(COUNTS, min_size=LEAST_DAYS, max_size=60), COUNTS)
def test_a_claim_lies_outside_the_range_that_is_printed_beside_it(days: list[int], today: int):
    found = usual(days)
    said = found.judge(today)
    assert found.low >= 0 and (said == Judgement.higher) == (today > found.high)
    assert (said == Judgement.lower) == (today < found.low)
    assert said != Judgement.lower or today < np.mean(days)
    assert said != Judgement.higher or today > np.mean(days)


def test_one_ordinary_day_in_twenty_is_called_unusual_and_not_more():
    chance = np.random.default_rng(7)
    for mean in (5, 60, 600):
        said = [usual(chance.poisson(mean, 40)).judge(chance.poisson(mean)) for _ in range(2000)]
        assert 0.005 < np.mean([one != Judgement.usual for one in said]) < 0.075


@given(COUNTS, COUNTS)
def test_counts_are_compared_the_same_both_ways_round(now: int, before: int):
    other = {Judgement.higher: Judgement.lower, Judgement.lower: Judgement.higher, Judgement.usual: Judgement.usual}
    assert compare_counts(before, now) == other[compare_counts(now, before)]


def test_counts_differ_where_the_test_of_two_poisson_means_says_so():
    for now, before in ((100, 100), (100, 128), (100, 129), (0, 0), (0, 3), (0, 4), (52, 41), (190, 65)):
        p = 2 * norm.sf(abs(now - before) / np.sqrt(now + before)) if now + before else 1.0
        assert (compare_counts(now, before) != Judgement.usual) == (p < 0.05)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_shares_out_of_few_are_not_compared_and_a_claim_has_the_sign_of_the_difference(
    hits, more, hits_before, more_before
):
    n, n_before = hits + more, hits_before + more_before
    said = compare_shares(hits, n, hits_before, n_before)
    assert (said == Judgement.unknown) == (min(n, n_before) < LEAST_N)
    if said in (Judgement.higher, Judgement.lower):
        assert (hits * n_before > hits_before * n) == (said == Judgement.higher)


def test_newcombes_own_example_holds_nought():
    """Newcombe (1998), table II: 56/70 against 48/80 has 0.0524 to 0.3339; 9/10 of few is not compared."""
    assert compare_shares(56, 70, 48, 80) == Judgement.higher
    assert compare_shares(48, 80, 56, 70) == Judgement.lower
    assert compare_shares(50, 80, 56, 80) == Judgement.usual
    assert compare_shares(9, 10, 3, 10) == Judgement.unknown


def test_a_rate_that_has_not_changed_is_rarely_said_to_have():
    chance = np.random.default_rng(11)
    said = [compare_shares(chance.binomial(200, 0.8), 200, chance.binomial(150, 0.8), 150) for _ in range(3000)]
    assert np.mean([one != Judgement.usual for one in said]) < 0.06
