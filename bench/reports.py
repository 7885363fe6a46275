"""`python -m bench.reports`: how long the daily brief takes in four formats, and all its editions, at many incidents.

    python -m bench.reports [--rows 10000000] [--home FOLDER]

`brief`: one process from its start, `python -m reports build daily`, for the district. `editions`: one process, the district and each
town, one after the other, as the clock makes them. `warm`: the district once more in that process. Aims: 15 s and 120 s at 10 million.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.dashboard_data import fill

AIMS = {"brief": 15.0, "editions": 120.0}


def main() -> None:
    """Print seconds and aims as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--home", type=Path, help="a home that is there already; else one is made, which takes minutes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = given.home or Path(name) / "home"
        os.environ["ZHILI_HOME"] = str(home)
        if given.home is None:
            fill(home, given.rows, 730)
        print(json.dumps({"rows": _rows(), **measured(Path(name) / "out"), "aims": AIMS}, ensure_ascii=False, indent=1))


def _rows() -> int:
    from analytics.answers import cursor

    row = cursor(None).execute("select count(*) from incident").fetchone()
    return int(row[0]) if row else 0


def measured(out: Path) -> dict[str, float]:
    """Seconds of one brief, of all editions, and of one more."""
    from analytics.view import facts, local
    from reports.build import build
    from reports.rounds import town_codes

    day = local(facts(None).now).date() - timedelta(days=1)
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "reports", "build", "daily", "--on", str(day), "--out", str(out / "one")], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    brief = time.perf_counter() - began
    began = time.perf_counter()
    for area in (None, *town_codes()):
        build("daily", day, out / "all", area=area)
    editions = time.perf_counter() - began
    began = time.perf_counter()
    build("daily", day, out / "again")
    warm = time.perf_counter() - began
    return {"brief": round(brief, 2), "editions": round(editions, 2), "warm": round(warm, 2), "files": len(list((out / "all").iterdir()))}  # fmt: skip


if __name__ == "__main__":
    main()
