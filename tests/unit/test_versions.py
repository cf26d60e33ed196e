"""A change in the layer alone reaches players: SAM then publishes every function anew.

Nearly all code is in the layer: rules, banners, texts. SAM tells the versions of a function apart
by the function's own properties, in which a layer is a reference that stays the same. Here the
template is translated twice, as `sam package` hands it over before and after an edit in the layer.
"""

from __future__ import annotations

import copy
import json
from typing import Any, Final

import pytest
from samtranslator.translator.transform import transform

from tests.cloudformation import _NoManagedPolicies, source, translated

pytestmark = pytest.mark.once

VERSION: Final = "AWS::Lambda::Version"
LAYER: Final = "AWS::Lambda::LayerVersion"


def packaged(layer: str) -> dict[str, Any]:
    """The CloudFormation that SAM makes where `sam package` stored the layer under this hash."""
    translated()  # sets the Region that the transform asks for
    template = copy.deepcopy(source())
    for name, resource in template["Resources"].items():
        for key in ("CodeUri", "ContentUri"):
            if key in resource["Properties"]:
                stored = layer if key == "ContentUri" else f"hash-of-{name}"
                resource["Properties"][key] = f"s3://bucket/discord-gacha/{stored}"
    result: dict[str, Any] = transform(template, {}, _NoManagedPolicies())
    return result


def logical_ids(template: dict[str, Any], kind: str) -> list[str]:
    return [name for name, each in template["Resources"].items() if each["Type"] == kind]


BEFORE: Final = packaged("0a" * 16)
AFTER: Final = packaged("1b" * 16)


def test_a_change_in_the_layer_alone_makes_a_version_of_every_function() -> None:
    functions = logical_ids(BEFORE, "AWS::Lambda::Function")
    for template, other in ((BEFORE, AFTER), (AFTER, BEFORE)):
        assert len(logical_ids(template, VERSION)) == len(functions) > 5
        assert set(logical_ids(template, VERSION)).isdisjoint(other["Resources"])
        assert {
            template["Resources"][name]["Properties"]["FunctionName"]["Ref"]
            for name in logical_ids(template, VERSION)
        } == set(functions)


def test_nothing_else_changes_and_whatever_names_a_version_names_the_new_one() -> None:
    """With the new logical ids put in for the old ones, the templates differ in one value."""
    text = json.dumps(BEFORE)
    for kind in (VERSION, LAYER):
        for old, new in zip(logical_ids(BEFORE, kind), logical_ids(AFTER, kind), strict=True):
            assert old != new, f"{old} is not made anew"
            text = text.replace(f'"{old}"', f'"{new}"')
    renamed = json.loads(text)
    [layer] = logical_ids(AFTER, LAYER)
    content = renamed["Resources"][layer]["Properties"]["Content"]
    assert content != AFTER["Resources"][layer]["Properties"]["Content"]
    content["S3Key"] = AFTER["Resources"][layer]["Properties"]["Content"]["S3Key"]
    assert renamed == AFTER
    gone = set(logical_ids(BEFORE, VERSION)) | set(logical_ids(BEFORE, LAYER))
    assert not [name for name in gone if name in json.dumps(AFTER)]


def test_workflows_and_aliases_hold_the_version_and_the_layers_reference_moves() -> None:
    versions = set(logical_ids(AFTER, VERSION))
    substituted = {
        value["Ref"]
        for each in AFTER["Resources"].values()
        if each["Type"] == "AWS::StepFunctions::StateMachine"
        for name, value in each["Properties"]["DefinitionSubstitutions"].items()
        if name.endswith("FunctionArn")
    }
    aliased = {
        each["Properties"]["FunctionVersion"]["Fn::GetAtt"][0]
        for each in AFTER["Resources"].values()
        if each["Type"] == "AWS::Lambda::Alias"
    }
    assert substituted < versions and aliased == versions
    [layer] = logical_ids(AFTER, LAYER)
    commands = AFTER["Resources"]["DiscordCommands"]["Properties"]
    assert commands["Definitions"] == {"Ref": layer}


def test_the_same_content_makes_nothing_anew() -> None:
    assert packaged("0a" * 16) == BEFORE
