"""Statistics of one set of values: moments, and quantiles as docs/LIVE.md defines them. No Spark.

Up to 10,000 values the quantiles are of type 7; beyond, the middle of the logarithmic bin (growth 101/99) that holds
the rank, as Planetarium has it, to the bit. Sums are exact (math.fsum), so the order of the values changes nothing."""
import math
from bisect import bisect_left

import numpy as np

EXACT_LIMIT = 10_000
_LOWEST, _HIGHEST = -1382, 1727
_GROWTH = (1 + 0.01) / (1 - 0.01)
LEVELS = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


def _edges():
    """The bins' upper edges, by repeated multiplication: the same bits everywhere."""
    up, down = [1.0], []
    for _ in range(_HIGHEST):
        up.append(up[-1] * _GROWTH)
    edge = 1.0
    for _ in range(-_LOWEST):
        edge /= _GROWTH
        down.append(edge)
    return down[::-1] + up


_EDGES = _edges()


def moments(values) -> tuple[float, float | None, float]:
    """(mean, sample deviation or None, population deviation) of an array."""
    n = len(values)
    mean = math.fsum(values) / n
    differences = values - mean
    squares = math.fsum(differences * differences)
    # The mean is rounded: what that adds to the squares goes again.
    squares = max(squares - math.fsum(differences) ** 2 / n, 0.0)
    return mean, math.sqrt(squares / (n - 1)) if n > 1 else None, math.sqrt(squares / n)


def quantile(ordered, q: float) -> float:
    n = len(ordered)
    place = q * (n - 1)
    index = math.floor(place)
    if n <= EXACT_LIMIT:
        if index + 1 >= n:
            return float(ordered[-1])
        return float(ordered[index] + (place - index) * (ordered[index + 1] - ordered[index]))
    value = float(ordered[index])
    if value <= 1e-12 or value >= 1e15:
        edge = _EDGES[0] if value < 1 else _EDGES[-1]
    else:
        edge = _EDGES[bisect_left(_EDGES, value)]
    return float(min(max(edge * 2 / (_GROWTH + 1), ordered[0]), ordered[-1]))


def statistics(values, logarithms) -> dict:
    ordered = np.sort(values)
    mean, sd, population = moments(ordered)
    log_mean, log_sd, _ = moments(np.asarray(logarithms))
    quantiles = {name: quantile(ordered, q) for name, q in LEVELS.items()}
    return {
        "n": len(ordered), "mean": mean, "sd": sd, "sd_population": population, "min": float(ordered[0]),
        "max": float(ordered[-1]), **quantiles, "iqr": quantiles["q75"] - quantiles["q25"],
        "quantiles": "exact" if len(ordered) <= EXACT_LIMIT else "sketch", "log10_mean": log_mean, "log10_sd": log_sd}
