"""EMF lines: as CloudWatch reads them, and nothing that it would drop in silence."""

from __future__ import annotations

import json
import time
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import metrics

# The specification's document, with the bounds of PutMetricData where they are tighter. Written
# from the documentation, independently of what `emit` checks.
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "additionalProperties": False,
            "properties": {
                "Timestamp": {"type": "integer", "minimum": 0},
                "CloudWatchMetrics": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["Namespace", "Dimensions", "Metrics"],
                        "additionalProperties": False,
                        "properties": {
                            "Namespace": {
                                "type": "string",
                                "pattern": "^[0-9A-Za-z.#:/_-]{1,255}$",
                            },
                            "Dimensions": {
                                "type": "array",
                                "minItems": 1,
                                "items": {
                                    "type": "array",
                                    "maxItems": 30,
                                    "items": {"type": "string", "minLength": 1, "maxLength": 250},
                                },
                            },
                            "Metrics": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": 100,
                                "items": {
                                    "type": "object",
                                    "required": ["Name"],
                                    "additionalProperties": False,
                                    "properties": {
                                        "Name": {
                                            "type": "string",
                                            "minLength": 1,
                                            "maxLength": 255,
                                        },
                                        "Unit": {"enum": ["Count", "Milliseconds"]},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    [printed] = capsys.readouterr().out.splitlines()
    document: dict[str, Any] = json.loads(printed)
    jsonschema.validate(document, SCHEMA)
    [directive] = document["_aws"]["CloudWatchMetrics"]
    for name in (*directive["Dimensions"][0], *(each["Name"] for each in directive["Metrics"])):
        assert name in document  # a reference to what is not there drops the whole document
    return document


def test_a_line_names_its_metrics_units_and_dimensions(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STACK_NAME", "discord-gacha")
    before = time.time_ns() // 1_000_000
    metrics.emit({"Pulls": 10, "DeliveryAge": 812.5}, banner="starlit-atelier")
    document = line(capsys)
    about = document.pop("_aws")
    assert document == {
        "Stack": "discord-gacha",
        "banner": "starlit-atelier",
        "Pulls": 10,
        "DeliveryAge": 812.5,
    }
    assert about["CloudWatchMetrics"] == [
        {
            "Namespace": "Gacha",
            "Dimensions": [["Stack", "banner"]],
            "Metrics": [
                {"Name": "Pulls", "Unit": "Count"},
                {"Name": "DeliveryAge", "Unit": "Milliseconds"},
            ],
        }
    ]
    assert before <= about["Timestamp"] <= time.time_ns() // 1_000_000  # milliseconds


def test_without_a_stack_the_line_says_local(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STACK_NAME", raising=False)
    metrics.emit({"Pulls": 1})
    assert line(capsys)["Stack"] == "local"


@pytest.mark.parametrize(
    ("values", "dimensions"),
    [
        ({}, {}),
        ({f"m{n}": 1 for n in range(101)}, {}),
        ({"Pulls": 1}, {f"d{n}": "x" for n in range(30)}),  # and Stack
        ({"": 1}, {}),
        ({"m" * 256: 1}, {}),
        ({"Pulls\n": 1}, {}),
        ({"引く": 1}, {}),
        ({":Pulls": 1}, {}),
        ({"Pulls": float("nan")}, {}),
        ({"Pulls": float("inf")}, {}),
        ({"Pulls": 2**360 + 1}, {}),
        ({"Pulls": -(2**361)}, {}),
        ({"Pulls": True}, {}),
        ({"Pulls": "1"}, {}),
        ({"Pulls": 1}, {"banner": ""}),
        ({"Pulls": 1}, {"banner": "  "}),
        ({"Pulls": 1}, {"banner": "x" * 1025}),
        ({"Pulls": 1}, {"banner": "星"}),
        ({"Pulls": 1}, {"banner": ":x"}),
        ({"Pulls": 1}, {"banner": None}),
        ({"Pulls": 1}, {"b" * 251: "x"}),
        ({"Pulls": 1}, {"Pulls": "x"}),
        ({"Stack": 1}, {}),
        ({"_aws": 1}, {}),
        ({"Pulls": 1}, {"_aws": "x"}),
    ],
)
def test_what_cloudwatch_would_drop_is_an_error_and_prints_nothing(
    values: Any, dimensions: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        metrics.emit(values, **dimensions)
    assert capsys.readouterr().out == ""


@given(
    st.dictionaries(
        st.sampled_from([f"m{n}" for n in range(120)]),
        st.integers(-(2**360), 2**360) | st.floats(-1e100, 1e100),
        min_size=1,
        max_size=100,
    ),
    st.dictionaries(
        st.from_regex(r"[a-z]{1,250}", fullmatch=True),
        st.from_regex(r"[!-9;-~][ -~]{0,1023}", fullmatch=True),
        max_size=29,
    ),
)
def test_whatever_is_printed_keeps_to_the_specification(
    values: dict[str, int | float], dimensions: dict[str, str]
) -> None:
    import contextlib
    import io

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        metrics.emit(values, **dimensions)
    document = json.loads(printed.getvalue())
    jsonschema.validate(document, SCHEMA)
    assert {name: document[name] for name in values} == values
    assert printed.getvalue().count("\n") == 1


def test_the_largest_numbers_are_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.emit({"m": 2**360, "n": -(2.0**360)})
    assert line(capsys)["n"] == -(2.0**360)
