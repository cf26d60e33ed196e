"""Traces and logs of the workers' runs."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

from adapters import figures
from adapters.logs import log
from adapters.xray import subsegment

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


def worker(name: str) -> Callable[[Handler], Handler]:
    """Wrap a worker's handler: one subsegment and one log line for each run, with the same ids.

    The event carries them under `interaction`; which banner was asked for is annotated too. The
    log line has the run's figures besides, and a few of them become metrics (`adapters.figures`).
    """

    def wrap(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def run(event: dict[str, Any], context: object) -> dict[str, Any]:
            interaction = _object(event, "interaction")  # as it came: not read yet
            ids = {key: interaction.get(key) for key in ("interaction_id", "guild_id")}
            ids["banner"] = _object(interaction, "options").get("banner")
            began = time.monotonic()
            outcome = "failed"
            fields: figures.Fields = {}
            try:
                with subsegment(name, annotations=ids):
                    result = handler(event, context)
                outcome = str(result["outcome"])
                fields = figures.report(name, event, result)
                return result
            except Exception as error:
                # One that is no failure, but a wait of the workflow's, says so.
                outcome = getattr(error, "outcome", outcome)
                fields = getattr(error, "figures", fields)
                raise
            finally:
                log(
                    f"{name} {outcome}",
                    level="ERROR" if outcome == "failed" else "INFO",
                    worker=name,
                    outcome=outcome,
                    command=interaction.get("command"),
                    player=figures.who(interaction),
                    ms=round((time.monotonic() - began) * 1000),
                    **ids,
                    **fields,
                )

        return run

    return wrap


def _object(of: object, name: str) -> dict[str, Any]:
    """What stands under a name; empty where that is no object. Whatever a workflow was started
    with, by hand or by a fault of ours, its failure is logged."""
    value = of.get(name) if isinstance(of, dict) else None
    return value if isinstance(value, dict) else {}
