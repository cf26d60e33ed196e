"""What begins while everything else is still being loaded: names, TCP and TLS are waiting for the
most part, and loading is work. `app` imports it first."""

from __future__ import annotations

from typing import Final

from adapters import inline
from stepfunctions import StepFunctions

workflows: Final = StepFunctions()
workflows.connect()
inline.connect()
