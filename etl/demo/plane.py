"""A flat map of the district in kilometres, and the bends that make drawn borders look grown."""

from dataclasses import dataclass

import numpy as np

GRAIN = 1e-7
"""Degrees to which every vertex is rounded: about a centimetre, so neighbours share vertices to the last digit."""
KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Plane:
    """A flat map of the district in km, true to scale at its middle."""

    lon: float
    lat: float

    @property
    def km_per_degree(self) -> np.ndarray:
        """Kilometres a degree east and north."""
        return np.array([KM_PER_DEGREE * np.cos(np.radians(self.lat)), KM_PER_DEGREE])

    def km(self, degrees: np.ndarray) -> np.ndarray:
        """Kilometres from the middle of points in degrees."""
        return (degrees - [self.lon, self.lat]) * self.km_per_degree

    def degrees(self, km: np.ndarray) -> np.ndarray:
        """Degrees of points in km."""
        return km / self.km_per_degree + [self.lon, self.lat]


@dataclass(frozen=True)
class Bends:
    """A smooth field that bends straight borders, as ridges and streams do."""

    waves: np.ndarray
    phases: np.ndarray
    sizes: np.ndarray

    @classmethod
    def drawn(
        cls, rng: np.random.Generator, longest_km: float = 16.0, shortest_km: float = 1.2, strength: float = 0.042
    ) -> "Bends":
        """Bends of many lengths in random directions, each as high as `strength` times its length."""
        length = np.geomspace(longest_km, shortest_km, 14)
        angle = rng.uniform(0, 2 * np.pi, (14, 2))
        waves = 2 * np.pi / length[:, None, None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        return cls(waves, rng.uniform(0, 2 * np.pi, (14, 2)), strength * length)

    def bent(self, km: np.ndarray) -> np.ndarray:
        """The points, each moved a little."""
        turns = np.einsum("nd,wcd->nwc", km, self.waves) + self.phases
        return km + np.einsum("nwc,w->nc", np.sin(turns), self.sizes)
