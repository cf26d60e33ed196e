"""What the suite takes from template.yaml: tables, time limits, the workflows' parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from samcli.yamlhelper import yaml_parse

from tests.conftest import ROOT
from tests.faults.asl import Definition
from tests.faults.dynamodb import Schema

MACHINES: Final = ("pull", "act", "reply")


@cache
def _template() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


def _parameters(given: Mapping[str, str]) -> dict[str, Any]:
    defaults = {
        name: each["Default"]
        for name, each in _template()["Parameters"].items()
        if "Default" in each
    }
    return {**defaults, **given}


def resolved(value: Any, given: Mapping[str, str]) -> Any:
    """`value` with its intrinsic functions worked out; a resource is its logical id."""
    parameters = _parameters(given)

    def holds(name: str) -> bool:
        return bool(work_out(_template()["Conditions"][name]))

    def work_out(value: Any) -> Any:
        if isinstance(value, list):
            return [work_out(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, argument)] = value.items()
            match function:
                case "Ref":
                    return parameters.get(argument, argument)
                case "Fn::GetAtt":
                    text = argument if isinstance(argument, str) else ".".join(argument)
                    return text.removesuffix(".Arn")
                case "Fn::If":
                    name, yes, no = argument
                    return work_out(yes if holds(name) else no)
                case "Fn::Equals":
                    one, two = work_out(argument)
                    return str(one) == str(two)
                case "Fn::And":
                    return all(work_out(argument))
                case "Fn::Or":
                    return any(work_out(argument))
                case "Fn::Not":
                    return not work_out(argument[0])
                case "Condition":
                    return holds(argument)
                case "Fn::FindInMap":
                    table, row, column = work_out(argument)
                    return work_out(_template()["Mappings"][table][row][column])
                case "Fn::Sub" if isinstance(argument, str):
                    known = {"AWS::StackName": "faults", **parameters}
                    return re.sub(
                        r"\$\{([\w:.]+)\}", lambda m: str(known.get(m[1], m[1])), argument
                    )
        return {name: work_out(each) for name, each in value.items()}

    return work_out(value)


@cache
def schemas() -> dict[str, Schema]:
    """The tables by logical id, which is their name in the suite."""
    return {
        name: Schema.of(resource["Properties"])
        for name, resource in _template()["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }


@cache
def machine(name: str, workflow_type: str) -> tuple[str, Definition]:
    """The type and the definition of a workflow, as a stack of this `WorkflowType` has them."""
    given = {"WorkflowType": workflow_type}
    properties = _template()["Resources"][f"{name.title()}StateMachine"]["Properties"]
    substitutions = resolved(properties["DefinitionSubstitutions"], given)
    text = (ROOT / properties["DefinitionS3Location"]).read_text()
    kind = resolved(properties["StateMachineType"], given)
    return kind, Definition.parse(text, {key: str(each) for key, each in substitutions.items()})


def function_of(arn: str) -> str:
    """The folder of what a workflow calls, perhaps by an alias: DrawFunction → draw."""
    found = re.match(r"([A-Za-z]+?)Function", arn)
    if found is None:
        raise LookupError(f"{arn} names no function of the template")
    return found[1].lower()


@cache
def timeout_of(function: str) -> float:
    """Seconds after which Lambda kills the function."""
    properties = _template()["Resources"][f"{function.title()}Function"]["Properties"]
    default = _template()["Globals"]["Function"]["Timeout"]
    return float(resolved(properties.get("Timeout", default), {}))


@cache
def environment_of(function: str, workflow_type: str) -> dict[str, Any]:
    """The names in the function's environment, with what a stack of this type gives them."""
    names: dict[str, Any] = {}
    for where in (
        _template()["Globals"]["Function"],
        _template()["Resources"][f"{function.title()}Function"]["Properties"],
    ):
        names |= where.get("Environment", {}).get("Variables", {})
    given = {"WorkflowType": workflow_type}
    return {name: resolved(value, given) for name, value in names.items()}
