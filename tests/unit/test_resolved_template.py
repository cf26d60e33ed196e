"""scripts.template: CloudFormation's functions, and what a template comes to."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.template import Template, TemplateError

SOURCE: dict[str, Any] = {
    "Parameters": {
        "Size": {"Default": "small", "AllowedValues": ["small", "large"]},
        "Name": {"Default": "thing"},
        "Key": {"Type": "String"},
    },
    "Mappings": {"Sizes": {"small": {"Units": 5}, "large": {"Units": 30}}},
    "Conditions": {
        "IsLarge": {"Fn::Equals": [{"Ref": "Size"}, "large"]},
        "IsSmall": {"Fn::Not": [{"Condition": "IsLarge"}]},
        "Both": {"Fn::And": [{"Condition": "IsLarge"}, {"Condition": "IsSmall"}]},
        "Either": {"Fn::Or": [{"Condition": "IsLarge"}, {"Condition": "IsSmall"}]},
    },
    "Globals": {
        "Function": {"MemorySize": 128, "Timeout": 30, "Environment": {"Variables": {"A": 1}}}
    },
    "Resources": {
        "Table": {"Type": "A::Table", "Properties": {"Units": 1}},
        "Extra": {"Type": "A::Table", "Condition": "IsLarge", "Properties": {}},
        "Worker": {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Timeout": 5, "Environment": {"Variables": {"B": 2}}},
        },
    },
}


def small() -> Template:
    return Template(source=SOURCE)


def large() -> Template:
    return Template({"Size": "large"}, source=SOURCE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Size"}, "large"),
        ({"Ref": "Key"}, "<Key>"),
        ({"Ref": "Table"}, "<Table>"),
        ({"Ref": "AWS::Region"}, "ap-northeast-1"),
        ({"Fn::If": ["IsLarge", 1, 2]}, 1),
        ({"Fn::If": ["Both", 1, 2]}, 2),
        ({"Fn::If": ["Either", 1, 2]}, 1),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Size"}, "Units"]}, 30),
        ({"Fn::Sub": "${Name}-${Table.Arn}-${AWS::Region}-${!Kept}"}, None),
        ({"Fn::Sub": ["${Name}/${Own}", {"Own": {"Ref": "Size"}}]}, "thing/large"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-thing"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "<Table.Arn>"),
        ({"Fn::GetAtt": "Table.Arn"}, "<Table.Arn>"),
        ({"Fn::Select": [1, {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [1, {"Ref": "AWS::NoValue"}]}, {"b": [1]}),
        ({"Condition": {"StringEquals": {"x": "y"}}}, {"Condition": {"StringEquals": {"x": "y"}}}),
    ],
)
def test_functions_are_resolved(value: Any, expected: Any) -> None:
    if expected is None:
        expected = "thing-<Table.Arn>-ap-northeast-1-${!Kept}"
    assert large().resolve(value) == expected


def test_conditions_decide_which_resources_there_are() -> None:
    assert [each.name for each in small().resources("A::Table")] == ["Table"]
    assert [each.name for each in large().resources("A::Table")] == ["Table", "Extra"]
    assert len(large().resources()) == 3


def test_globals_are_the_functions_defaults() -> None:
    [worker] = small().resources("AWS::Serverless::Function")
    assert worker.properties == {
        "MemorySize": 128,
        "Timeout": 5,
        "Environment": {"Variables": {"A": 1, "B": 2}},
    }


def test_allowed_values_are_told() -> None:
    assert small().allowed("Size") == ["small", "large"]
    assert small().allowed("Name") == small().allowed("Nothing") == []


@pytest.mark.parametrize(
    ("parameters", "message"),
    [({"Size": "huge"}, "has to be one of small, large"), ({"Colour": "red"}, "no parameter")],
)
def test_parameters_are_checked(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        Template(parameters, source=SOURCE)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Fn::FindInMap": ["Sizes", "tiny", "Units"]}, "has no tiny.Units"),
        ({"Fn::If": ["Never", 1, 2]}, "no condition Never"),
    ],
)
def test_what_is_not_there_is_named(value: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        small().resolve(value)


def test_our_own_template_resolves_without_functions_left() -> None:
    def functions(value: Any) -> list[str]:
        if isinstance(value, dict):
            inner = [each for item in value.values() for each in functions(item)]
            return inner + [name for name in value if name == "Ref" or name.startswith("Fn::")]
        return (
            [each for item in value for each in functions(item)] if isinstance(value, list) else []
        )

    for resource in Template().resources():
        assert functions(resource.properties) == [], resource.name
