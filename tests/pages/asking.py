"""Callbacks asked as a browser asks them."""

import json

from flask.testing import FlaskClient

FILTERS = {"period": "30d", "lang": "zh", "theme": "dark", "scale": 1}


def answers(client: FlaskClient, page: str, filters: dict, values: dict | None = None) -> dict:
    """What the page answers to a change of the filters, component by component."""
    found: dict = {}
    for line in lines(client, page, {"filters": filters, "values": first_choices() | (values or {})}):
        found |= line
    return found


def lines(client: FlaskClient, page: str, body: dict) -> list[dict]:
    """The parts of a page's answer, as they arrive."""
    answer = client.post(f"/answers/{page}", json=body)
    assert answer.status_code == 200, answer.data[:300]
    return [json.loads(line) for line in answer.data.splitlines()]


def dependencies(client: FlaskClient) -> list[dict]:
    """The callbacks of all pages that the server answers, with their outputs one by one."""
    every = json.loads(client.get("/_dash-dependencies").data)
    return [known | {"outputs": _named(known["output"])} for known in every if not known["clientside_function"]]


def asked(client: FlaskClient, known: dict, given: list[dict], state: list[dict]) -> dict:
    """What one callback answers; a fault of the program fails the test."""
    is_many = known["output"].startswith("..")
    changed = [f"{_text(one['id'])}.{one['property']}" for one in _flat(given)[:1]]
    body = {
        "output": known["output"],
        "outputs": known["outputs"] if is_many else known["outputs"][0],
        "inputs": given,
        "changedPropIds": changed,
        "state": state,
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code in (200, 204), (known["output"], answer.data[:300])
    return answer.json["response"] if answer.status_code == 200 else {}


def _flat(given: list) -> list[dict]:
    return [one for part in given for one in (part if isinstance(part, list) else [part])]


def _text(id: str | dict) -> str:
    return id if isinstance(id, str) else json.dumps(id, sort_keys=True, separators=(",", ":"))


def _named(output: str) -> list[dict]:
    return [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in output.strip(".").split("...")]


def first_choices() -> dict[str, str]:
    """What the controls of panels hold before anybody has turned them."""
    from pages.timeliness import CHOICES

    return {f"timeliness-{name}-by": of[0] for name, of in CHOICES.items()}
