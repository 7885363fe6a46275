"""GeoJSON and Shapefile: attributes as text; a point's coordinates are the columns @lon and @lat."""

import codecs
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio

from etl.header import Header
from etl.profile import Profile
from etl.records import Batch, Batches, SourceError, shortened

ROWS = 100_000
_HEAD_BYTES = 4096
_SHAPEFILE = b"\x00\x00\x27\x0a"
_NOWHERE = "http://127.0.0.1:1"
_NO_NETWORK = {"CPL_VSIL_CURL_ALLOWED_FILENAME": "none", "GDAL_HTTP_PROXY": _NOWHERE, "GDAL_HTTPS_PROXY": _NOWHERE}
"""A GeoJSON may name its coordinate system by an address; GDAL would ask there."""


def read_features(path: Path) -> gpd.GeoDataFrame:
    """All features of a map file, attributes as the file has them, in degrees."""
    if not path.stat().st_size:
        raise SourceError(f"{path.name}: the file is empty. Export it again.")
    pyogrio.set_gdal_config_options(_NO_NETWORK)
    try:
        features = gpd.read_file(_source(path), engine="pyogrio")
    except SourceError:
        raise
    except Exception as error:  # GDAL raises many kinds
        raise SourceError(f"{path.name}: cannot be read as a map ({' '.join(str(error).split())}).") from error
    if not isinstance(features, gpd.GeoDataFrame):
        raise SourceError(f"{path.name}: the file has no outlines or points.")
    if features.crs is not None and not features.crs.is_geographic:
        features = features.to_crs(4326)
    return features


def _source(path: Path) -> str:
    """What GDAL is to open: the file as GeoJSON or Shapefile and nothing else, whatever it could be taken for.

    GDAL's other formats (VRT, pipelines) name further files and addresses, which it would open too.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            return _named(path.name, str(path.resolve()), file.read(_HEAD_BYTES))
    with zipfile.ZipFile(path) as archive:
        maps = [name for name in archive.namelist() if name.lower().endswith((".shp", ".geojson", ".json"))]
        if len(maps) != 1:
            raise SourceError(f"{path.name}: the zip holds {len(maps)} map files instead of one. Unpack it.")
        with archive.open(maps[0]) as file:
            return _named(path.name, f"/vsizip/{path.resolve()}/{maps[0]}", file.read(_HEAD_BYTES))


def _named(name: str, source: str, head: bytes) -> str:
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return f"GeoJSON:{source}"
    if head.startswith(_SHAPEFILE) and source.lower().endswith(".shp"):
        return source
    raise SourceError(f"{name}: cannot be read as a map: neither GeoJSON nor a Shapefile. Export it again.")


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
