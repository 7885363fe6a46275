"""The grid map as the district's GIS office hands it over: GeoJSON, WGS84, the levels above spelled out beside each grid."""

import json
from pathlib import Path

import shapely

from etl.demo.geography import Geography

FILE = "演示_网格地图.geojson"


def write(out: Path, place: Geography) -> None:
    """Write the map into `out`."""
    features = [
        json.dumps(_feature(place, row, polygon), ensure_ascii=False, separators=(",", ":"))
        for row, polygon in zip(place.grids.to_dict("records"), place.polygons, strict=True)
    ]
    head = {"type": "FeatureCollection", "name": "演示_网格地图", "note": place.outline.drawn}
    text = json.dumps(head, ensure_ascii=False)[:-1] + ',"features":[\n' + ",\n".join(features) + "\n]}\n"
    (out / FILE).write_text(text, encoding="utf-8", newline="\n")


def _feature(place: Geography, row: dict, polygon: shapely.Polygon) -> dict:
    properties = {
        "网格编码": row["code"],
        "网格名称": row["name"],
        "社区编码": row["community_code"],
        "社区名称": row["community"],
        "镇街编码": row["town_code"],
        "镇街名称": row["town"],
        "区划编码": place.district.code,
        "区划名称": place.district.name,
        "人口": int(row["population"]),
        "类型": row["kind"],
    }
    rings = [polygon.exterior, *polygon.interiors]
    coordinates = [[[round(x, 7), round(y, 7)] for x, y in ring.coords] for ring in rings]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": coordinates}}
