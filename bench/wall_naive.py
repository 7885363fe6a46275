"""The wall's overview as a Dash page is usually written: `dcc.Interval`, and one callback that asks and draws everything anew.

`python -m bench.wall_naive PORT` serves it on the present home.
"""

import json
import sys

import duckdb
import plotly.graph_objects as go
import shapely
from dash import Dash, Input, Output, dash_table, dcc, html

from warehouse.connect import connect

SECONDS = 5
SINCE = "reported_at >= (select max(reported_at) - interval 30 day from incident)"


def _frame(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return connection.execute(sql).fetchall()


def _outlines(connection: duckdb.DuckDBPyConnection) -> dict:
    rows = _frame(connection, "select area_id, geometry from area where level = 'grid'")
    features = [
        {"type": "Feature", "id": area_id, "geometry": json.loads(shapely.to_geojson(shapely.simplify(shapely.from_wkb(bytes(body)), 0.0005)))}
        for area_id, body in rows
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def build() -> Dash:
    """The app."""
    app = Dash("naive", serve_locally=True)
    shared = connect(read_only=True)
    outlines = _outlines(shared)
    app.layout = html.Div(
        [dcc.Interval(id="tick", interval=1000 * SECONDS), html.Div(id="numbers"), *(dcc.Graph(id=name) for name in ("days", "where", "map")), dash_table.DataTable(id="late")]
    )  # fmt: skip

    @app.callback(Output("numbers", "children"), Output("days", "figure"), Output("where", "figure"), Output("map", "figure"), Output("late", "data"), Input("tick", "n_intervals"))  # fmt: skip
    def tick(_n: int | None) -> tuple:
        cursor = shared.cursor()
        cursor.execute("use wh")
        numbers = _frame(
            cursor,
            f"""select count(*) filter ({SINCE}), count(*) filter (closed_at is null), count(*) filter (closed_at is null and due_at < now()),
            count(*) filter ({SINCE} and closed_at <= due_at) from incident""",
        )[0]
        days = _frame(cursor, f"select reported_at::date, count(*) from incident where {SINCE} group by 1 order by 1")
        where = _frame(
            cursor,
            f"select t.name, count(*) from incident i join area a using (area_id) join area t on t.area_id = a.town_id where {SINCE} group by 1 order by 2 desc limit 6",
        )
        grids = _frame(cursor, f"select area_id, count(*) from incident where {SINCE} group by 1")
        late = _frame(
            cursor,
            "select category, department, due_at from incident where closed_at is null and due_at < now() order by due_at limit 5",
        )
        drawn = go.Figure(go.Choropleth(geojson=outlines, locations=[one for one, _ in grids], z=[n for _, n in grids]))
        drawn.update_geos(fitbounds="locations", visible=False)
        return (
            [html.Span(str(n)) for n in numbers], go.Figure(go.Bar(x=[day for day, _ in days], y=[n for _, n in days])),
            go.Figure(go.Bar(x=[n for _, n in where], y=[name for name, _ in where], orientation="h")), drawn,
            [{"category": row[0], "department": row[1], "due": str(row[2])} for row in late],
        )  # fmt: skip

    return app


def server():
    """What gunicorn runs."""
    return build().server


if __name__ == "__main__":
    server().run("127.0.0.1", int(sys.argv[1]), threaded=True)
