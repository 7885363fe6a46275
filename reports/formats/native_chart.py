"""A chart that Word and PowerPoint draw themselves and people can edit: its part's XML and the workbook behind it."""

from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn
from pptx.shapes.graphfrm import GraphicFrame
from pptx.util import Emu, Pt

from reports.document import Chart
from reports.formats.look import BAR, FONT, INK, LINE, QUIET_BAR


@dataclass(frozen=True)
class Native:
    """The chart part and the workbook that it names by `workbook_id`."""

    xml: bytes
    workbook: bytes
    workbook_id: str


def placed(slide: Any, chart: Chart, box: tuple[Emu, Emu, Emu, Emu], points: float) -> GraphicFrame:
    """The chart on a slide, in a box of left, top, width and height, its text so many points large."""
    data = CategoryChartData(number_format="#,##0")
    data.categories = chart.labels
    data.add_series(chart.unit or chart.title, chart.values)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, data)
    made = frame.chart
    made.has_legend = made.has_title = False
    made.font.size, made.font.name, made.font.color.rgb = Pt(points), FONT, RGBColor.from_string(INK)
    plot = made.plots[0]
    plot.gap_width = 35
    series = plot.series[0]
    _fill(series.format, BAR)
    for at, is_quiet in enumerate(chart.quiet):
        if is_quiet:
            _fill(series.points[at].format, QUIET_BAR)
    made.value_axis.minimum_scale = 0
    made.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string(LINE)
    made.value_axis.format.line.fill.background()
    made.category_axis.tick_labels.font.size = Pt(points)
    skip = max(1, round(len(chart.labels) / 10))
    axis = made.category_axis._element
    axis.insert_element_before(
        axis.makeelement(qn("c:tickLblSkip"), {"val": str(skip)}), "c:tickMarkSkip", "c:noMultiLvlLbl", "c:extLst"
    )
    return frame


def _fill(format_: Any, colour: str) -> None:
    format_.fill.solid()
    format_.fill.fore_color.rgb = RGBColor.from_string(colour)


def native(chart: Chart) -> Native:
    """The same for a document of another kind: taken from a slide that nobody sees."""
    show = Presentation()
    frame = placed(
        show.slides.add_slide(show.slide_layouts[6]), chart, (Emu(0), Emu(0), Emu(5_000_000), Emu(2_500_000)), 9
    )
    part = frame.chart.part
    book = part.chart_workbook.xlsx_part
    found = next(name for name, relation in part.rels.items() if relation.target_part is book)
    return Native(part.blob, book.blob, found)
