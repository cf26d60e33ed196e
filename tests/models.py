"""What a workflow sends to AWS and gets from it, held against AWS's own models of the services
(botocore's)."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

NAMES: Final = {"sfn": "stepfunctions"}
"""Services that Step Functions calls by another name than botocore."""


@cache
def _service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(NAMES.get(name, name))


def check(service: str, action: str, arguments: dict[str, Any]) -> None:
    """AssertionError for what the operation does not take: a name, a type, a value of none of an
    enumeration's, or a text of another pattern or length."""
    _hold(action, arguments, _operation(service, action).input_shape)


def check_answer(service: str, action: str, answer: dict[str, Any]) -> None:
    """The same of what a stand-in gives as the operation's answer."""
    _hold(action, answer, _operation(service, action).output_shape)


def errors(service: str, action: str) -> set[str]:
    """The errors that the operation names."""
    return {each.name for each in _operation(service, action).error_shapes}


def _operation(service: str, action: str) -> OperationModel:
    return _service(service).operation_model(action[0].upper() + action[1:])


def _hold(action: str, arguments: dict[str, Any], shape: Shape | None) -> None:
    assert shape is not None
    problems = ParamValidator().validate(arguments, shape)
    assert not problems.has_errors(), problems.generate_report()
    _check(action, arguments, shape)


def _check(where: str, value: Any, shape: Shape) -> None:
    if isinstance(shape, StructureShape):
        for name, each in value.items():
            _check(f"{where}.{name}", each, shape.members[name])
    elif shape.type_name == "string":
        known = shape.metadata
        assert value in known.get("enum", [value]), f"{where}: {value}"
        assert len(value) <= known.get("max", len(value)), f"{where}: {value}"
        assert re.search(known.get("pattern", ""), value), f"{where}: {value}"
