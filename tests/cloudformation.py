"""The template as CloudFormation gets it: expanded by SAM, and resolved for given parameters by
the same code that the tools use (scripts/template.py).

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

from samtranslator.translator.transform import transform

from scripts.template import PATH, Template, load

PHASES: Final = ("initial", "growth", "expansion", "large")
REGION: Final = "ap-northeast-1"
AWS_ACCOUNT: Final = "123456789012"
LOCAL_ACCOUNT: Final = "000000000000"
PUBLIC_KEY: Final = "ab" * 32
STACK_ID: Final = "stack/gacha/1a2b3c4d-5e6f"

_mutant: dict[str, Any] | None = None


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def source() -> Mapping[str, Any]:
    """template.yaml with its loops written out, or the mutant of it."""
    return load(PATH) if _mutant is None else _mutant


@contextmanager
def changed(path: str, value: Any) -> Iterator[None]:
    """In the block, the template has `value` at `path`, such as `Mappings/Phases/large/ApiRate`.

    A part of a path that is a number is a place in a list. KeyError or IndexError where the
    template has no such place: what does not exist cannot be changed.
    """
    global _mutant
    mutant = copy.deepcopy(dict(load(PATH)))
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
    template = copy.deepcopy(dict(source()))
    for resource in template["Resources"].values():  # as after `sam package`
        for key in ("CodeUri", "ContentUri", "DefinitionUri"):
            if key in resource["Properties"]:
                resource["Properties"][key] = "s3://bucket/key"
    result: dict[str, Any] = _not_restored(transform(template, {}, _NoManagedPolicies()))
    return result


TABLES: Final = {
    "discord_users": "UsersTable",
    "gacha_history": "HistoryTable",
    "server_settings": "SettingsTable",
    "gacha_collection": "CollectionTable",
}
_IN_USE: Final = re.compile(
    r"(arn:\$\{AWS::Partition\}:dynamodb:\$\{AWS::Region\}:\$\{AWS::AccountId\}:table/)?"
    rf"({'|'.join(TABLES)})\$\{{TablesSuffix\}}\$\{{RestoredSuffix\}}"
)


def _not_restored(value: Any) -> Any:
    """`value` as it is while `RestoredSuffix` is empty: the tables in use are the stack's own, and
    referred to as such. tests/unit/test_restored_suffix.py has what it is otherwise."""
    if isinstance(value, list):
        return [_not_restored(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Fn::Sub"} and isinstance(value["Fn::Sub"], str):
        text = _IN_USE.sub(
            lambda found: f"${{{TABLES[found[2]]}{'.Arn' if found[1] else ''}}}",
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


class _Referring(Template):
    """References to what exists only after the deployment stay as they are."""

    def made(self, reference: str) -> Any:
        name, _, attribute = reference.partition(".")
        return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}

    def made_in_text(self, reference: str) -> str:
        return f"${{{reference}}}"


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
        typed = {
            name: f"any {name}"
            for name, each in self._template["Parameters"].items()
            if "Default" not in each
        }
        self._resolver = _Referring(
            {**typed, "DiscordPublicKey": PUBLIC_KEY, **parameters},
            source=self._template,
            region=region,
            pseudo={
                "AWS::AccountId": account,
                "AWS::Partition": partition,
                "AWS::StackId": f"arn:aws:cloudformation:{region}:{account}:{STACK_ID}",
                "AWS::StackName": "discord-gacha",
            },
        )
        self.holds = self._resolver.holds
        self.value = self._resolver.resolve
        """A value with conditions, mappings and parameters put in."""

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


def whole(stack: Resolved) -> dict[str, Any]:
    """A template of what is made for some parameters, for tools that resolve less than we do."""
    written = translated()["Resources"]
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {name: stack.value(written[name]) for name in stack.types()},
    }


if __name__ == "__main__":  # `make checkov`
    print(json.dumps(whole(Resolved(EncryptionKey=sys.argv[1], Analytics="DAILY")), indent=1))


@cache
def tables() -> dict[str, dict[str, Any]]:
    """Logical id → the template's table as DynamoDB's `create_table` takes it, on demand. What asks
    a model for more services, and shows nothing, is left out."""
    kept = ("TableName", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    made = {}
    for name, properties in Resolved().resources("AWS::DynamoDB::Table").items():
        table = {key: properties[key] for key in kept if key in properties}
        for index in table.get("GlobalSecondaryIndexes", []):
            index.pop("ProvisionedThroughput", None)
            index.pop("OnDemandThroughput", None)
        made[name] = {**table, "BillingMode": "PAY_PER_REQUEST"}
    return made
