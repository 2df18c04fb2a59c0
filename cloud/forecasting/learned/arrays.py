"""The arrays that everything here is reckoned in: row a series, column a period, NaN where nobody knows a figure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from shared.forecasting.repair import Known

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def known_of(values: Numbers) -> list[Known]:
    """Figures as the pure models take them: None where nobody knows one."""
    return [None if value != value else value for value in values.tolist()]


def added(values: Numbers, group: Whole) -> Numbers:
    """Sums over the series of each group, row a group."""
    sums = np.zeros((int(group.max(initial=0)) + 1, values.shape[1]))
    np.add.at(sums, group, values)
    return sums
