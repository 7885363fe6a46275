"""Which rows metrics count: tables, and the state of each device at the end of the period."""

SILENT_AFTER_PERIODS = 3
DEFAULT_SILENT_MINUTES = 24 * 60
CAMERA_SEEN_HOURS = 24

SENSOR_STATE = f"""(
    select s.*, r.last_at, case
        when r.last_at is null then 'unknown'
        when r.last_at >= $devices_until - to_seconds(60 * coalesce({SILENT_AFTER_PERIODS} * s.every_minutes,
            {DEFAULT_SILENT_MINUTES})) then 'online'
        else 'offline' end as state
    from sensor s left join (
        select sensor_id, max(measured_at) as last_at from reading where measured_at <= $devices_until group by sensor_id
    ) r using (sensor_id)
    where s.installed_on is null or s.installed_on <= $devices_until)"""

CAMERA_STATE = f"""(
    select c.*, l.last_at, case
        when l.last_at is null or (l.last.is_online and l.last.has_frame is null) then 'unknown'
        when l.last.is_online and l.last.has_frame then 'online'
        else 'offline' end as state
    from camera c left join (
        select camera_id, max(seen_at) as last_at,
            arg_max(struct_pack(is_online := is_online, has_frame := has_frame), seen_at) as last
        from camera_state
        where seen_at <= $devices_until and seen_at > $devices_until - interval {CAMERA_SEEN_HOURS} hour
        group by camera_id
    ) l using (camera_id)
    where c.installed_on is null or c.installed_on <= $devices_until)"""

RELATIONS = {"incident": "incident", "sensor": SENSOR_STATE, "camera": CAMERA_STATE}
