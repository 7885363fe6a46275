"""Few trees are enough to see that a forecast is causal, right in total and no worse than the simple ones."""

import pytest

from analytics.risk import learnt


@pytest.fixture(autouse=True, scope="package")
def few_trees():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(learnt.TREES, "max_iter", 60)
        yield
