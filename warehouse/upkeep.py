"""What keeps the lake quick: inlined rows go to files, small files are merged, old snapshots go if the site says so."""

import duckdb

from settings import settings
from warehouse.connect import CATALOG


def flush_inlined_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Move the rows of small writes from the catalog into Parquet files."""
    connection.execute(f"call ducklake_flush_inlined_data('{CATALOG}')")


def tidy(connection: duckdb.DuckDBPyConnection) -> None:
    """Merge small files and, where `expire_snapshots_days` is set, forget older snapshots and their files."""
    flush_inlined_rows(connection)
    connection.execute(f"call ducklake_merge_adjacent_files('{CATALOG}')")
    days = settings().expire_snapshots_days
    if days:
        connection.execute(
            f"call ducklake_expire_snapshots('{CATALOG}', older_than => now() - interval {int(days)} day)"
        )
        connection.execute(f"call ducklake_cleanup_old_files('{CATALOG}', cleanup_all => true)")
