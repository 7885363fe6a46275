"""The metrics of incidents."""

from analytics.metrics.metric import RESIDENTS, Label, Metric

COUNT = Label("件", "")
PERCENT = Label("%", "%")
OPEN = "(closed_at is null or closed_at >= $until)"
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
    caveat=Label("时段末尚未结案的全部事件，不论何时上报。", "All not closed at the period's end, whenever reported."),
    better="down",
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
        "时段末未结案且已过办理时限；没有时限的不计。",
        "Open and past due at the period's end; without a due time, not counted.",
    ),
    better="down",
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
        "分母为时段内应结（时限落在时段内）的全部事件，含未结案的。",
        "Counts incidents whose due time fell in the period, open ones included.",
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
    *(_settled_at(*level) for level in LEVELS),
)
