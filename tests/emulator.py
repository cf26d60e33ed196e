"""local/aws.py over an emulator of empty modules: ministack lives in an environment of its own."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import pytest

MODULES = (
    "",
    "app",
    "core",
    "core.lambda_runtime",
    "core.persistence",
    "core.sigv4",
    "services",
    "services.apigateway",
    "services.dynamodb",
    "services.lambda_svc",
    "services.stepfunctions",
)


def load(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """local.aws. In this emulator no signature is ever good."""
    for name in MODULES:
        whole = f"ministack.{name}".rstrip(".")
        module = ModuleType(whole)
        monkeypatch.setitem(sys.modules, whole, module)
        if name:
            above, _, last = whole.rpartition(".")
            setattr(sys.modules[above], last, module)
    sys.modules["ministack.core.sigv4"].parse_header_signature = (  # type: ignore[attr-defined]
        lambda headers: ("MissingAuthenticationToken", "")
    )
    monkeypatch.delitem(sys.modules, "local.aws", raising=False)
    return importlib.import_module("local.aws")
