"""Each answer may be another one at the next deployment: CloudFormation can make the change.

It changes a resource in place unless a property changes that the resource's type, by its schema in
CloudFormation's registry, takes only when it is created. Then it makes another one beside the old
one, which fails where a fixed name is the same for both.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import permutations
from typing import Any, Final

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.cloudformation import PHASES, REGION, Resolved, changed

pytestmark = pytest.mark.once

VPC: Final = "vpc-0123456789abcdef0/subnet-0123456789abcdef0"

ANSWERS: Final[dict[str, list[dict[str, str]]]] = {
    "phase": [{"Phase": each} for each in PHASES],
    "workflows": [{"WorkflowType": each} for each in ("STANDARD", "EXPRESS")],
    "key": [{"EncryptionKey": each} for each in ("AWS", "CUSTOMER")],
    "copies": [{"BackupCopyRegion": each} for each in ("none", "ap-northeast-2")],
    "mail": [{"AlarmEmail": each} for each in ("none", "a@example.com", "b@example.com")],
    "servers": [{"AllowedGuildIds": each} for each in ("any", "1290000000000000002")],
    "token": [{"DiscordBotToken": each} for each in ("none", "t" * 70, "u" * 70)],
    "application": [{"DiscordPublicKey": each * 64} for each in "12"],
    "network": [{}, {"Network": f"{VPC}/rtb-0123456789abcdef0"}, {"Network": VPC}],
    "tables": [{"RestoredSuffix": each} for each in ("", "-r1", "-r2")],
    "names": [{"TablesSuffix": each} for each in ("", "_dev")],
}

CHANGES: Final = [
    pytest.param(before, after, id=f"{name}-{number}")
    for name, answers in ANSWERS.items()
    for number, (before, after) in enumerate(permutations(answers, 2))
]


def made(answers: dict[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Logical name → type and properties of everything that AWS makes."""
    return _made(frozenset(answers.items()))


@cache
def _made(answers: frozenset[tuple[str, str]]) -> dict[str, tuple[str, dict[str, Any]]]:
    stack = Resolved(**dict(answers))
    return {
        name: (kind, stack.properties(name))
        for name, kind in stack.types().items()
        if not kind.startswith("Custom::")
    }


def only_when_created(kind: str, properties: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The properties that a resource of this type takes only when it is created, with values."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    for path in schema.get("createOnlyProperties", ()):
        found: Any = properties
        for part in path.removeprefix("/properties/").split("/"):
            found = found.get(part) if isinstance(found, dict) else None
        yield path, found


def collisions(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What would have to be made anew under the name that it has."""
    found = []
    then, now = made(before), made(after)
    for name in then.keys() & now.keys():
        old, new = (dict(only_when_created(*each[name])) for each in (then, now))
        fixed = [
            path
            for path, value in new.items()
            if path.endswith("Name") and isinstance(value, str) and old[path] == value
        ]
        if old != new and fixed:
            found.append(name)
    return found


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_nothing_has_to_be_made_anew_under_the_name_that_it_has(
    before: dict[str, str], after: dict[str, str]
) -> None:
    assert collisions(before, after) == []


def test_a_vault_of_a_fixed_name_whose_key_changes_would_be_found() -> None:
    key = {"Fn::If": ["HasOwnKey", {"Fn::GetAtt": ["StackKey", "Arn"]}, {"Ref": "AWS::NoValue"}]}
    vault = {"BackupVaultName": "discord-gacha", "EncryptionKeyArn": key}
    _made.cache_clear()
    try:
        with changed("Resources/BackupVault/Properties", vault):
            assert collisions(*ANSWERS["key"]) == ["BackupVault"]
    finally:
        _made.cache_clear()


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_an_alias_stays_with_its_workflow(before: dict[str, str], after: dict[str, str]) -> None:
    """An alias can move between versions of one workflow only; of another one it is another."""
    then, now = made(before), made(after)
    for name, (kind, alias) in now.items():
        if kind == "AWS::StepFunctions::StateMachineAlias":
            workflow = name.removesuffix("Alias")
            types = [each[workflow][1]["StateMachineType"] for each in (then, now)]
            assert (then[name][1]["Name"] == alias["Name"]) == (types[0] == types[1]), name
