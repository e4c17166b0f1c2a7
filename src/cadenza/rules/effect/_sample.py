"""How many people a comparison of two shares takes, by the normal approximation."""

from __future__ import annotations

from math import ceil, sqrt


def each_variant(base: float, detect: float, power: float, alpha: float) -> int:
    """People in each of two groups so that a true difference of `detect` (a share) is found with probability `power`, two-sided at `alpha`.

    n = (z(1 - alpha/2) sqrt(2 p q) + z(power) sqrt(p1 q1 + p2 q2))^2 / detect^2 with p the mean of both shares (Fleiss, Statistical Methods for
    Rates and Proportions, without continuity correction). Shares from 0 to 1; `detect` above 0.
    """
    from statistics import NormalDist

    other = min(1.0, base + detect)
    mean = (base + other) / 2
    pooled = sqrt(2 * mean * (1 - mean))
    apart = sqrt(base * (1 - base) + other * (1 - other))
    normal = NormalDist()
    return ceil(((normal.inv_cdf(1 - alpha / 2) * pooled + normal.inv_cdf(power) * apart) / detect) ** 2)
