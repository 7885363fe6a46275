"""What a metric is: one entry says its words, its unit, what is counted, over what, and what to beware of."""

from dataclasses import dataclass

RESIDENTS = "residents"
"""As a denominator: the residents of the area, from the register of areas."""


@dataclass(frozen=True)
class Label:
    """The same words in both languages."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True)
class Metric:
    """One number's definition. SQL here is ours; what a person chose comes only as bound parameters.

    `table` names a relation of `relations.py`; `period` is the time column that has to lie in the period, empty for a
    state at the period's end; `only` narrows the rows for both parts; an empty `denominator` makes it a plain count.
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

    @property
    def is_rate(self) -> bool:
        """Whether the value is numerator ÷ denominator."""
        return bool(self.denominator)
