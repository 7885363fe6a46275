"""How grave a finding is: blue, yellow, orange or red, by a written rule of probability, size, spread and impact.

Each of the four questions gives points; their sum is the grade (3 yellow, 5 orange, 7 red). Confidence caps the grade, so
that a small sign of something terrible is not red: below 0.5 blue, below 0.8 yellow, below 0.95 orange.

| points | probability at most | size: observed ÷ expected at least | spread: reaches over | impact |
|---|---|---|---|---|
| 0 | 1 | 1 | one grid | an everyday matter |
| 1 | 10⁻³ | 2 | several grids | people's safety or order may suffer |
| 2 | 10⁻⁵ | 4 | several communities | life or limb, or many people |
| 3 | 10⁻⁸ | 8 | several towns | |
"""

from analytics.early_warning.finding import Grade

PROBABILITY_STEPS = (1e-3, 1e-5, 1e-8)
SIZE_STEPS = (2.0, 4.0, 8.0)
SPREADS = ("grid", "grids", "communities", "towns")
MOST_IMPACT = 2
GRADE_FROM = ((7, Grade.red), (5, Grade.orange), (3, Grade.yellow))
CAPS = ((0.5, Grade.blue), (0.8, Grade.yellow), (0.95, Grade.orange))
LEAST_EXPECTED = 0.25
"""In incidents: two where a hundredth was expected are not two hundred times as many, but two."""


def points(probability: float, observed: float, expected: float, spread: str, impact: int) -> dict[str, int]:
    """The points of each question: `probability`, `size`, `spread` (one of `SPREADS`), `impact` (0 to 2)."""
    ratio = observed / max(expected, LEAST_EXPECTED)
    return {
        "probability": sum(probability <= step for step in PROBABILITY_STEPS),
        "size": sum(ratio >= step for step in SIZE_STEPS),
        "spread": SPREADS.index(spread),
        "impact": min(max(impact, 0), MOST_IMPACT),
    }


def grade(points: dict[str, int], confidence: float) -> Grade:
    """The grade of so many points, capped by how sure we are that anything is going on."""
    total = sum(points.values())
    by_points = next((grade for least, grade in GRADE_FROM if total >= least), Grade.blue)
    cap = next((cap for below, cap in CAPS if confidence < below), Grade.red)
    return min(by_points, cap)
