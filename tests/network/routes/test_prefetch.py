"""Asking ahead changes nothing: not the rows, not what is read, whatever row is asked for."""

import numpy as np
import pytest
from numba import njit

from maillage.network.routes.prefetch import prefetch


@njit
def ask(array, row):  # type: ignore[no-untyped-def]
    prefetch(array, row)
    return array[row, 0]


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
@pytest.mark.parametrize("row", [0, 2])
def test_a_row_is_as_it_was(dtype: type, row: int) -> None:
    array = np.arange(6, dtype=dtype).reshape(3, 2)
    assert ask(array, row) == 2 * row
    assert array.ravel().tolist() == list(range(6))


def test_the_processor_is_asked() -> None:
    """The instruction is in the code: without it all would pass, and be slower."""
    ask(np.zeros((1, 1), np.int32), 0)
    assert all(code.count("call void @llvm.prefetch") >= 2 for code in ask.inspect_llvm().values())
