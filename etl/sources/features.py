"""GeoJSON and Shapefile: attributes as text; a point's coordinates are the columns @lon and @lat."""

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from etl.header import Header
from etl.profile import Profile
from etl.records import Batch, Batches, SourceError, shortened

ROWS = 100_000


def read_features(path: Path) -> gpd.GeoDataFrame:
    """All features of a map file, attributes as the file has them, in degrees."""
    if not path.stat().st_size:
        raise SourceError(f"{path.name}: the file is empty. Export it again.")
    source = f"zip://{path}" if path.suffix == ".zip" else path
    try:
        features = gpd.read_file(source, engine="pyogrio")
    except Exception as error:  # GDAL raises many kinds
        raise SourceError(f"{path.name}: cannot be read as a map ({' '.join(str(error).split())}).") from error
    if not isinstance(features, gpd.GeoDataFrame):
        raise SourceError(f"{path.name}: the file has no outlines or points.")
    if features.crs is not None and not features.crs.is_geographic:
        features = features.to_crs(4326)
    return features


def read(path: Path, profile: Profile, header: Header) -> Batches:
    """Batches of the attributes that `header` asks for; 'lines' are feature numbers from 1."""
    features = read_features(path)
    table = pd.DataFrame(features.drop(columns=features.geometry.name))
    points = features.geometry.geom_type == "Point"
    table["@lon"] = features.geometry.where(points).x
    table["@lat"] = features.geometry.where(points).y
    names = header.take([str(name) for name in table.columns])
    table.columns = pd.Index(names)
    for start in range(0, max(len(table), 1), ROWS):
        part = table.iloc[start : start + ROWS]
        rows = pa.table({name: pa.array(_texts(part[name]), pa.string()) for name in header.wanted})
        yield Batch(rows, np.arange(start + 1, start + 1 + len(part)), _text_of(part))


def _texts(column: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else str(value) for value in column]


def _text_of(part: pd.DataFrame) -> Callable[[int], str]:
    return lambda row: shortened(json.dumps(part.iloc[row].to_dict(), ensure_ascii=False, default=str))
