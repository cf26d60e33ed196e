"""CloudWatch metrics, as lines of the log: the embedded metric format (EMF).

CloudWatch Logs makes the metrics when it takes a line in, so a worker pays a `print` and no API
call. A metric costs $0.30 a month for each set of dimensions it is seen with, whatever it counts:
docs/decisions/0019-few-metrics.md says which figures are metrics and which are fields of the
worker's log line.

The bounds are those of the EMF specification and of CloudWatch's PutMetricData; a document beyond
them would be dropped in silence.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Mapping
from typing import Final

NAMESPACE: Final = "Gacha"

UNITS: Final[Mapping[str, str]] = {"DeliveryAge": "Milliseconds"}
"""The units of metrics that are not counts."""

_MOST_METRICS: Final = 100
_MOST_DIMENSIONS: Final = 30
_MOST_METRIC_NAME: Final = 255
_MOST_DIMENSION_NAME: Final = 250
_MOST_DIMENSION_VALUE: Final = 1024
_MOST_VALUE: Final = 2.0**360


def emit(metrics: Mapping[str, int | float], **dimensions: str) -> None:
    """Print one line that becomes `metrics`, each with the dimension `Stack` and `dimensions`.

    Raises ValueError for what CloudWatch would drop: no metric or too many, a name or a value that
    is empty, too long or not printable ASCII, a number that is not finite, a name used twice.
    """
    all_dimensions = {"Stack": os.environ.get("STACK_NAME", "local"), **dimensions}
    _check(metrics, all_dimensions)
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(all_dimensions)],
        "Metrics": [{"Name": name, "Unit": UNITS.get(name, "Count")} for name in metrics],
    }
    about = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}
    print(json.dumps({"_aws": about, **all_dimensions, **metrics}), flush=True)


def _check(metrics: Mapping[str, int | float], dimensions: Mapping[str, str]) -> None:
    if not 1 <= len(metrics) <= _MOST_METRICS:
        raise ValueError(f"{len(metrics)} metrics in one line; 1 to {_MOST_METRICS} are allowed")
    if len(dimensions) > _MOST_DIMENSIONS:
        raise ValueError(f"{len(dimensions)} dimensions; at most {_MOST_DIMENSIONS} are allowed")
    taken = {"_aws", *dimensions} & {*metrics} | {"_aws"} & {*dimensions}
    if taken:
        raise ValueError(f"used twice in one line: {', '.join(sorted(taken))}")
    for name, number in metrics.items():
        _check_text("metric's name", name, _MOST_METRIC_NAME)
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError(f"{name} is {type(number).__name__}, not a number")
        if not math.isfinite(number) or abs(number) > _MOST_VALUE:
            raise ValueError(f"{name} is {number}; metrics are finite, up to 2**360")
    for name, value in dimensions.items():
        _check_text("dimension's name", name, _MOST_DIMENSION_NAME)
        _check_text(f"dimension {name}", value, _MOST_DIMENSION_VALUE)


def _check_text(what: str, text: str, most: int) -> None:
    if not isinstance(text, str) or not text.strip() or len(text) > most:
        raise ValueError(f"a {what} has 1 to {most} characters, not only spaces")
    if not (text.isascii() and text.isprintable()) or text.startswith(":"):
        raise ValueError(f"a {what} is printable ASCII and does not begin with a colon")
