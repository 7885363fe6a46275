"""The metrics of grid teams: are the posts filled, and are the grids patrolled."""

from analytics.metrics.metric import GRIDS, PERCENT, Label, Metric

STAFFING_GAP_RATE = Metric(
    name="staffing_gap_rate",
    label=Label("缺员网格占比", "Grids short of staff"),
    unit=PERCENT,
    numerator="count(*) filter (is_known and is_short)",
    denominator="count(*) filter (is_known)",
    table="team",
    period="",
    caveat=Label(
        "按2+1+N+X标准至少缺一岗的网格 ÷ 名册中有人的网格；名册未提到的网格不计，以现有名册为准。",
        "Grids with a vacant post of the 2+1+N+X standard, out of grids the register names; by the register as it is now.",
    ),
    better="down",
    scale=100,
)
PATROL_COVERAGE_RATE = Metric(
    name="patrol_coverage_rate",
    label=Label("巡查覆盖率", "Grids patrolled"),
    unit=PERCENT,
    numerator="count(distinct grid_id)",
    denominator=GRIDS,
    table="patrol",
    period="started_at",
    caveat=Label(
        "时段内至少巡查一次的网格 ÷ 全部网格；时段越长越接近100%，宜按日或按周看。",
        "Grids patrolled at least once in the period, out of all; the longer the period the nearer to 100 %, so read it by day or week.",
    ),
    better="up",
    scale=100,
)
PATROL_COUNT = Metric(
    name="patrol_count",
    label=Label("巡查次数", "Patrols"),
    unit=Label("次", ""),
    numerator="count(*)",
    denominator="",
    table="patrol",
    period="started_at",
    caveat=Label("按巡查开始时间计。", "By the time the patrol began."),
    better="up",
)

ALL = (STAFFING_GAP_RATE, PATROL_COVERAGE_RATE, PATROL_COUNT)
