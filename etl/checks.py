"""What every row must hold before it may be loaded: a promise with its reason, and the words for a broken one."""

from dataclasses import dataclass

from etl.cleaning import literal
from etl.profile import Profile
from etl.vocabulary import ALLOWED
from warehouse.tables import TABLES


@dataclass(frozen=True)
class Check:
    """A promise over the cleaned columns: SQL that holds, why it matters, and what to say (SQL text) when it does not."""

    name: str
    why: str
    holds: str
    says: str


STAGES = ("accepted_at", "dispatched_at", "settled_at", "verified_at", "closed_at")
STAGE_ZH = {
    "accepted_at": "受理",
    "dispatched_at": "派遣",
    "settled_at": "处置",
    "verified_at": "核实",
    "closed_at": "结案",
}
LONGEST_PATROL_HOURS = 24
LAST_DUE_DAYS = 1826  # due times lie ahead, but no deadline is five years off


def _needed(column: str, zh: str, en: str) -> Check:
    says = literal(f"缺少{zh} / {en} is missing")
    return Check(f"has_{column}", f"Without its {en} a row means nothing.", f"{column} is not null", says)


def _not_negative(column: str, zh: str, en: str) -> Check:
    says = literal(f"{zh}为负 / {en} is negative")
    return Check(f"{column}_not_negative", "Less than nothing is a slip.", f"({column} is null or {column} >= 0)", says)


def _ordered(later: str) -> Check:
    zh = STAGE_ZH[later]
    says = literal(f"{zh}早于上报 / {later.removesuffix('_at')} before it was reported")
    return Check(
        f"{later}_after_reported",
        "A negative duration poisons every trend.",
        f"({later} is null or reported_at is null or {later} >= reported_at)",
        says,
    )


OF_KIND: dict[str, tuple[Check, ...]] = {
    "incidents": (
        _needed("reported_at", "上报时间", "report time"),
        *(_ordered(stage) for stage in STAGES),
        Check(
            "reopened_count_not_negative",
            "Nothing is reopened less than never.",
            "(reopened_count is null or reopened_count >= 0)",
            literal("返工次数为负 / reopened count is negative"),
        ),
    ),
    "teams": (_needed("role", "岗位", "role"),),
    "patrols": (
        _needed("started_at", "开始时间", "start time"),
        Check(
            "ended_after_started",
            "A negative duration poisons every trend.",
            "(ended_at is null or started_at is null or ended_at >= started_at)",
            literal("结束早于开始 / ended before it was started"),
        ),
        Check(
            "over_within_a_day",
            "A patrol of days is one that nobody stopped: its length and time mean nothing.",
            f"(ended_at is null or started_at is null or ended_at <= started_at + interval {LONGEST_PATROL_HOURS} hour)",
            literal(f"巡查超过 {LONGEST_PATROL_HOURS} 小时 / the patrol took longer than {LONGEST_PATROL_HOURS} hours"),
        ),
        _not_negative("distance_m", "巡查里程", "distance"),
        _not_negative("found_count", "发现事件数", "number of incidents found"),
    ),
    "mediations": (
        _needed("opened_at", "受理时间", "opening time"),
        Check(
            "closed_after_opened",
            "A negative duration poisons every trend.",
            "(closed_at is null or opened_at is null or closed_at >= opened_at)",
            literal("办结早于受理 / closed before it was opened"),
        ),
    ),
    "sensors": (_needed("kind", "设备类型", "kind of sensor"),),
    "readings": (
        _needed("measured_at", "监测时间", "measuring time"),
        _needed("value", "监测值", "value"),
    ),
    "alarms": (
        _needed("raised_at", "告警时间", "alarm time"),
        *(
            Check(
                f"{later}_after_raised",
                "A negative response time poisons every trend.",
                f"({later} is null or raised_at is null or {later} >= raised_at)",
                literal(f"{zh}早于告警 / {later.removesuffix('_at')} before it was raised"),
            )
            for later, zh in (("acknowledged_at", "响应"), ("cleared_at", "解除"))
        ),
    ),
    "cameras": (),
    "camera_states": (_needed("seen_at", "巡检时间", "time seen"), _needed("is_online", "在线状态", "online state")),
}


def checks_for(profile: Profile) -> list[Check]:
    """Every check that a row of this source must pass."""
    keys = [_needed(column, "编号", column) for column in identifying(profile)]
    seen = {check.name for check in keys}
    return [
        *keys,
        *(check for check in OF_KIND.get(profile.kind, ()) if check.name not in seen),
        *_plausible_times(profile),
        *_known_words(profile),
        *_pauses(profile),
    ]


def identifying(profile: Profile) -> tuple[str, ...]:
    """Our columns that tell the rows of this source apart."""
    usual = {"incidents": ("source_no",), "teams": ("member_id",), "alarms": ("alarm_id",)}
    return profile.key or usual.get(profile.kind) or profile.table.key


def _plausible_times(profile: Profile) -> list[Check]:
    earliest = f"timestamp {literal(profile.time.earliest)}"
    checks = []
    for column in TABLES[profile.table.name].columns:
        if column.type not in ("TIMESTAMP", "DATE") or column.name not in profile.columns:
            continue
        ahead = LAST_DUE_DAYS if column.name == "due_at" else profile.time.latest_days_ahead
        name = column.name
        shown = f"strftime({name}, '%Y-%m-%d')"
        checks.append(
            Check(
                f"{name}_plausible",
                "Dates of 1899 or 2099 come from empty cells and slips, and stretch every axis.",
                f"({name} is null or {name} between {earliest} and _now + interval {int(ahead)} day)",
                f"{literal(f'{name} 时间不合理 / implausible time: ')} || {shown}",
            )
        )
    return checks


def _pauses(profile: Profile) -> list[Check]:
    """Of pauses and extensions of single cases; a broken one would move a due time by who knows how much."""
    latest = f"_now + interval {int(profile.time.latest_days_ahead)} day"
    furthest = f"_now + interval {LAST_DUE_DAYS} day"
    earliest = f"timestamp {literal(profile.time.earliest)}"
    checks = {
        "paused_at": _PAUSES,
        "resumed_at": _RESUMED,
        "extended_until": _EXTENDED_UNTIL,
        "extended_days": _EXTENDED_DAYS,
    }
    return [
        Check(name, "A slip here would move a due time by who knows how much.", f"({column} is null or {holds})", says)
        for column, promises in checks.items()
        if column in profile.columns
        for name, holds, says in (
            (n, h.format(earliest=earliest, latest=latest, furthest=furthest), literal(s)) for n, h, s in promises
        )
    ]


_PAIRS = "list_zip(coalesce(paused_at, []::timestamp[]), coalesce(resumed_at, []::timestamp[]))"
_PAUSES = (
    ("pause_ends_after_it_began", f"len(list_filter({_PAIRS}, lambda p: p[2] < p[1])) = 0", "恢复早于暂停 / a pause ends before it begins"),
    (
        "only_the_last_pause_is_open", f"coalesce(list_max([p[1] for p in {_PAIRS} if p[2] is null]) >= list_max(paused_at), true)"
        f" and len(list_filter({_PAIRS}, lambda p: p[1] is not null and p[2] is null)) <= 1",
        "较早的暂停没有恢复时间 / an earlier pause has no end",
    ),
    ("pause_began_after_report", "reported_at is null or list_min(paused_at) >= reported_at", "暂停早于上报 / paused before it was reported"),
    (
        "pause_plausible", "list_min(paused_at) >= {earliest} and list_max(paused_at) <= {latest}"
        " and coalesce(list_max(resumed_at) <= {furthest}, true)",
        "暂停或恢复时间不合理 / implausible time of a pause",
    ),
)  # fmt: skip
_RESUMED = (
    ("resumed_after_pause", f"len(list_filter({_PAIRS}, lambda p: p[1] is null and p[2] is not null)) = 0", "有恢复而无暂停 / resumed without a pause"),
)  # fmt: skip
_EXTENDED_UNTIL = (
    ("extended_until_after_report", "reported_at is null or extended_until >= reported_at", "延期早于上报 / extended to a time before the report"),
    ("extended_until_plausible", "extended_until between {earliest} and {furthest}", "延期时间不合理 / implausible time of an extension"),
)  # fmt: skip
_EXTENDED_DAYS = (
    ("extended_days_plausible", f"extended_days between 0 and {LAST_DUE_DAYS}", "延期天数不合理 / implausible days of an extension"),
)  # fmt: skip


def _known_words(profile: Profile) -> list[Check]:
    checks = []
    for (kind, column), words in ALLOWED.items():
        if kind != profile.kind or column not in {*profile.columns, *profile.constants}:
            continue
        listed = ", ".join(literal(word) for word in words)
        advice = f"; 在配置 [values.{column}] 中补上 / unknown value of {column}: add it to [values.{column}]"
        checks.append(
            Check(
                f"{column}_known",
                "A word that no question asks for would vanish from every figure.",
                f"({column} is null or {column} in ({listed}))",
                f"{literal(f'{column} 取值未知: ')} || left({column}, 40) || {literal(advice)}",
            )
        )
    return checks
