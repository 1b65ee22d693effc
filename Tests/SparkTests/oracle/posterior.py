"""Mass and radius from each other: Chen & Kipping 2017 (ApJ 834, 17), and the interval of a mass from a radius.

In closed form, as Sources/PlanetCore/Science/MassPosterior.swift has it: on each branch of the relation the posterior
under a flat prior in log10 M is Gaussian. Not which values go in (predict.py)."""
import math

from .units import UNITS

_EARTH_GM, _JUPITER_GM = 3.986004e14, 1.2668653e17
_JUPITER_MASS = _JUPITER_GM / _EARTH_GM


def _above(z):
    return 0.5 * math.erfc(z * 0.7071067811865476)


def _below(z):
    return 0.5 * math.erfc(z * -0.7071067811865476)


def between(low, high):
    """P(low < Z < high), by the tail in which nothing cancels."""
    if low > 0:
        return _above(low) - _above(high)
    if high < 0:
        return _below(high) - _below(low)
    return 1 - _below(low) - _above(high)


def _tail(p):
    """The z with P(Z > z) = p, 0 < p < 1 (Abramowitz & Stegun 26.2.23, then one step of Halley's method)."""
    if p > 0.5:
        return -_tail(1 - p)
    t = math.sqrt(-2 * math.log(p))
    z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    density = 0.3989422804014327 * math.exp(-z * z / 2)
    if density <= 0:
        return z
    step = (_above(z) - p) / density
    return z + step / (1 - z * step / 2)


def _branches():
    """(intercept, slope, scatter, end) in log10: Terran, Neptunian, Jovian, stellar; continuous."""
    rows = [(math.log10(1.008), 0.2790, 0.0403, math.log10(2.04))]
    ends = (0.589, 0.146, math.log10(0.414 * _JUPITER_MASS)), (-0.044, 0.0737,
                                                               math.log10(0.08 * UNITS["solar_gm"] / _EARTH_GM)), (
                                                                   0.881, 0.0443, math.inf)
    for slope, scatter, end in ends:
        intercept, before, _, joint = rows[-1]
        rows.append((intercept + (before - slope) * joint, slope, scatter, end))
    return rows


BRANCHES = _branches()
JOVIAN_MASS = math.pow(10, BRANCHES[1][3])
_JOINT_RADII = [math.pow(10, intercept + slope * end) for intercept, slope, _, end in BRANCHES[:3]]
# (joint, scatter) by radius; (joint in log10, slope, scatter) by mass.
RADIUS_SCATTERS = [*zip(_JOINT_RADII[:2], (row[2] for row in BRANCHES)), (math.inf, BRANCHES[2][2])]
MASS_BRANCHES = [(end, slope, scatter) for _, slope, scatter, end in BRANCHES]
_LOWEST, _HIGHEST = -3.522, math.log10(30 * _JUPITER_MASS)


def mass_point(radius):
    """By the first two branches; None from 11.33 Earth radii on."""
    if not 0 < radius < _JOINT_RADII[2]:
        return None
    intercept, slope, _, _ = BRANCHES[0 if radius < _JOINT_RADII[0] else 1]
    mass = math.pow(10, (math.log10(radius) - intercept) / slope)
    return mass if mass > 0 else None


def radius_quantiles(mass, log_error):
    """2.5, 16, 50, 84 and 97.5 %; None outside of the relation's masses."""
    if not 3e-4 <= mass <= 3e5:
        return None
    log_mass = math.log10(mass)
    intercept, slope, scatter, _ = next(branch for branch in BRANCHES if log_mass < branch[3])
    median, error = intercept + slope * log_mass, slope * log_error
    sigma = math.sqrt(scatter * scatter + error * error)
    try:
        values = [math.pow(10, median + z * sigma) for z in (-1.959963984540054, -0.994457883209753, 0.0,
                                                             0.994457883209753, 1.959963984540054)]
    except OverflowError:
        return None
    return values if values[0] > 0 else None


class _Piece:
    """A branch in z = (predicted log R - log R) / sigma."""

    def __init__(self, branch, log_radius, variance, start, end):
        intercept, self.slope, scatter, _ = branch
        sigma = math.sqrt(scatter * scatter + variance)
        self.start, self.end = start, end
        self.scale = sigma / self.slope
        self.shift = (log_radius - intercept) / self.slope
        self.first, self.last = (start - self.shift) / self.scale, (end - self.shift) / self.scale
        self.low, self.high = min(self.first, self.last), max(self.first, self.last)
        self.mass = between(self.low, self.high)
        self.weight = self.mass / abs(self.slope)

    def density(self, z):
        return 0.3989422804014327 * math.exp(-z * z / 2) / (self.scale * self.slope)

    def place(self, part):
        """log10 M below which the fraction `part` of this piece lies."""
        share = part if self.scale > 0 else 1 - part
        under = _below(self.low) + share * self.mass
        over = _above(self.high) + (1 - share) * self.mass
        z = -_tail(under) if under < over else _tail(over)
        return min(max(z * self.scale + self.shift, self.start), self.end)


def _neighbours(joint):
    """The points of the grid of 20,001 on either side of a joint: there the grid has a trapezoid."""
    step = (_HIGHEST - _LOWEST) / 20_000.0
    place = math.floor((joint - _LOWEST) / step)
    return _LOWEST + place * step, _LOWEST + (place + 1) * step


_ENDS = _neighbours(BRANCHES[0][3]), _neighbours(BRANCHES[1][3])


def mass_quantiles(radius, log_error):
    """2.5, 16, 50, 84 and 97.5 % of the mass, Earths; None where no mass makes the radius likely at all."""
    log_radius, variance = math.log10(radius), log_error * log_error
    (a, b), (c, d) = _ENDS
    try:
        pieces = [_Piece(branch, log_radius, variance, *ends) for branch,
                  ends in zip(BRANCHES, ((_LOWEST, a), (b, c), (d, _HIGHEST)))]
    except OverflowError:
        return None
    joints = [(lower.density(lower.last) + upper.density(upper.first)) / 2 * (upper.start - lower.end) for lower,
              upper in zip(pieces, pieces[1:])]
    total = pieces[0].weight + joints[0] + pieces[1].weight + joints[1] + pieces[2].weight
    if not (total > 0 and math.isfinite(total)):
        return None
    return [math.pow(10, _quantile(p * total, pieces, joints)) for p in (0.025, 0.16, 0.5, 0.84, 0.975)]


def _quantile(rest, pieces, joints):
    for lower, upper, joint in zip(pieces, pieces[1:], joints):
        if rest < lower.weight:
            return lower.place(rest / lower.weight)
        rest -= lower.weight
        if rest < joint:
            return lower.end + rest / joint * (upper.start - lower.end)
        rest -= joint
    last = pieces[-1]
    return last.place(min(1, rest / last.weight)) if last.weight > 0 else last.start
