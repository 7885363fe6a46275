"""How a cell of text becomes a value: SQL expressions by column type, quick for what is usual, thorough for the rest.

Each takes the SQL of a text cell and gives the SQL of a value, null where there is none or it cannot be read.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from etl.profile import Clock, ProfileError

FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0\u200b\ufeff"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + "    "
NOTHING = ("", "-", "--", "—", "/", "\\N", "无", "空", "null", "none", "nan", "n/a", "na", "nat", "未知", "不详")
"""What exports write where there is no value."""
USUAL_FORMATS = (
    "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日 %H时%M分%S秒", "%Y年%m月%d日 %H时%M分", "%Y年%m月%d日",
    "%Y年%m月%d日%H:%M:%S", "%Y年%m月%d日%H:%M", "%Y年%m月%d日%H时%M分%S秒", "%Y年%m月%d日%H时%M分",
    "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y.%m.%d", "%Y%m%d%H%M%S", "%Y%m%d %H:%M:%S", "%Y%m%d",
)  # fmt: skip
YES = ("1", "true", "t", "yes", "y", "是", "有", "在线", "正常", "已响应", "已解决", "解决", "响应", "on", "online")
NO = ("0", "false", "f", "no", "n", "否", "没有", "离线", "异常", "未响应", "未解决", "off", "offline")


def literal(value: object) -> str:
    """A value of a profile as an SQL literal."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def half_width(cell: str) -> str:
    """Full-width letters, digits, signs and blanks as the usual ones; `translate` is slow, so only where it is needed."""
    whole = f"trim(translate({cell}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)}))"
    needed = f"strlen({cell}) <> length({cell}) and regexp_matches({cell}, '[\uff01-\uff5e\u3000\u00a0\u200b\ufeff]')"
    return f"case when {needed} then {whole} else trim({cell}) end"


def text(cell: str) -> str:
    """Text without blanks around it; null if nothing is left."""
    return f"nullif(trim({cell}, ' \t\r\n' || chr(160) || chr(12288) || chr(65279)), '')"


# What follows takes the SQL of a cell that is half-width already.


def code(plain: str) -> str:
    """A number or code that rows are told apart by, without the '.0' of a spreadsheet; what means nothing is none."""
    return f"case when not {is_nothing(plain)} then nullif(regexp_replace({plain}, '^(\\d+)\\.0$', '\\1'), '') end"


def number(plain: str) -> str:
    """A number, also with thousands separators or a percent sign."""
    bare = f"regexp_replace({plain}, '(,(\\d{{3}})\\b)|\\s|%$', '\\2', 'g')"
    value = f"coalesce(try_cast({plain} as double), try_cast({bare} as double))"
    return f"case when isfinite({value}) then {value} end"


def integer(plain: str) -> str:
    """A whole number; '3.0' is 3, '3.5' is none."""
    value = number(plain)
    return f"case when {value} % 1 = 0 then try_cast({value} as integer) end"


def truth(plain: str) -> str:
    """Yes or no, in the usual words of exports."""
    yes, no = (", ".join(literal(word) for word in words) for words in (YES, NO))
    return f"case when lower({plain}) in ({yes}) then true when lower({plain}) in ({no}) then false end"


def is_nothing(plain: str) -> str:
    """Whether a cell says that there is no value; a list, since planning an IN of so many takes longer than the rows."""
    return f"({plain} is null or list_contains([{', '.join(literal(word) for word in NOTHING)}], lower({plain})))"


def moment(plain: str, clock: Clock) -> str:
    """A time in UTC, from local time in the source's zone or a time with its own offset, or an Excel serial day."""
    formats = ", ".join(literal(form) for form in (*clock.formats, *USUAL_FORMATS))
    zoned = _has_offset(plain)
    local = f"""coalesce(case when length({plain}) >= 8 and not {zoned} then try_cast({plain} as timestamp) end,
        try_strptime({plain}, [{formats}]), {_excel_day(plain)})"""
    at = f"case when {zoned} then try_cast({plain} as timestamptz) at time zone 'UTC' else {_to_utc(local, clock.zone)} end"
    return f"case when {plain} <> '' then {at} end"  # many stages have no time yet: no format need be tried on nothing


def moments(plain: str, clock: Clock) -> str:
    """A list of times in UTC, written with ';' between them, null where one is left out; null if one cannot be read."""
    times = f"list_transform(string_split({plain}, ';'), lambda part: {moment('trim(part)', clock)})"
    unread = f"{moment('trim(part)', clock)} is null and not {is_nothing('trim(part)')}"
    is_read = f"len(list_filter(string_split({plain}, ';'), lambda part: {unread})) = 0"
    return f"case when not {is_nothing(plain)} and {is_read} then {times} end"


def day(plain: str, clock: Clock) -> str:
    """A day, whatever time is written with it."""
    return f"cast({moment(plain, Clock(zone='UTC', formats=clock.formats))} as date)"


def _has_offset(plain: str) -> str:
    """Whether a time ends in Z, +08, +0800 or +08:00; a day alone is shorter."""
    return f"(length({plain}) > 15 and regexp_matches({plain}, '(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)$'))"


def _excel_day(plain: str) -> str:
    """Days since 1899-12-30, as spreadsheets count them; only what falls between 1954 and 2119."""
    serial = f"try_cast({plain} as double)"
    seconds = f"cast(round({serial} * 86400) as bigint)"
    return f"case when {serial} between 20000 and 80000 then timestamp '1899-12-30' + to_seconds({seconds}) end"


def _to_utc(local: str, zone: str) -> str:
    if zone == "UTC":
        return local
    offset = _fixed_offset(zone)
    if offset is None:
        return f"timezone('UTC', timezone({literal(zone)}, {local}))"
    return f"({local} - to_seconds({int(offset.total_seconds())}))"


def _fixed_offset(zone: str) -> timedelta | None:
    """The zone's offset if it has not changed since 1995 and will not: then no calendar is needed for each row."""
    try:
        there = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ProfileError(f"[time] zone '{zone}' is unknown. Write it like Asia/Shanghai or UTC.") from error
    months = (datetime(year, month, 1, tzinfo=UTC) for year in range(1995, 2036) for month in range(1, 13))
    offsets = {moment.astimezone(there).utcoffset() for moment in months}
    return offsets.pop() if len(offsets) == 1 else None
