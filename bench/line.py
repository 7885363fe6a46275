"""One measurement as one line of JSON."""

import json


def say(name: str, value: float, unit: str, against: str, ratio: float, n: int) -> None:
    """Print what was measured, in which unit, over how many, and its ratio against what."""
    line = {"name": name, "value": value, "unit": unit, "against": against, "ratio": ratio, "n": n}
    print(
        json.dumps({key: round(part, 4) if isinstance(part, float) else part for key, part in line.items()}), flush=True
    )
