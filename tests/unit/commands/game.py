"""A player at the handlers’ doors, for the tests of several rooms."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.conftest import load_function
from tests.recording import record
from tests.support import workflow_input

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


class Game:
    """A player at the handlers' doors; every step is a new interaction."""

    def __init__(self) -> None:
        self._workers = {name: load_function(name).handler for name in ("draw", "plan", "answer")}
        self._number = 0
        self.outputs: list[dict[str, Any]] = []

    def act(self, command: str, **options: Any) -> dict[str, Any]:
        """A pull or a change, recorded if there is something to record."""
        first = "draw" if command == "pull" else "plan"
        interaction = workflow_input(self._number, command, **options)
        self._number += 1
        output: dict[str, Any] = self._work(first, {"interaction": interaction})
        assert record(interaction, output)
        return output

    def repeat(self) -> dict[str, Any]:
        """The last act once more, as a redrive or a repeated delivery would."""
        self._number -= 1
        return self.act("fair rotate")

    def ask(self, command: str, **options: Any) -> dict[str, Any]:
        interaction = workflow_input(10_000, command, **options)
        message: dict[str, Any] = self._work("answer", {"interaction": interaction})["message"]
        return message

    def _work(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        output: dict[str, Any] = json.loads(json.dumps(self._workers[name](event, None)))
        self.outputs.append(output)
        return output
