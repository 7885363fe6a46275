"""The metrics of sensors and cameras: online means that something was really seen, and "unknown" is counted."""

from analytics.metrics.metric import PERCENT, Label, Metric

SENSOR_ONLINE_RATE = Metric(
    name="sensor_online_rate",
    label=Label("传感器在线率", "Sensors online"),
    unit=PERCENT,
    numerator="count(*) filter (state = 'online')",
    denominator="count(*)",
    table="sensor",
    period="",
    caveat=Label(
        "在线：应报周期的3倍（未注明周期的为24小时）内有读数；从未有读数的计为未知，仍在分母中。",
        "Online: a reading within 3 reporting intervals (24 h where none is stated); never heard of is unknown, yet counted below the line.",
    ),
    better="up",
    scale=100,
)
CAMERA_ONLINE_RATE = Metric(
    name="camera_online_rate",
    label=Label("摄像机在线率", "Cameras online"),
    unit=PERCENT,
    numerator="count(*) filter (state = 'online')",
    denominator="count(*)",
    table="camera",
    period="",
    caveat=Label(
        "在线：24小时内最近一次状态为已连接且有画面；无状态或未取画面的计为未知，仍在分母中。",
        "Online: the latest state within 24 h says connected and a picture came; no state, or no picture asked for, is unknown, yet counted.",
    ),
    better="up",
    scale=100,
)


def _unknown(table: str, zh: str, en: str) -> Metric:
    """Devices that nothing says anything about: neither online nor off."""
    return Metric(
        name=f"{table}_unknown_count",
        label=Label(f"{zh}状态未知", f"{en}, state unknown"),
        unit=Label("台", ""),
        numerator="count(*) filter (state = 'unknown')",
        denominator="",
        table=table,
        period="",
        caveat=Label("状态未知既不是在线也不是离线。", "Unknown is neither online nor offline."),
        better="down",
    )


SENSOR_UNKNOWN_COUNT = _unknown("sensor", "传感器", "Sensors")
CAMERA_UNKNOWN_COUNT = _unknown("camera", "摄像机", "Cameras")

ALL = (SENSOR_ONLINE_RATE, SENSOR_UNKNOWN_COUNT, CAMERA_ONLINE_RATE, CAMERA_UNKNOWN_COUNT)
