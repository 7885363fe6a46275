"""Which states of the warehouse there are: number, time, who, what."""

import pandas as pd

from warehouse.connect import CATALOG, Reader


def snapshots(reader: Reader) -> pd.DataFrame:
    """Every snapshot still kept, newest first: `snapshot_id`, `made_at` (UTC), `author`, `message`."""
    return (
        reader.cursor()
        .execute(
            f"""select snapshot_id, snapshot_time at time zone 'UTC' as made_at, author, commit_message as message
        from {CATALOG}.snapshots() order by snapshot_id desc"""
        )
        .df()
    )
