"""The tool that measures packages; what it measures is built by `make sizes`."""

from pathlib import Path

import pytest

from scripts import sizes


def package(build: Path, name: str, size: int) -> None:
    folder = build / name / "inner"
    folder.mkdir(parents=True)
    (folder / "one").write_bytes(b"x" * (size // 2))
    (folder.parent / "two").write_bytes(b"x" * (size - size // 2))


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("InteractionsFunction", 1_999_999, 0),
        ("InteractionsFunction", 2_000_000, 1),
        ("DrawFunction", 39_999_999, 0),
        ("DrawFunction", 40_000_000, 1),
    ],
)
def test_a_package_has_a_bound(tmp_path: Path, name: str, size: int, code: int) -> None:
    package(tmp_path, name, size)
    package(tmp_path, "AnswerFunction", 1000)
    assert sizes.main([str(tmp_path)]) == code


def test_without_a_build_there_is_nothing_to_measure(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as end:
        sizes.main([str(tmp_path)])
    assert end.value.code == 2
