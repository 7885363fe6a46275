"""What did each case of a file of events go through, up to its snapshot? In SQL, on the read records.

An action that changes nothing (opened while open, closed while closed) changes nothing here either, but a later close is
the last close. Actions at the same moment count in the order of the file.
"""

COLUMNS = ("case_id", "action", "ts", "snapshot")
ACTIONS = ("open", "reopen", "close")

_LIFE = """
    step as (
        select dataset, category, case_id_text as case_id, line, ts, snapshot, lower(trim(action_text)) <> 'close' as is_open,
            row_number() over one as number, lead(ts, 1, snapshot) over one as next_ts
        from record where ts <= snapshot
        window one as (partition by dataset, case_id_text order by ts, line)),
    life as (
        select dataset, any_value(category) as category, case_id, max(snapshot) as snapshot, min(ts) as first_open,
            min(ts) filter (not is_open) as first_close, max(ts) filter (not is_open) as last_close,
            not arg_max(is_open, number) as is_closed,
            sum(epoch_ns(next_ts) - epoch_ns(ts)) filter (is_open) as working_ns
        from step group by dataset, case_id)"""

_WAYS = """
    way as (
        select dataset || '_first_close' as dataset, category, first_close is not null as is_closed,
            epoch_ns(coalesce(first_close, snapshot)) - epoch_ns(first_open) as ns from life
        union all
        select dataset || '_final_close', category, is_closed,
            epoch_ns(if(is_closed, last_close, snapshot)) - epoch_ns(first_open) from life
        union all
        select dataset || '_working_time', category, is_closed, working_ns from life)"""

COUNTS = f"""with {_LIFE}, {_WAYS}
    select dataset, category, ns / 3600000000000.0 as hours,
        count(*) filter (is_closed) as closed, count(*) filter (not is_closed) as open
    from way group by all order by all"""
"""`dataset, category, hours, closed, open`, each dataset in three ways."""

CLOSED_FIRST = f"""with {_LIFE}
    select line, 'column action: case ' || case_id || ' is closed before it was opened. Add its opening, or leave it out.'
        as trouble
    from step where number = 1 and not is_open"""
NOT_YET_OPENED = """
    select min(line) as line,
        'column snapshot: ' || any_value(snapshot_text) || ' is before case ' || case_id_text || ' was opened ('
            || arg_min(ts_text, ts) || '). Mend one of the two, or leave the case out.' as trouble
    from record group by dataset, case_id_text having min(ts) > max(snapshot)"""
