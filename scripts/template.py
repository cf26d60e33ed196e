"""What template.yaml comes to for given parameters: loops written out, conditions, mappings and
references resolved.

Only what CloudFormation knows before it has made anything. A value that exists only afterwards (an
address, another resource's name) stands as text in angle brackets, such as `<UsersTable.Arn>`.
The loops (`Fn::ForEach`) are written out by SAM's own code, since `sam build` does the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from scripts import ROOT

PATH: Final = ROOT / "template.yaml"
REGION: Final = "ap-northeast-1"
EXTENSIONS: Final = "AWS::LanguageExtensions"
"""The transform that writes the loops out."""
LOOP: Final = "Fn::ForEach::"
"""What a loop's name begins with."""

_ABSENT: Final = object()
"""What `AWS::NoValue` comes to: the property is left out."""
_UNKNOWN: Final = object()
"""What a name comes to that is no parameter."""


class TemplateError(Exception):
    """The template asks for something that cannot be resolved; the text says what."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource that is made, its properties resolved."""

    name: str
    type: str
    properties: Mapping[str, Any]


class Template:
    """The template under `parameters`; those that are not given have their defaults.

    A parameter without a default that is not given stands as `<its name>`. `pseudo` goes before
    what the pseudo parameters are otherwise, such as `AWS::AccountId`. Raises TemplateError for a
    parameter that does not exist and for a value that the template does not allow.
    """

    def __init__(
        self,
        parameters: Mapping[str, str] | None = None,
        *,
        source: Mapping[str, Any] | None = None,
        region: str = REGION,
        pseudo: Mapping[str, str] | None = None,
    ) -> None:
        self._source = load(PATH) if source is None else source
        self._pseudo: dict[str, Any] = {
            "AWS::NoValue": _ABSENT,
            "AWS::Region": region,
            "AWS::StackName": "<stack>",
            "AWS::AccountId": "<account>",
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackId": "<arn>/<stack>/<id>",
            **(pseudo or {}),
        }
        declared = self._source.get("Parameters", {})
        for name, value in (parameters or {}).items():
            if name not in declared:
                raise TemplateError(f"the template has no parameter {name}")
            allowed = [str(each) for each in declared[name].get("AllowedValues", [])]
            if allowed and value not in allowed:
                raise TemplateError(f"{name} has to be one of {', '.join(allowed)}, not {value!r}")
        self.parameters: dict[str, str] = {
            name: str((parameters or {}).get(name, each.get("Default", f"<{name}>")))
            for name, each in declared.items()
        }

        self._resolved: list[Resource] | None = None

    def allowed(self, parameter: str) -> list[str]:
        """The values that a parameter may have; empty where there is no such list or parameter."""
        declared = self._source.get("Parameters", {}).get(parameter, {})
        return [str(each) for each in declared.get("AllowedValues", [])]

    def resources(self, *types: str) -> list[Resource]:
        """The resources that are made, of these types or of all."""
        if self._resolved is None:
            self._resolved = list(self._resources())
        return [each for each in self._resolved if not types or each.type in types]

    def _resources(self) -> Iterator[Resource]:
        functions = self._source.get("Globals", {}).get("Function", {})
        for name, resource in self._source["Resources"].items():
            if "Condition" in resource and not self.holds(resource["Condition"]):
                continue
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::Serverless::Function":
                properties = _merged(functions, properties)
            yield Resource(name, resource["Type"], self.resolve(properties))

    def made(self, reference: str) -> Any:
        """What stands for a value that exists only after the deployment: `UsersTable`, or
        `UsersTable.Arn`."""
        return f"<{reference}>"

    def made_in_text(self, reference: str) -> str:
        """The same inside a text."""
        return str(self.made(reference))

    def holds(self, condition: str) -> bool:
        """Whether a condition is met. TemplateError where there is none of this name."""
        conditions = self._source.get("Conditions", {})
        if condition not in conditions:
            raise TemplateError(f"there is no condition {condition}")
        return bool(self.resolve(conditions[condition]))

    def resolve(self, value: Any) -> Any:
        """`value` without functions of CloudFormation."""
        if isinstance(value, dict):
            if len(value) == 1:
                [(name, argument)] = value.items()
                if name in self._functions:
                    return self._functions[name](self, argument)
            resolved = {name: self.resolve(each) for name, each in value.items()}
            return {name: each for name, each in resolved.items() if each is not _ABSENT}
        if isinstance(value, list):
            return [each for each in map(self.resolve, value) if each is not _ABSENT]
        return value

    # --- CloudFormation's functions ---------------------------------------------------------------

    def _known(self, name: str) -> Any:
        """A parameter's or pseudo parameter's value."""
        return self._pseudo.get(name, self.parameters.get(name, _UNKNOWN))

    def _ref(self, name: str) -> Any:
        known = self._known(name)
        return self.made(name) if known is _UNKNOWN else known

    def _condition(self, name: Any) -> Any:
        # Policies have a key of this name too; its value is never a text.
        return self.holds(name) if isinstance(name, str) else {"Condition": self.resolve(name)}

    def _if(self, arguments: list[Any]) -> Any:
        condition, then, otherwise = arguments
        return self.resolve(then if self.holds(condition) else otherwise)

    def _equals(self, arguments: list[Any]) -> bool:
        left, right = self.resolve(arguments)
        return str(left) == str(right)

    def _find_in_map(self, arguments: list[Any]) -> Any:
        table, first, second = self.resolve(arguments[:3])
        try:
            return self.resolve(self._source["Mappings"][table][str(first)][str(second)])
        except KeyError:
            raise TemplateError(f"the mapping {table} has no {first}.{second}") from None

    def _sub(self, argument: Any) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else argument
        own = {name: self.resolve(each) for name, each in variables.items()}

        def put(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return found[0]
            known = own.get(name, self._known(name))
            return self.made_in_text(name) if known is _UNKNOWN else str(known)

        return re.sub(r"\$\{([^}]+)\}", put, text)

    def _join(self, arguments: list[Any]) -> str:
        separator, parts = self.resolve(arguments)
        return str(separator).join(map(str, parts))

    def _get_att(self, argument: Any) -> Any:
        return self.made(argument if isinstance(argument, str) else ".".join(argument))

    def _select(self, arguments: list[Any]) -> Any:
        index, values = self.resolve(arguments)
        return values[int(index)]

    def _split(self, arguments: list[Any]) -> list[str]:
        separator, text = self.resolve(arguments)
        return str(text).split(separator)

    _functions: Final[dict[str, Callable[[Template, Any], Any]]] = {
        "Ref": _ref,
        "Condition": _condition,
        "Fn::If": _if,
        "Fn::Equals": _equals,
        "Fn::Not": lambda self, each: not self.resolve(each[0]),
        "Fn::And": lambda self, each: all(self.resolve(each)),
        "Fn::Or": lambda self, each: any(self.resolve(each)),
        "Fn::FindInMap": _find_in_map,
        "Fn::Sub": _sub,
        "Fn::Join": _join,
        "Fn::GetAtt": _get_att,
        "Fn::Select": _select,
        "Fn::Split": _split,
        "Fn::ToJsonString": lambda self, each: self.resolve(each),
    }


def _merged(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A function's properties over those of `Globals`; maps are merged, as SAM does."""
    merged = {**defaults, **own}
    for name in defaults.keys() & own.keys():
        if isinstance(defaults[name], dict) and isinstance(own[name], dict):
            merged[name] = _merged(defaults[name], own[name])
    return merged


@cache
def load(path: Path) -> Mapping[str, Any]:
    """A template, its loops written out. Not to be changed: it is read once."""
    return expanded(parsed(path.read_text("utf-8")))


# libyaml's parser reads six times as fast, and is in every wheel of PyYAML; not in every system's.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # no types
    """YAML with CloudFormation's short forms, such as `!Ref`."""


def _function(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    """What a short form stands for."""
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {name: loader.construct_mapping(node, deep=True)}
    text = _text(loader, node)
    return {name: text.split(".", 1) if tag == "GetAtt" else text}


def _text(_: _Loader, node: yaml.Node) -> str:
    return str(node.value)


_Loader.add_multi_constructor("!", _function)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)  # CloudFormation has no dates


def parsed(text: str) -> dict[str, Any]:
    """A template as it is written. Not by SAM's own code, since a deployment takes the `sam` that
    is there, wherever that has it (docs/decisions/0042-cloudshell.md)."""
    template: dict[str, Any] = yaml.load(text, _Loader)
    return template


def expanded(template: dict[str, Any]) -> dict[str, Any]:
    """`template` as the transform AWS::LanguageExtensions leaves it, as far as we use that: loops
    written out, and names that a loop put together as plain names.

    TemplateError for a loop that is none.
    """
    transforms = template.get("Transform", [])
    if EXTENSIONS not in transforms:
        return template
    written_out: dict[str, Any] = _plain(_looped(template), template.get("Mappings", {}))
    written_out["Transform"] = [each for each in transforms if each != EXTENSIONS]
    return written_out


def _looped(value: Any) -> Any:
    """`value` with each loop's body once for each of its items."""
    if isinstance(value, list):
        return [_looped(each) for each in value]
    if not isinstance(value, dict):
        return value
    written_out: dict[str, Any] = {}
    for name, each in value.items():
        turns = [{name: _looped(each)}]
        if name.startswith(LOOP):
            match each:
                case [str(identifier), list(items), dict(body)]:
                    turns = [_looped(_put(body, identifier, item)) for item in items]
                case _:
                    raise TemplateError(f"{name} is no loop: an identifier, a list, a map")
        for turn in turns:
            if twice := written_out.keys() & turn.keys():
                raise TemplateError(f"{name} makes {', '.join(sorted(twice))} a second time")
            written_out |= turn
    return written_out


def _put(value: Any, identifier: str, item: str) -> Any:
    """`value` with a loop's item in its identifier's place, where AWS puts it and in every other
    text, in which none stands (tests/unit/test_loops.py)."""
    if isinstance(value, str):
        return value.replace(f"${{{identifier}}}", item)
    if isinstance(value, list):
        return [_put(each, identifier, item) for each in value]
    if not isinstance(value, dict):
        return value
    if value == {"Ref": identifier}:
        return item
    return {
        _put(name, identifier, item): _put(each, identifier, item) for name, each in value.items()
    }


def _plain(value: Any, mappings: Mapping[str, Any]) -> Any:
    """`value` without functions whose every argument the loops have left as text: a row of a
    mapping, a text that is filled in."""
    if isinstance(value, list):
        return [_plain(each, mappings) for each in value]
    if not isinstance(value, dict):
        return value
    plain = {name: _plain(each, mappings) for name, each in value.items()}
    match plain:
        case {"Fn::FindInMap": [str(table), str(row), str(column)]} if len(plain) == 1:
            return mappings[table][row][column]
        case {"Fn::Sub": [str(text), dict(own)]} if len(plain) == 1:
            later = {}
            for name, each in own.items():
                if isinstance(each, dict) and each.keys() == {"Ref"}:
                    each = f"${{{each['Ref']}}}"
                if isinstance(each, str | int):
                    text = text.replace(f"${{{name}}}", str(each))
                elif f"${{{name}}}" in text:
                    later[name] = each
            return {"Fn::Sub": [text, later] if later else text} if "${" in text else text
        case {"Fn::Sub": str(text)} if len(plain) == 1 and "${" not in text:
            return text
    return plain
