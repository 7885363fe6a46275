"""The metrics of disputes and their mediation (矛盾纠纷调解)."""

from analytics.metrics.metric import PERCENT, Label, Metric

DISPUTE_COUNT = Metric(
    name="dispute_count",
    label=Label("矛盾纠纷数", "Disputes"),
    unit=Label("件", ""),
    numerator="count(*)",
    denominator="",
    table="mediation",
    period="opened_at",
    caveat=Label("按受理调解的时间计。", "By the time mediation was opened."),
    better="down",
)
MEDIATION_SUCCESS_RATE = Metric(
    name="mediation_success_rate",
    label=Label("调解成功率", "Mediations agreed"),
    unit=PERCENT,
    numerator="count(*) filter (outcome = 'agreed')",
    denominator="count(*) filter (outcome in ('agreed', 'failed'))",
    table="mediation",
    period="closed_at",
    caveat=Label(
        "达成协议 ÷（达成协议 + 调解失败），以时段内办结为准；撤回的不计。",
        "Agreed out of agreed and failed, of those closed in the period; withdrawn ones do not count.",
    ),
    better="up",
    scale=100,
)

ALL = (DISPUTE_COUNT, MEDIATION_SUCCESS_RATE)
