"""The metrics of sensors' alarms."""

from analytics.metrics.metric import PERCENT, Label, Metric

ANSWERED_WITHIN_MINUTES = 15

ALARM_COUNT = Metric(
    name="alarm_count",
    label=Label("告警数", "Alarms"),
    unit=Label("次", ""),
    numerator="count(*)",
    denominator="",
    table="alarm",
    period="raised_at",
    caveat=Label("按告警发生时间计，误报也计。", "By time raised; false ones count too."),
    better="down",
)
ALARM_RESPONSE_RATE = Metric(
    name="alarm_response_rate",
    label=Label("告警及时响应率", "Alarms answered in time"),
    unit=PERCENT,
    numerator=f"count(*) filter (acknowledged_at <= raised_at + interval {ANSWERED_WITHIN_MINUTES} minute)",
    denominator="count(*)",
    table="alarm",
    period="raised_at",
    caveat=Label(
        f"{ANSWERED_WITHIN_MINUTES}分钟内有人确认的告警占时段内全部告警的比例，无人确认的计为未响应。",
        f"Acknowledged within {ANSWERED_WITHIN_MINUTES} minutes, out of all raised in the period; never acknowledged counts as no answer.",
    ),
    better="up",
    scale=100,
)
ALARM_RESPONSE_MINUTES = Metric(
    name="alarm_response_minutes",
    label=Label("告警平均响应时间", "Minutes to answer an alarm, mean"),
    unit=Label("分钟", "min"),
    numerator="sum(epoch(acknowledged_at - raised_at)) / 60.0",
    denominator="count(acknowledged_at)",
    table="alarm",
    period="raised_at",
    caveat=Label(
        "只计已确认的告警；无人确认的看及时响应率。",
        "Of acknowledged alarms only; those never answered show in the share answered in time.",
    ),
    better="down",
)

ALL = (ALARM_COUNT, ALARM_RESPONSE_RATE, ALARM_RESPONSE_MINUTES)
