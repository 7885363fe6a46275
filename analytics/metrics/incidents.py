"""The metrics of incidents."""

from analytics.metrics.metric import PERCENT, RESIDENTS, WORKERS, Label, Metric

COUNT = Label("件", "")
OPEN = "open_until >= $until"
"""Not closed yet: what is open for good has an end that lies far ahead."""
LEVELS = (
    ("grid", "网格", "grid"),
    ("community", "社区/村", "community"),
    ("town", "街道/镇", "town"),
    ("district", "区", "district"),
)

INCIDENT_COUNT = Metric(
    name="incident_count",
    label=Label("事件数", "Incidents"),
    unit=COUNT,
    numerator="count(*)",
    denominator="",
    table="incident",
    period="reported_at",
    caveat=Label(
        "按上报时间计；同一件事多次上报分别计数。", "By time reported; repeats of the same matter count each."
    ),
    better="down",
)
PER_10K_RESIDENTS = Metric(
    name="per_10k_residents",
    label=Label("万人诉求比", "Incidents per 10,000 residents"),
    unit=Label("件/万人", "per 10,000"),
    numerator="count(*)",
    denominator=RESIDENTS,
    table="incident",
    period="reported_at",
    caveat=Label(
        "人口取自区域台账；人口少的区域波动大。", "Residents as in the register; it swings where few people live."
    ),
    better="down",
    scale=10_000,
)
OPEN_COUNT = Metric(
    name="open_count",
    label=Label("未办结", "Open"),
    unit=COUNT,
    numerator="count(*)",
    denominator="",
    table="incident",
    period="",
    only=f"reported_at < $until and {OPEN}",
    caveat=Label(
        "时段末尚未结案的全部事件，不论何时上报；按时间拆分时以上报时间为准。",
        "All not closed at the period's end, whenever reported; split by time, it is the time they were reported.",
    ),
    better="down",
    split_by="reported_at",
)
OVERDUE_COUNT = Metric(
    name="overdue_count",
    label=Label("超期", "Overdue"),
    unit=COUNT,
    numerator="count(*)",
    denominator="",
    table="incident",
    period="",
    only=f"reported_at < $until and due_at < $until and {OPEN}",
    caveat=Label(
        "时段末未结案且已过办理时限；没有时限的（含暂停中的）不计；按时间拆分时以上报时间为准。",
        "Open and past due at the period's end; without a due time, as while paused, not counted; split by the time reported.",
    ),
    better="down",
    split_by="reported_at",
)
ON_TIME_RATE = Metric(
    name="on_time_rate",
    label=Label("按期办结率", "Closed on time"),
    unit=PERCENT,
    numerator="count(*) filter (closed_at <= due_at)",
    denominator="count(*)",
    table="incident",
    period="due_at",
    caveat=Label(
        "分母为时段内应结（时限落在时段内）的全部事件，含未结案的；暂停中的没有时限，不计；时限来源见 due_by。",
        "Counts incidents whose due time fell in the period, open ones included; a paused one has none; due_by says what gave it.",
    ),
    better="up",
    scale=100,
)
CLOSING_RATE = Metric(
    name="closing_rate",
    label=Label("办结率", "Closing rate"),
    unit=PERCENT,
    numerator="count(*) filter (closed_at < $until)",
    denominator="count(*)",
    table="incident",
    period="due_at",
    caveat=Label("接近100%时失去区分度，不用于排名。", "It saturates near 100 %, so it ranks nobody."),
    better="up",
    scale=100,
)

OVERDUE_AGE_DAYS = Metric(
    name="overdue_age_days",
    label=Label("平均超期天数", "Days overdue, mean"),
    unit=Label("天", "days"),
    numerator="sum(epoch($until - due_at)) / 86400.0",
    denominator="count(*)",
    table="incident",
    period="",
    only=OVERDUE_COUNT.only,
    caveat=Label(
        "时段末超期事件已超期的平均天数；少数拖得很久的会拉高平均。",
        "Mean days past due of all overdue at the period's end; a few very old ones pull it up.",
    ),
    better="down",
    split_by="reported_at",
)
REOPENED_RATE = Metric(
    name="reopened_rate",
    label=Label("返工率", "Reopened"),
    unit=PERCENT,
    numerator="count(*) filter (reopened_count > 0)",
    denominator="count(reopened_count)",
    table="incident",
    period="closed_at",
    caveat=Label(
        "分母为时段内结案且来源记录返工次数的事件。",
        "Out of those closed in the period whose source records reopening.",
    ),
    better="down",
    scale=100,
)
REPEAT_RATE = Metric(
    name="repeat_rate",
    label=Label("重复诉求率", "Repeats"),
    unit=PERCENT,
    numerator="count(*) filter (is_repeat)",
    denominator="count(*)",
    table="incident",
    period="reported_at",
    caveat=Label(
        "来源标明为重复的事件占全部上报的比例；来源不标的视为不重复。",
        "Share of all reported that the source marks as a repeat; what no source marks counts as none.",
    ),
    better="down",
    scale=100,
)
LOAD_PER_WORKER = Metric(
    name="load_per_worker",
    label=Label("人均事件数", "Incidents per grid worker"),
    unit=Label("件/人", "per worker"),
    numerator="count(*)",
    denominator=WORKERS,
    table="incident",
    period="reported_at",
    caveat=Label(
        "时段内上报的事件数 ÷ 专职网格员数（现有名册，非当时人数）；长时段与短时段不可比。",
        "Incidents reported in the period by full-time grid workers as the register has them now; compare equal periods only.",
    ),
    better="down",
)


def _stated(name: str, zh: str, en: str, hits: str, column: str) -> Metric:
    """One of the three rates (三率) of residents' callbacks, out of those for whom the answer is known."""
    return Metric(
        name=name,
        label=Label(zh, en),
        unit=PERCENT,
        numerator=f"count(*) filter ({hits})",
        denominator=f"count({column})",
        table="incident",
        period="closed_at",
        caveat=Label(
            "分母为时段内结案且有回访结果的事件；没有回访结果的不计。",
            "Out of those closed in the period with a known answer; without one, not counted.",
        ),
        better="up",
        scale=100,
    )


RESPONDED_RATE = _stated("responded_rate", "响应率", "Responded", "is_responded", "is_responded")
RESOLVED_RATE = _stated("resolved_rate", "解决率", "Resolved", "is_resolved", "is_resolved")
SATISFIED_RATE = _stated("satisfied_rate", "满意率", "Satisfied", "satisfaction = 'satisfied'", "satisfaction")


def _settled_at(level: str, zh: str, en: str) -> Metric:
    return Metric(
        name=f"settled_in_{level}_rate",
        label=Label("自处置率" if level == "grid" else f"{zh}级处置占比", f"Settled at {en} level"),
        unit=PERCENT,
        numerator=f"count(*) filter (settled_level = '{level}')",
        denominator="count(*)",
        table="incident",
        period="settled_at",
        caveat=Label(
            "分母为时段内处置完成的全部事件，含未注明层级的。",
            "Out of all settled in the period, those without a stated level included.",
        ),
        better="up" if level == "grid" else "none",
        scale=100,
    )


ALL = (
    INCIDENT_COUNT,
    PER_10K_RESIDENTS,
    OPEN_COUNT,
    OVERDUE_COUNT,
    ON_TIME_RATE,
    CLOSING_RATE,
    OVERDUE_AGE_DAYS,
    RESPONDED_RATE,
    RESOLVED_RATE,
    SATISFIED_RATE,
    REOPENED_RATE,
    REPEAT_RATE,
    LOAD_PER_WORKER,
    *(_settled_at(*level) for level in LEVELS),
)
