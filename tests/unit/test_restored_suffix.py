"""`RestoredSuffix` takes restored tables into use: everywhere at once, and nothing is made anew."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from scripts.template import Template
from tests.cloudformation import source

TABLES = {
    "UsersTable": "discord_users",
    "HistoryTable": "gacha_history",
    "SettingsTable": "server_settings",
    "CollectionTable": "gacha_collection",
}
MAKERS = {"TableNames", "TablesProtection", "SetupRole"}
SUFFIX = "-r20261125t071200"


def made(suffix: str, phase: str = "growth") -> dict[str, Any]:
    """Everything but the stack's own tables and what makes them, resolved."""
    template = Template({"RestoredSuffix": suffix, "Phase": phase})
    return {
        each.name: each.properties
        for each in template.resources()
        if each.type != "AWS::DynamoDB::Table" and each.name not in MAKERS
    }


def own_tables(value: Any) -> list[str]:
    """References to the stack's own tables."""
    if isinstance(value, dict):
        return [found for each in value.values() for found in own_tables(each)]
    if isinstance(value, list):
        return [found for each in value for found in own_tables(each)]
    if not isinstance(value, str):
        return []
    return [name for name in TABLES if name == value or re.search(rf"\$\{{{name}[}}.]", value)]


def test_nothing_refers_to_the_stacks_own_tables() -> None:
    """Anything else would go on working on the tables that were given up."""
    parts = {name: each.get("Properties", {}) for name, each in source()["Resources"].items()}
    for name, part in {**parts, **source()["Outputs"]}.items():
        found = own_tables(part)
        assert not found, f"{name}: say !Sub {TABLES[found[0]]}${{TablesSuffix}}${{RestoredSuffix}}"


@pytest.mark.parametrize("phase", ["initial", "growth"])
def test_with_a_suffix_every_name_has_it(phase: str) -> None:
    before, after = (json.dumps(made(suffix, phase)) for suffix in ("", SUFFIX))
    for name in TABLES.values():
        assert after.count(name) == after.count(name + SUFFIX) >= before.count(name) > 1


def test_scaling_permissions_alarms_and_environment_follow() -> None:
    after = made(SUFFIX)
    target = after["UndeliveredWriteCapacity"]["ResourceId"]
    assert target == f"table/gacha_history{SUFFIX}/index/undelivered"
    for name in ("Pull", "Change"):
        assert f"table/gacha_history{SUFFIX}" in json.dumps(after[f"{name}StateMachineRole"])
        void = after[f"{name}StateMachine"]["DefinitionSubstitutions"]["HistoryTable"]
        assert void == f"gacha_history{SUFFIX}"
    environment = after["DrawFunction"]["Environment"]["Variables"]
    assert environment["DYNAMODB_USERS_TABLE"] == f"discord_users{SUFFIX}"
    outputs = Template({"RestoredSuffix": SUFFIX}).resolve(source()["Outputs"])
    for output, name in TABLES.items():
        assert outputs[output]["Value"] == name + SUFFIX


def test_a_new_suffix_is_a_new_version_of_every_function_that_sees_tables() -> None:
    """A version keeps its environment, and its alias would go on with the old tables."""
    described = {
        name: each["Properties"]["VersionDescription"]["Fn::Sub"]
        for name, each in source()["Resources"].items()
        if "VersionDescription" in each.get("Properties", {})
    }
    assert "DrawFunction" in described
    for name, text in described.items():
        sees_tables = name != "SetupFunction"
        assert ("${RestoredSuffix}" in str(text)) is sees_tables, name


def test_the_first_tables_stay_as_they_are() -> None:
    def tables(suffix: str) -> list[Any]:
        return Template({"RestoredSuffix": suffix}).resources("AWS::DynamoDB::Table")

    assert tables(SUFFIX) == tables("")
    assert [each.properties["TableName"] for each in tables("")] == list(TABLES.values())


@pytest.mark.parametrize(
    ("suffix", "good"),
    [
        ("", True),
        ("-r1", True),
        (SUFFIX, True),
        ("r1", False),
        ("-r1/x", False),
        ("-", False),
        ("-" + "x" * 18, False),
    ],
)
def test_what_a_suffix_may_be(suffix: str, good: bool) -> None:
    pattern = source()["Parameters"]["RestoredSuffix"]["AllowedPattern"]
    assert (re.fullmatch(pattern, suffix) is not None) is good


def test_scaling_waits_for_the_table() -> None:
    for name, each in source()["Resources"].items():
        if each["Type"] == "AWS::ApplicationAutoScaling::ScalableTarget":
            resource = str(each["Properties"]["ResourceId"])
            [table] = [table for table, named in TABLES.items() if f"table/{named}$" in resource]
            assert table in each["DependsOn"], name
