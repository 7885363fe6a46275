"""What `/risk` shows, for a category and horizon: made by the clock, put into words and numbers here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analytics.answers import newest_snapshot
from analytics.area import areas
from analytics.risk.history import Cells, Floats
from analytics.risk.kept import categories_kept, kept, kept_effort
from analytics.risk.patrol import Round, rounds
from analytics.risk.reasons import drivers
from analytics.risk.reported import last_day
from analytics.risk.whole import HORIZONS, Effort, Risk, z
from pages.outlines import current_map
from pages.panels import why
from ui.components.numbers import count
from ui.words import Speaker, speaker

TOP_SHARE = 0.05
REAL = 0.05
MOST_TEAMS, MOST_VISITS = 20, 30
SHUFFLES = 999


@dataclass(frozen=True)
class Asked:
    """What the page asks for; what makes no sense is as if it were not there."""

    category: str = ""
    horizon: int = 7
    lang: str = "zh"
    is_corrected: bool = False
    teams: int = 3
    visits: int = 8

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """From an address."""
        horizon = _whole(query.get("horizon"), 7)
        return cls(
            category=known if (known := query.get("category", "")) in categories_kept() else "",
            horizon=horizon if horizon in HORIZONS else 7,
            lang="en" if query.get("lang") == "en" else "zh",
            is_corrected=query.get("corrected") == "1",
            teams=min(max(_whole(query.get("teams"), 3), 1), MOST_TEAMS),
            visits=min(max(_whole(query.get("visits"), 8), 1), MOST_VISITS),
        )

    @property
    def say(self) -> Speaker:
        """Words in the page's language."""
        return speaker(self.lang)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def risk_answer(asked: Asked) -> dict[str, object]:
    """Everything on the page but the patrols; `failed` or `waits` and nothing else where there is no map."""
    try:
        return _answer(asked)
    except Exception as error:  # told to whoever looks
        return {"failed": why(error, asked.say)}


def _answer(asked: Asked) -> dict[str, object]:
    say, snapshot = asked.say, newest_snapshot()
    risk = kept(asked.category, asked.horizon)
    choices = {"categories": [["", say("risk_said.all")], *([name, name] for name in categories_kept())]}
    if risk is None:
        return {"waits": say("risk_said.waits"), "choices": choices}
    bias = _effort(risk)
    expected, low, high = _shown(risk, bias, asked)
    names = _names(snapshot, risk.grids)
    order = np.argsort(-expected, kind="stable")[: max(1, round(TOP_SHARE * len(expected)))]
    is_old = risk.last != last_day(snapshot)
    return {
        "said": _headline(risk, expected, order, snapshot, say) + (say("risk_said.old", last=risk.last) if is_old else ""),
        "url": f"/geometry/{current_map(None).digest}/grids.json",
        "choices": choices,
        "made_after": risk.last.isoformat(),
        "from": risk.first.isoformat(), "until": risk.until.isoformat(),
        "grids": risk.grids, "names": names, "kinds": risk.kinds,
        "expected": _rounded(expected, 3), "low": _rounded(low, 0), "high": _rounded(high, 0), "known": _known(risk),
        "total": {"expected": round(float(expected.sum()), 1), "low": round(risk.total_low), "high": round(risk.total_high)},
        "spread": {"over": risk.over, "sway": risk.sway, "z": z()},
        "top": [_top(risk, cell, names, expected, low, high, say) for cell in order],
        "weeks": _weeks(asked.category, risk),
        "hits": _hits(risk.hits, say), "hits_note": say("risk_said.hits_note" if len(risk.hits) else "risk_said.hits_none"),
        "calibration": risk.calibration.drop(columns="model", errors="ignore").round(4).to_dict("records"),
        "pattern": _pattern(risk, say),
        "notes": _notes(bias, asked),
        "correctable": bias is not None,
    }  # fmt: skip


def _shown(risk: Risk, bias: Effort | None, asked: Asked) -> tuple[Floats, Floats, Floats]:
    """Expected, low and high, corrected for patrol effort if that is asked for and can be."""
    if bias is None or not asked.is_corrected:
        return risk.expected, risk.low, risk.high
    expected = bias.corrected(risk.expected)
    times = expected / np.maximum(risk.expected, 1e-9)
    return expected, np.floor(risk.low * times), np.ceil(risk.high * times)


def _known(risk: Risk) -> list[int]:
    """1 for each grid that anything came from in a year, of whatever category; 0 is no data: silence is not safety."""
    whole = kept("", risk.horizon)
    mine = whole if whole is not None and whole.grids == risk.grids else risk
    return (mine.facts["usual"] > 0).astype(int).tolist()  # type: ignore[no-any-return]


def _effort(risk: Risk) -> Effort | None:
    """What is known of patrols of the grids of a map; None after a new map of the district, until its patrols are counted."""
    found = kept_effort()
    return found if found is not None and found.grids == risk.grids else None


@lru_cache(maxsize=4)
def _names(snapshot: int, grids: tuple[str, ...]) -> list[str]:
    """Each grid's way down from its town, as people say it."""
    known = areas(snapshot)
    return [" › ".join(known[step].name for step in known[one].path[1:]) if one in known else one for one in grids]


def _headline(risk: Risk, expected: Floats, order: np.ndarray, snapshot: int, say: Speaker) -> str:
    known = areas(snapshot)
    weights: Counter[str] = Counter()
    for cell in order:
        path = known[risk.grids[cell]].path if risk.grids[cell] in known else ()
        if len(path) > 1:
            weights[known[path[1]].name] += float(expected[cell])  # type: ignore[assignment]
    when = say(f"risk_said.when_{risk.horizon}", **{"from": f"{risk.first:%m-%d}", "until": f"{risk.until:%m-%d}"})
    towns = say("warnings.comma").join(name for name, _ in weights.most_common(2))
    share = float(expected[order].sum()) / max(float(expected.sum()), 1e-9)
    return say(
        "risk_said.answer", when=when, expected=count(round(float(expected.sum()))), low=count(round(risk.total_low)),
        high=count(round(risk.total_high)), share=f"{share:.0%}", towns=towns or "–",
    )  # fmt: skip


def _top(
    risk: Risk, cell: int, names: list[str], expected: Floats, low: Floats, high: Floats, say: Speaker
) -> dict[str, object]:
    mine = {name: float(values[cell]) for name, values in risk.facts.items()}
    mean = {
        name: float(np.nanmean(values)) if not np.isnan(values).all() else 0.0 for name, values in risk.facts.items()
    }
    facts = {name: f"{value:.1f}" if value >= 0.05 else "<0.1" for name, value in mine.items()}
    span = say(f"risk_said.span_{risk.horizon}")
    said = [say(f"risk_said.{name}", **facts, mean=f"{mean['usual']:.2f}", span=span) for name in drivers(mine, mean)]
    return {
        "grid": risk.grids[cell], "name": names[cell], "expected": round(float(expected[cell]), 2), "low": int(low[cell]),
        "high": int(high[cell]), "kind": risk.kinds[cell], "reasons": said,
    }  # fmt: skip


def _weeks(category: str, risk: Risk) -> dict[str, object]:
    """The past weeks, and what the forecasts of seven days said of them, from whichever map has those."""
    weekly = kept(category, 7)
    foretold = (
        weekly.foretold
        if weekly is not None and weekly.last == risk.last and weekly.grids == risk.grids
        else risk.foretold
    )
    starts = [risk.last - pd.Timedelta(days=7 * behind + 6) for behind in reversed(range(len(risk.weeks)))]
    return {
        "from": [f"{one:%Y-%m-%d}" for one in starts],
        "counts": risk.weeks.astype(int).tolist(),
        "forecast": [None if np.isnan(week).all() else _rounded(week, 3) for week in foretold],
    }


def _hits(hits: pd.DataFrame, say: Speaker) -> list[dict[str, object]]:
    return [
        {
            "model": name, "name": say(f"risk_said.{name}"), "is_ours": name == "forecast",
            "rates": mine[["top", "hit", "low", "high", "pai", "pei"]].round(4).astype(object).where(mine.notna(), None).to_dict("records"),
        }
        for name, mine in (hits.groupby("model", sort=False) if len(hits) else ())
    ]  # fmt: skip


def _pattern(risk: Risk, say: Speaker) -> str:
    key = "pattern_real" if risk.chance <= REAL and risk.moran > 0 else "pattern_chance"
    return say(f"risk_said.{key}", moran=f"{risk.moran:.2f}", p=f"{risk.chance:.3f}", n=SHUFFLES)


def _notes(bias: Effort | None, asked: Asked) -> list[str]:
    say = asked.say
    if bias is None:
        return [say("risk_said.built"), say("risk_said.bias_unknown")]
    told = say("risk_said.bias", times=f"{bias.doubled:.2f}")
    return [say("risk_said.built"), told, *([say("risk_said.bias_corrected")] if asked.is_corrected else [])]


def _rounded(values: Floats, digits: int) -> list[float]:
    return np.round(values, digits).tolist()  # type: ignore[no-any-return]


# ---- patrols ----


def patrol_answer(asked: Asked) -> dict[str, object]:
    """Which grids the teams should visit, in which order, and how much of what is expected they meet."""
    try:
        found = _patrols(asked)
    except Exception as error:  # told to whoever looks
        return {"failed": why(error, asked.say)}
    if found is None:
        return {"waits": asked.say("risk_said.waits"), "teams": []}
    risk, expected, walks, names = found
    say, whole = asked.say, max(float(expected.sum()), 1e-9)
    met = sum(one.expected for one in walks)
    visited = sum(len(one.cells) for one in walks)
    best = float(np.sort(expected)[::-1][:visited].sum())
    said = say(
        "risk_said.patrol" if walks else "risk_said.patrol_none", teams=len(walks), grids=visited, share=f"{met / whole:.0%}", best=f"{best / whole:.0%}",
    )  # fmt: skip
    teams = [
        {
            "name": say("risk_said.team", n=number), "expected": round(one.expected, 1), "share": round(one.expected / whole, 4),
            "grids": [{"grid": risk.grids[cell], "name": names[cell], "expected": round(float(expected[cell]), 2)} for cell in one.cells],
        }
        for number, one in enumerate(walks, start=1)
    ]  # fmt: skip
    return {"said": said, "teams": teams}


def patrol_rows(asked: Asked) -> pd.DataFrame:
    """The same as a table to take along: team, order, grid, name, expected."""
    found, say = _patrols(asked), asked.say
    rows = []
    if found is not None:
        risk, expected, walks, names = found
        rows = [
            (say("risk_said.team", n=number), order, risk.grids[cell], names[cell], round(float(expected[cell]), 2))
            for number, one in enumerate(walks, start=1)
            for order, cell in enumerate(one.cells, start=1)
        ]
    return pd.DataFrame(
        rows, columns=[say(f"risk_said.column_{name}") for name in ("team", "order", "grid", "name", "expected")]
    )


def _patrols(asked: Asked) -> tuple[Risk, Floats, list[Round], list[str]] | None:
    risk = kept(asked.category, asked.horizon)
    if risk is None:
        return None
    snapshot = newest_snapshot()
    expected, _, _ = _shown(risk, _effort(risk), asked)
    walks = rounds(expected, Cells(risk.grids, risk.x, risk.y), asked.teams, asked.visits)
    return risk, expected, walks, _names(snapshot, risk.grids)
