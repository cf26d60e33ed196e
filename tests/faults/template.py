"""What the suite takes from template.yaml: tables, time limits, the workflows' parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from scripts.template import PATH, Template, load
from tests.conftest import ROOT
from tests.faults.asl import Definition
from tests.faults.dynamodb import Schema

MACHINES: Final = ("pull", "change", "reply", "workshop", "erase")


class _Names(Template):
    """A table is its name, and any other resource its logical id."""

    def made(self, reference: str) -> Any:
        name = reference.removesuffix(".Arn")
        resource = load(PATH)["Resources"].get(name, {})
        if resource.get("Type") == "AWS::DynamoDB::Table":
            return self.resolve(resource["Properties"]["TableName"])
        return name.removesuffix("Alias")  # who starts a workflow's alias starts the workflow


def resolved(value: Any, given: Mapping[str, str]) -> Any:
    """`value` with its intrinsic functions worked out; a table is its name, and any other resource
    its logical id."""
    return _Names(given, pseudo={"AWS::StackName": "faults"}).resolve(value)


@cache
def schemas() -> dict[str, Schema]:
    """The tables by their name."""
    return {
        resolved(resource["Properties"]["TableName"], {}): Schema.of(resource["Properties"])
        for resource in load(PATH)["Resources"].values()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }


@cache
def machine(name: str, workflow_type: str) -> tuple[str, Definition]:
    """The type and the definition of a workflow, as a stack of this `WorkflowType` has them."""
    given = {"WorkflowType": workflow_type}
    properties = load(PATH)["Resources"][f"{name.title()}StateMachine"]["Properties"]
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
    properties = load(PATH)["Resources"][f"{function.title()}Function"]["Properties"]
    default = load(PATH)["Globals"]["Function"]["Timeout"]
    return float(resolved(properties.get("Timeout", default), {}))


@cache
def environment_of(function: str, workflow_type: str) -> dict[str, Any]:
    """The names in the function's environment, with what a stack of this type gives them."""
    names: dict[str, Any] = {}
    for where in (
        load(PATH)["Globals"]["Function"],
        load(PATH)["Resources"][f"{function.title()}Function"]["Properties"],
    ):
        names |= where.get("Environment", {}).get("Variables", {})
    given = {"WorkflowType": workflow_type}
    return {name: resolved(value, given) for name, value in names.items()}
