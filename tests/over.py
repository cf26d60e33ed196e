"""One test over all rows of a table, where one for each would cost more than it holds.

`@over` is written as `pytest.mark.parametrize` is, and may stand on another. Every row runs, and
each that fails is named with what it failed of. What a fixture gives is the same for all rows.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

Test = Callable[..., None]


def over(names: str | tuple[str, ...], rows: Iterable[Any]) -> Callable[[Test], Test]:
    """The test once for each row: of values for these parameters, or of one value for the one.

    No rows are an error: such a test could not fail. A row that skips is one, too, as it would
    keep the others from running.
    """
    table = [(row,) if isinstance(names, str) else tuple(row) for row in rows]
    keys = (names,) if isinstance(names, str) else names
    assert table, f"no rows for {keys}"

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def run(**fixtures: Any) -> None:
            failures: list[BaseException] = []
            for row in table:
                values = dict(zip(keys, row, strict=True))
                try:
                    test(**fixtures, **values)
                except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
                    shown = ", ".join(f"{key}={repr(value)[:200]}" for key, value in values.items())
                    error.add_note(f"in the row {shown}")
                    failures.append(error)
            if failures:
                raise BaseExceptionGroup(f"{len(failures)} of {len(table)} rows", failures)

        signature = inspect.signature(test)
        rest = [each for name, each in signature.parameters.items() if name not in keys]
        assert len(rest) == len(signature.parameters) - len(keys), f"{test.__name__} takes {keys}"
        vars(run)["__signature__"] = signature.replace(parameters=rest)
        return run

    return decorate
