"""A test over rows fails as a test of each row would, and says of which."""

from __future__ import annotations

import inspect

import pytest

from tests.over import over


def test_every_row_runs_and_each_that_fails_is_named() -> None:
    ran = []

    @over("word", ["a", "b"])
    @over(("left", "right"), [(1, 1), (1, 2), (2, 1)])
    def rows(word: str, left: int, right: int) -> None:
        ran.append((word, left, right))
        assert left == right or word == "a"

    with pytest.RaisesGroup(pytest.RaisesGroup(AssertionError, AssertionError)) as failed:
        rows()
    assert ran == [(word, *pair) for word in "ab" for pair in ((1, 1), (1, 2), (2, 1))]
    [group] = failed.value.exceptions
    assert group.__notes__ == ["in the row word='b'"]
    assert isinstance(group, ExceptionGroup)
    notes = [error.__notes__ for error in group.exceptions]
    assert notes == [["in the row left=1, right=2"], ["in the row left=2, right=1"]]


def test_pytest_gives_the_rest_of_what_it_takes() -> None:
    @over("row", [1])
    def rows(tmp_path: str, row: int) -> None:
        assert (tmp_path, row) == ("given", 1)

    assert list(inspect.signature(rows).parameters) == ["tmp_path"]
    rows(tmp_path="given")


def test_a_row_can_neither_fail_in_another_way_nor_skip_the_others() -> None:
    ran = []

    @over("row", [pytest.skip, pytest.fail, lambda _: None])
    def rows(row: object) -> None:
        ran.append(row)
        assert callable(row)
        row("reason")

    with pytest.RaisesGroup(pytest.skip.Exception, pytest.fail.Exception):
        rows()
    assert len(ran) == 3


def test_what_could_not_fail_is_no_test() -> None:
    with pytest.raises(AssertionError, match="no rows"):
        over("row", [])
    with pytest.raises(AssertionError, match="takes"):

        @over("row", [1])
        def rows(raw: int) -> None: ...
