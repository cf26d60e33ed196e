"""X-Ray, in the workers only. The SDK is in maintenance since 2026-02: nothing else imports it.

Only botocore is patched: patching `requests` would record Discord's URLs, and with them the
interaction tokens.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aws_xray_sdk.core import patch, xray_recorder

from adapters import figures
from adapters.logs import log

Handler = Callable[[dict[str, Any], object], dict[str, Any]]

# Outside Lambda there is no segment to hang anything on, and that is no error.
xray_recorder.configure(context_missing="IGNORE_ERROR")
patch(("botocore",))


@contextmanager
def subsegment(name: str, **annotations: str | None) -> Iterator[None]:
    """Time a part of the work, and let X-Ray find it by its annotations.

    Lambda's own segment takes no annotations, so they go on subsegments.
    """
    with xray_recorder.in_subsegment(name) as opened:
        for key, value in annotations.items():
            if opened is not None and value is not None:
                opened.put_annotation(key, value)
        yield


def worker(name: str) -> Callable[[Handler], Handler]:
    """Wrap a worker's handler: one subsegment and one log line for each run, with the same ids.

    The event carries them under `interaction`; which banner was asked for is annotated too. The
    log line has the run's figures besides, and a few of them become metrics (`adapters.figures`).
    """

    def wrap(handler: Handler) -> Handler:
        @functools.wraps(handler)
        def run(event: dict[str, Any], context: object) -> dict[str, Any]:
            interaction = event["interaction"]
            ids = {key: interaction.get(key) for key in ("interaction_id", "guild_id")}
            ids["banner"] = interaction["options"].get("banner")
            began = time.monotonic()
            outcome = "failed"
            found: figures.Fields = {}
            try:
                with subsegment(name, **ids):
                    result = handler(event, context)
                outcome = str(result["outcome"])
                found = figures.report(name, event, result)
                return result
            except Exception as error:
                outcome = getattr(error, "outcome", outcome)
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
                    **found,
                )

        return run

    return wrap
