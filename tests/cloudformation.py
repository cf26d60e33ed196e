"""The template as CloudFormation gets it: expanded by SAM, and resolved for given parameters.

`changed` swaps in a template with one value changed, so that a test can be tested.
"""

from __future__ import annotations

import copy
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

from tests.conftest import ROOT

PHASES: Final = ("initial", "growth", "expansion", "large")
REGION: Final = "ap-northeast-1"
AWS_ACCOUNT: Final = "123456789012"
LOCAL_ACCOUNT: Final = "000000000000"
PUBLIC_KEY: Final = "ab" * 32

_ABSENT: Final = object()
_mutant: dict[str, Any] | None = None


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


@cache
def _written() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


def source() -> dict[str, Any]:
    """template.yaml as it is written, or the mutant of it."""
    return _written() if _mutant is None else _mutant


@contextmanager
def changed(path: str, value: Any) -> Iterator[None]:
    """In the block, the template has `value` at `path`, such as `Mappings/Phases/large/ApiRate`.

    A part of a path that is a number is a place in a list. KeyError or IndexError where the
    template has no such place: what does not exist cannot be changed.
    """
    global _mutant
    mutant = copy.deepcopy(_written())
    *parents, last = [int(part) if part.isdecimal() else part for part in path.split("/")]
    place: Any = mutant
    for parent in parents:
        place = place[parent]
    assert place[last] != value, f"{path} is {value!r} already"
    place[last] = value
    _mutant = mutant
    translated.cache_clear()
    try:
        yield
    finally:
        _mutant = None
        translated.cache_clear()


@cache
def translated() -> dict[str, Any]:
    """The CloudFormation that SAM makes of the template."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    template = copy.deepcopy(source())
    for resource in template["Resources"].values():  # as after `sam package`
        for key in ("CodeUri", "ContentUri", "DefinitionUri"):
            if key in resource["Properties"]:
                resource["Properties"][key] = "s3://bucket/key"
    result: dict[str, Any] = _not_restored(transform(template, {}, _NoManagedPolicies()))
    return result


_IN_USE: Final = re.compile(
    r"(arn:\$\{AWS::Partition\}:dynamodb:\$\{AWS::Region\}:\$\{AWS::AccountId\}:table/)?"
    r"\$\{(\w+Table)Name\}\$\{RestoredSuffix\}"
)


def _not_restored(value: Any) -> Any:
    """`value` as it is while `RestoredSuffix` is empty: the tables in use are the stack's own, and
    referred to as such. tests/unit/test_restored_suffix.py has what it is otherwise."""
    if isinstance(value, list):
        return [_not_restored(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Fn::If"} and value["Fn::If"][0] == "IsRestored":
        return value["Fn::If"][2]
    if value.keys() == {"Fn::Sub"} and isinstance(value["Fn::Sub"], str):
        text = _IN_USE.sub(
            lambda found: f"${{{found[2]}.Arn}}" if found[1] else f"${{{found[2]}}}",
            value["Fn::Sub"],
        )
        if found := re.fullmatch(r"\$\{(\w+Table)(\.Arn)?\}", text):
            return {"Fn::GetAtt": [found[1], "Arn"]} if found[2] else {"Ref": found[1]}
        return {"Fn::Sub": text}
    return {name: _not_restored(each) for name, each in value.items()}


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Logical name → properties of all resources of a type, unresolved."""
    return {
        name: resource["Properties"]
        for name, resource in translated()["Resources"].items()
        if resource["Type"] == kind
    }


class Resolved:
    """What is made for `parameters`, the others at their defaults.

    References to what exists only after the deployment stay as they are.
    """

    def __init__(
        self,
        *,
        account: str = AWS_ACCOUNT,
        partition: str = "aws",
        region: str = REGION,
        **parameters: str,
    ) -> None:
        self._template = translated()
        declared = self._template["Parameters"]
        assert set(parameters) <= set(declared), "no such parameter"
        defaults = {name: each.get("Default", f"any {name}") for name, each in declared.items()}
        self._known: dict[str, Any] = {
            **defaults,
            "DiscordPublicKey": PUBLIC_KEY,
            **parameters,
            "AWS::AccountId": account,
            "AWS::NoValue": _ABSENT,
            "AWS::Partition": partition,
            "AWS::Region": region,
            "AWS::StackId": f"arn:aws:cloudformation:{region}:{account}:stack/gacha/1a2b3c4d-5e6f",
            "AWS::StackName": "discord-gacha",
            "AWS::URLSuffix": "amazonaws.com",
        }

    def holds(self, condition: str) -> bool:
        return bool(self.value(self._template["Conditions"][condition]))

    def types(self) -> dict[str, str]:
        """Logical name → type of everything that is made."""
        return {
            name: resource["Type"]
            for name, resource in self._template["Resources"].items()
            if "Condition" not in resource or self.holds(resource["Condition"])
        }

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical name → properties of the resources of a type that are made."""
        return {
            name: self.value(self._template["Resources"][name].get("Properties", {}))
            for name, each in self.types().items()
            if each == kind
        }

    def properties(self, name: str) -> dict[str, Any]:
        """The properties of one resource, which has to be made."""
        assert name in self.types(), f"{name} is not made"
        resolved: dict[str, Any] = self.value(self._template["Resources"][name]["Properties"])
        return resolved

    def value(self, value: Any) -> Any:
        """`value` with conditions, mappings and parameters put in."""
        if isinstance(value, list):
            return [each for each in map(self.value, value) if each is not _ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(function, argument)] = value.items()
            resolve = getattr(self, "_" + function.replace("Fn::", "").lower(), None)
            if resolve is not None and (function in ("Ref", "Condition") or "::" in function):
                return resolve(argument)
        each = {name: self.value(argument) for name, argument in value.items()}
        return {name: argument for name, argument in each.items() if argument is not _ABSENT}

    def _ref(self, name: str) -> Any:
        return self._known.get(name, {"Ref": name})

    def _condition(self, name: Any) -> Any:
        # A policy's statement may hold a Condition alone, which is no name.
        return self.holds(name) if isinstance(name, str) else {"Condition": self.value(name)}

    def _if(self, arguments: list[Any]) -> Any:
        return self.value(arguments[1 if self.holds(arguments[0]) else 2])

    def _equals(self, arguments: list[Any]) -> bool:
        left, right = (self.value(each) for each in arguments)
        return str(left) == str(right)

    def _not(self, arguments: list[Any]) -> bool:
        return not self.value(arguments[0])

    def _and(self, arguments: list[Any]) -> bool:
        return all(self.value(each) for each in arguments)

    def _or(self, arguments: list[Any]) -> bool:
        return any(self.value(each) for each in arguments)

    def _findinmap(self, arguments: list[Any]) -> Any:
        mapping, row, column = (self.value(each) for each in arguments)
        return self._template["Mappings"][mapping][row][column]

    def _join(self, arguments: list[Any]) -> str:
        separator, parts = (self.value(each) for each in arguments)
        return str(separator).join(map(str, parts))

    def _split(self, arguments: list[Any]) -> list[str]:
        separator, text = (self.value(each) for each in arguments)
        return str(text).split(separator)

    def _select(self, arguments: list[Any]) -> Any:
        number, choices = (self.value(each) for each in arguments)
        return choices[int(number)]

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument
        known: Mapping[str, Any] = {**self._known, **{k: self.value(v) for k, v in given.items()}}
        return re.sub(
            r"\$\{([^}!]+)\}",
            lambda found: str(known[found[1]]) if found[1] in known else found[0],
            text,
        )


def whole(stack: Resolved) -> dict[str, Any]:
    """A template of what is made for some parameters, for tools that resolve less than we do."""
    written = translated()["Resources"]
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {name: stack.value(written[name]) for name in stack.types()},
    }


if __name__ == "__main__":  # `make checkov`
    print(json.dumps(whole(Resolved(EncryptionKey=sys.argv[1])), indent=1))
