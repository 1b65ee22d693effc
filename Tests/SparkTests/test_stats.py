"""The figures' own arithmetic, and the generator: no Spark."""
import math
import random
import statistics

import numpy as np
import pytest

import generator
from planetarium import stats


def test_moments_are_exact_where_sums_lose_everything():
    values = np.array([1e16, 1.0, -1e16, 3.0] * 100)
    mean, sd, population = stats.moments(values)
    assert mean == 1.0
    assert sd == pytest.approx(statistics.stdev(values.tolist()), rel=1e-14)
    shifted = np.array([1e9 + value for value in (0.0, 0.25, 0.5)] * 7)
    assert stats.moments(shifted)[2] == pytest.approx(statistics.pstdev([0.0, 0.25, 0.5]), rel=1e-12)


def test_quantiles_of_many_values_are_within_one_per_cent():
    rng = random.Random(3)
    values = sorted(math.exp(rng.gauss(0, 3)) for _ in range(20_000))
    for q in (0.05, 0.5, 0.95):
        assert stats.quantile(values, q) == pytest.approx(values[math.floor(q * 19_999)], rel=0.0101)
    assert stats.quantile(values[:10_000], 0.5) == pytest.approx(statistics.median(values[:10_000]), rel=1e-15)


def test_the_generator_makes_the_same_records_of_the_same_seed():
    made = list(generator.records(5000))
    assert made == list(generator.records(5000)) != list(generator.records(5000, seed=2))
    keyed = [(value, dict(headers).get("idempotency-key")) for _, value, headers in made if len(headers) > 1]
    assert len(keyed) - len(set(keyed)) > 20
