"""Who people are at heart, as a handful of kinds.

A person's propensity multiplies the chance of every yes, so the touches of one person are not independent: who would answer leaves early. The
chance to be still there after n touches is a polynomial in the propensity. A Gauss rule with m nodes, built on the program's own table of
quantiles, integrates polynomials up to degree 2m - 1 without error; four nodes do it for seven touches that a yes may follow, and beyond that
the error is that of the eighth power of a few per cent. Nothing is drawn.

Golub and Welsch: Calculation of Gauss quadrature rules. Mathematics of Computation 23 (1969); the recurrence by Stieltjes' procedure.
"""

from __future__ import annotations

import math
from functools import lru_cache

NODES, MANY = 4, 32


@lru_cache(maxsize=16)
def rule(table: tuple[float, ...], nodes: int = NODES) -> tuple[tuple[float, float], ...]:
    """(propensity, share of the people) of each kind, least first. A table of one value gives one kind."""
    if table[0] == table[-1]:
        return ((table[0], 1.0),)
    alpha, beta = _recurrence(table, nodes)
    found = [(x, 1.0 / math.fsum(p * p for p in _orthonormal(x, alpha, beta))) for x in _roots(alpha, beta)]
    total = math.fsum(weight for _, weight in found)
    return tuple((x, weight / total) for x, weight in found)


def _recurrence(table: tuple[float, ...], nodes: int) -> tuple[list[float], list[float]]:
    """Coefficients of the monic polynomials that are orthogonal on the table: p[k+1] = (x - alpha[k]) p[k] - beta[k] p[k-1]."""
    alpha: list[float] = []
    beta: list[float] = []
    before, here, norm = [0.0] * len(table), [1.0] * len(table), 1.0
    for _ in range(nodes):
        square = math.fsum(p * p for p in here)
        alpha.append(math.fsum(x * p * p for x, p in zip(table, here, strict=True)) / square)
        beta.append(square / norm)
        a, b = alpha[-1], beta[-1] if len(alpha) > 1 else 0.0
        before, here = here, [(x - a) * p - b * q for x, p, q in zip(table, here, before, strict=True)]
        norm = square
    return alpha, beta


def _orthonormal(x: float, alpha: list[float], beta: list[float]) -> list[float]:
    """The orthonormal polynomials at x, up to one below the number of nodes."""
    values = [1.0]
    before = 0.0
    for k in range(len(alpha) - 1):
        after = ((x - alpha[k]) * values[-1] - (math.sqrt(beta[k]) * before if k else 0.0)) / math.sqrt(beta[k + 1])
        before = values[-1]
        values.append(after)
    return values


def _roots(alpha: list[float], beta: list[float]) -> list[float]:
    """The roots of the last polynomial: eigenvalues of the Jacobi matrix, by Sturm's counts and bisection."""
    size = len(alpha)
    off = [0.0, *(math.sqrt(b) for b in beta[1:]), 0.0]
    low = min(alpha[k] - off[k] - off[k + 1] for k in range(size))
    high = max(alpha[k] + off[k] + off[k + 1] for k in range(size))
    return [_bisect(alpha, beta, rank, low, high) for rank in range(size)]


def _bisect(alpha: list[float], beta: list[float], rank: int, low: float, high: float) -> float:
    """The eigenvalue that so many others lie below."""
    for _ in range(80):
        middle = (low + high) / 2
        below, d = 0, 1.0
        for k in range(len(alpha)):
            d = alpha[k] - middle - (beta[k] / d if k else 0.0)
            d = d if abs(d) > 1e-300 else 1e-300
            below += d < 0
        low, high = (low, middle) if below > rank else (middle, high)
    return (low + high) / 2
