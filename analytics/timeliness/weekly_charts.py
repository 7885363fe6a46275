"""Has the week-by-week on-time rate, or the median time to close, really changed? Over the year up to the view's end."""

from dataclasses import replace
from datetime import timedelta

from analytics.timeliness.control_chart import Chart, median_chart, share_chart
from analytics.timeliness.on_time import on_time_by
from analytics.timeliness.trends import resolution_by
from analytics.view import View, local_day, start_of

WEEKS = 52


def weekly_on_time_chart(view: View, weeks: int = WEEKS) -> Chart:
    """The on-time rate of each of the last whole local weeks before the view's end, by due time; `value` 0 to 1."""
    points = on_time_by(_whole_weeks(view, weeks), "week")
    return share_chart(points.rename(columns={"on_time": "hits", "due": "n"}))


def weekly_median_chart(view: View, weeks: int = WEEKS) -> Chart:
    """The median hours to close of each of the last whole local weeks before the view's end, by time of report.

    Kaplan–Meier as known at the end of those weeks. The points have `events`, too: how many of `n` had closed.
    """
    points = resolution_by(_whole_weeks(view, weeks), "week")
    chart = median_chart(points.rename(columns={"p50": "value"}))
    return replace(chart, points=chart.points.assign(events=points["events"]))


def _whole_weeks(view: View, weeks: int) -> View:
    """The same view over whole weeks, Monday to Sunday; the week that is not over is left out."""
    end = local_day(view.until)
    monday = end - timedelta(days=end.weekday())
    since, until = start_of(monday - timedelta(weeks=weeks)), start_of(monday)
    return replace(view, since=since, until=until, period="custom", previous=None)
