"""How sure is a survival curve? Three kinds of 95 % limits; log-log is the one we show.

Log-log limits (Kalbfleisch & Prentice 2002, section 1.4) stay between 0 and 1 and hold their level in small groups, where
plain ones do not (Borgan & Liestøl 1990). R's survival calls the kinds conf.type="log-log", "log" (its default) and "plain".
Each takes the share surviving and Greenwood's error relative to it, and gives low and high: 1 before anything has closed,
NaN where nothing is left.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analytics.intervals import Z

Floats = npt.NDArray[np.float64]


def _log_log(share: Floats, error: Floats) -> tuple[Floats, Floats]:
    inside = (share > 0) & (share < 1)
    log = np.log(share, where=inside, out=np.full(share.shape, -1.0))
    spread = np.exp(Z * error / np.abs(log))
    return _known(share, np.exp(log * spread), inside), _known(share, np.exp(log / spread), inside)


def _log(share: Floats, error: Floats) -> tuple[Floats, Floats]:
    inside = share > 0
    return _known(share, share * np.exp(-Z * error), inside), _known(share, share * np.exp(Z * error), inside)


def _plain(share: Floats, error: Floats) -> tuple[Floats, Floats]:
    inside = share > 0
    return _known(share, share * (1 - Z * error), inside), _known(share, share * (1 + Z * error), inside)


def _known(share: Floats, limit: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    return np.where(inside, np.clip(limit, 0.0, 1.0), np.where(share == 0, np.nan, 1.0))


LIMITS: dict[str, Callable[[Floats, Floats], tuple[Floats, Floats]]] = {
    "log-log": _log_log,
    "log": _log,
    "plain": _plain,
}
