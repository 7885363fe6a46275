"""From their columns to ours: one SQL statement for a batch that maps, cleans, corrects and checks every row."""

from dataclasses import dataclass

from etl import cleaning
from etl.checks import checks_for, identifying
from etl.cleaning import identifier, literal
from etl.header import Header
from etl.profile import EXTRA_FIELDS, EXTRA_TYPES, Profile
from etl.vocabulary import ALLOWED, WORDS
from warehouse.masking import masked
from warehouse.tables import Column

PREFIXED = {
    "incidents": "incident_id", "teams": "member_id", "patrols": "patrol_id", "mediations": "mediation_id", "alarms": "alarm_id",
}  # fmt: skip
"""Keys that get the source's name before them, since every platform counts from 1."""
COORDINATES = ("lon", "lat")
RECORDED = ("recorded_grid", "recorded_community", "recorded_town")
SAYS_WHAT = {
    "TIMESTAMP": "不是时间 / not a time",
    "TIMESTAMP[]": "不是以;分隔的时间 / not times separated by ';'",
    "DATE": "不是日期 / not a date",
    "DOUBLE": "不是数字 / not a number",
    "INTEGER": "不是整数 / not a whole number",
    "BOOLEAN": "不是是/否 / neither yes nor no",
}


@dataclass(frozen=True)
class Mapping:
    """The statement, the columns it gives besides `line`, `reasons` and `fixed_N` for the Nth correction."""

    sql: str
    columns: tuple[str, ...]


def mapping(profile: Profile, header: Header, mask: bool, carried: tuple[str, ...] = ()) -> Mapping:
    """How the batch table `raw` (line and the wanted columns) becomes rows of the profile's table.

    Columns of `raw` that are `carried` come through as they are.
    """
    columns = _mapped(profile)
    flags, source = _cleaned(profile, header, columns, carried)
    names = tuple(column.name for column in columns)
    shown = {one.name: masked(one.name) if mask and _is_free(profile, one) else one.name for one in columns}
    shown |= _keys(profile, names)
    picked = ", ".join([f"{sql} as {name}" for name, sql in shown.items()])
    extra = ", ".join(["line", *carried, *flags, f"{_reasons(profile, columns)} as reasons"])
    statement = f"select {extra}, {picked} from (select *, current_timestamp::timestamp as _now from ({source}))"
    return Mapping(statement, tuple(shown))


def mapped_only(profile: Profile, header: Header, names: tuple[str, ...]) -> str:
    """SQL of `line` and those of the columns `names` that the profile fills, unmasked and unchecked.

    Columns that are not asked for are left out where no correction can speak of them: planning them takes longer than rows.
    """
    columns = [column for column in _mapped(profile) if profile.corrections or column.name in names]
    _, source = _cleaned(profile, header, columns, ())
    picked = ", ".join(("line", *(column.name for column in columns if column.name in names)))
    return f"select {picked} from ({source})"


def _cleaned(
    profile: Profile, header: Header, columns: list[Column], carried: tuple[str, ...]
) -> tuple[list[str], str]:
    """The names of the corrections' flags, and SQL of the columns cleaned, typed and corrected."""
    cells = {column.name: _cell(profile, header, column.name) for column in columns}
    raw = ", ".join(f"{sql} as {_raw(name)}" for name, sql in cells.items())
    plain = ", ".join(f"{_plain_sql(profile, column)} as {_plain(column.name)}" for column in columns)
    typed = ", ".join(f"{_typed(profile, column)} as {column.name}" for column in columns)
    source = f"select *, {plain} from (select {', '.join(('_line as line', *carried))}, {raw} from raw)"
    source = f"select *, {typed} from ({source})"
    flags = []
    for number, correction in enumerate(profile.corrections):
        flag = f"coalesce(({correction.only_if}), false)"
        becomes = f"case when {flag} then ({correction.becomes}) else {correction.column} end as {correction.column}"
        source = f"select * replace ({becomes}), {flag} as fixed_{number} from ({source})"
        flags.append(f"fixed_{number}")
    return flags, source


def _mapped(profile: Profile) -> list[Column]:
    """The columns that the profile fills, table columns first, with their types."""
    named = {*profile.columns, *profile.constants}
    own = [column for column in profile.table.columns if column.name in named]
    extra = sorted((EXTRA_FIELDS.get(profile.kind, set()) & named) - {column.name for column in own})
    wanted = [*own, *(Column(name, EXTRA_TYPES.get(name, "VARCHAR"), "") for name in extra)]
    needed = {"incidents": ("reported_at", *_TIMES)}.get(profile.kind, ())
    missing = [column for column in profile.table.columns if column.name in needed and column not in wanted]
    for column in profile.table.columns:  # what the checks speak of must exist, even where the source has none
        if column.name in _CHECKED.get(profile.kind, ()) and column not in wanted and column not in missing:
            missing.append(column)
    return wanted + missing


_TIMES = ("accepted_at", "dispatched_at", "settled_at", "verified_at", "closed_at")
_CHECKED = {
    "incidents": ("source_no", "status", "reopened_count"),
    "teams": ("role", "member_id"),
    "patrols": ("patrol_id", "started_at", "ended_at", "distance_m", "found_count"),
    "mediations": ("mediation_id", "opened_at", "closed_at"),
    "sensors": ("kind", "sensor_id"),
    "readings": ("sensor_id", "measured_at", "value"),
    "alarms": ("alarm_id", "raised_at", "acknowledged_at", "cleared_at"),
    "cameras": ("camera_id",),
    "camera_states": ("camera_id", "seen_at", "is_online"),
}


def _raw(name: str) -> str:
    return f"_raw_{name}"


def _cell(profile: Profile, header: Header, name: str) -> str:
    """The text cell of one of our columns: theirs, several of theirs joined, or a constant."""
    if name in profile.columns:
        theirs = profile.columns[name]
        if isinstance(theirs, str):
            return identifier(header.named[theirs])
        parts = ", ".join(cleaning.text(identifier(header.named[part])) for part in theirs)
        return f"concat_ws('/', {parts})"
    value = profile.constants.get(name)
    return (
        f"{literal(None if value is None else str(value).lower() if isinstance(value, bool) else str(value))}::varchar"
    )


def _plain(name: str) -> str:
    return f"_plain_{name}"


def _is_code(profile: Profile, column: Column) -> bool:
    return column.name in (*identifying(profile), "source_no", "repeat_of") or column.name.endswith("_id")


def _is_free(profile: Profile, column: Column) -> bool:
    """Whether people write what they like in it, so that it may hold personal data."""
    is_told = column.name in profile.constants or (profile.kind, column.name) in ALLOWED
    return column.type == "VARCHAR" and column.name not in RECORDED and not is_told and not _is_code(profile, column)


def _plain_sql(profile: Profile, column: Column) -> str:
    """The cell without what exports vary: half-width where a value is read from it, the source's words in ours."""
    cell = _raw(column.name)
    plain = cleaning.text(cell)
    if column.type != "VARCHAR" or _is_code(profile, column):
        plain = cleaning.half_width(cell)
    if words := _words(profile, column.name):
        whens = " ".join(f"when {literal(theirs)} then {literal(ours or None)}" for theirs, ours in words.items())
        plain = f"case {plain} {whens} else {plain} end"
    return plain


def _typed(profile: Profile, column: Column) -> str:
    plain = _plain(column.name)
    if column.type == "TIMESTAMP":
        return cleaning.moment(plain, profile.time)
    if column.type == "TIMESTAMP[]":
        return cleaning.moments(plain, profile.time)
    if column.type == "DATE":
        return cleaning.day(plain, profile.time)
    if column.type == "DOUBLE":
        return cleaning.number(plain)
    if column.type == "INTEGER":
        return cleaning.integer(plain)
    if column.type == "BOOLEAN":
        return cleaning.truth(plain)
    return cleaning.code(plain) if _is_code(profile, column) else plain


def _words(profile: Profile, name: str) -> dict[str, str]:
    """What the source's words mean in ours; the profile's own come first."""
    return {**WORDS.get(profile.kind, {}).get(name, {}), **profile.values.get(name, {})}


def _keys(profile: Profile, names: tuple[str, ...]) -> dict[str, str]:
    """The table's key and what refers to it, with the source's name before the source's own number."""
    if profile.kind not in PREFIXED:
        return {}
    prefix = literal(profile.name + ":")
    keys = {PREFIXED[profile.kind]: f"{prefix} || concat_ws('/', {', '.join(identifying(profile))})"}
    if "repeat_of" in names:
        keys["repeat_of"] = f"{prefix} || repeat_of"
    return keys | {
        name: f"{literal(source + ':')} || {name}" for name, source in profile.refers.items() if name in names
    }


def _reasons(profile: Profile, columns: list[Column]) -> str:
    """Null for a row that holds everything, else the list of what it breaks."""
    promises = [(f"coalesce({check.holds}, false)", check.says) for check in checks_for(profile)]
    for column in columns:
        if column.type in SAYS_WHAT and column.name not in COORDINATES and column.name in profile.columns:
            cell = _raw(column.name)
            says = f"{literal(column.name + ' ' + SAYS_WHAT[column.type] + ': ')} || left({cell}, 40)"
            promises.append(
                (
                    f"case when {column.name} is not null then true else {cleaning.is_nothing(_plain(column.name))} or {_fixed(profile, column)} end",
                    says,
                )
            )
    holds = " and ".join(holds for holds, _ in promises)
    broken = ", ".join(f"case when not {holds} then {says} end" for holds, says in promises)
    return f"case when {holds} then null else list_filter([{broken}], lambda r: r is not null) end"


def _fixed(profile: Profile, column: Column) -> str:
    flags = [f"fixed_{n}" for n, correction in enumerate(profile.corrections) if correction.column == column.name]
    return " or ".join(flags) or "false"
