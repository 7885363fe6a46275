"""What a metric is: one entry says its words, its unit, what is counted, over what, and what to beware of."""

from dataclasses import dataclass, replace

RESIDENTS, GRIDS, WORKERS = "residents", "grids", "workers"
REGISTERS = {
    RESIDENTS: "sum(population)",
    GRIDS: "count(*) filter (level = 'grid')",
    WORKERS: "sum(workers)",
}
"""Denominators that come from the registers of areas and teams, not from the counted rows: how each is summed over areas."""


@dataclass(frozen=True)
class Label:
    """The same words in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


PERCENT = Label("%", "%")
NO_WORDS = Label("", "")


@dataclass(frozen=True)
class Metric:
    """One number's definition. SQL here is ours; what a person chose comes only as bound parameters.

    `table` names a relation of `relations.py`; `period` is the time column that has to lie in the period, empty for a
    state at the period's end, which is split by time along `split_by` (when it was reported) where it has one; `only` narrows
    the rows for both parts; `denominator` is SQL, one of `REGISTERS`, or empty for a plain count.
    """

    name: str
    label: Label
    unit: Label
    numerator: str
    denominator: str
    table: str
    period: str
    caveat: Label
    better: str
    only: str = ""
    scale: float = 1.0
    split_by: str = ""

    @property
    def is_rate(self) -> bool:
        """Whether the value is numerator ÷ denominator."""
        return bool(self.denominator)

    @property
    def has_own_denominator(self) -> bool:
        """Whether the denominator is counted from the same rows."""
        return self.denominator not in ("", *REGISTERS)

    @property
    def is_fact(self) -> bool:
        """Whether it counts incidents, which lie ready as `incident_fact`."""
        return self.table == "incident"

    @property
    def counted(self) -> "Metric":
        """What of it is counted, without its words and its scale: metrics that count the same are then one."""
        own = self.denominator if self.has_own_denominator else ""
        return replace(
            self, name="", label=NO_WORDS, unit=NO_WORDS, caveat=NO_WORDS, better="", denominator=own, scale=1.0
        )

    @property
    def adds_up(self) -> bool:
        """Whether its parts for two groups together are their sums."""
        return "distinct" not in self.numerator + self.denominator

    @property
    def time(self) -> str:
        """The time column by which it is split into hours, days and so on; empty if it has none."""
        return self.period or self.split_by
