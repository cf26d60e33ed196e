"""The built template, written as `sam build` writes it.

SAM makes every package anew whenever it is called. So where a change touches none of them, it is
not called, and the template alone is written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from scripts.template import parsed

PACKAGES: Final = ("CodeUri", "ContentUri")
"""Where the template says what a package is made of; the built one says in which folder it is."""
FILES: Final = ("DefinitionUri", "DefinitionS3Location")
"""Where it names a file, seen from its own folder."""
_SHAPES: Final = ("Architectures", "CompatibleArchitectures", "CompatibleRuntimes", "Runtime")


def shape(template: dict[str, Any]) -> str:
    """All that a template says of how its packages are made, as a text to be compared."""
    common = _map(_map(template.get("Globals")).get("Function"))
    said = {
        name: [resource.get("Metadata"), *map(properties.get, (*PACKAGES, *_SHAPES))]
        for name, resource, properties in packaged(template)
    }
    return json.dumps([[*map(common.get, _SHAPES)], said], sort_keys=True)


def written(template: dict[str, Any], folder: Path, root: Path) -> str:
    """The text of `root`'s template as it stands in `folder`, where the packages are."""
    built = json.loads(json.dumps(template))  # what YAML's names let two share is two
    for name, _, properties in packaged(built):
        properties.update({key: name for key in PACKAGES if key in properties})
    for each in _maps(built["Resources"]):
        for key in FILES:
            if isinstance(each.get(key), str):
                each[key] = os.path.relpath(root / each[key], folder)
    return _text(built)


NOTED: Final = "AWS::Lambda::Permission"
"""The type of the resource at which the outputs are noted: nothing refers to one."""


def with_outputs_noted(template: dict[str, Any]) -> str:
    """The text of a template that says once more, at a resource, what its outputs are: to ministack
    a change of outputs alone is none, and AWS deploys it."""
    for resource in _map(template.get("Resources")).values():
        if _map(resource).get("Type") == NOTED:
            outputs = json.dumps(template.get("Outputs"), sort_keys=True)
            digest = hashlib.sha256(outputs.encode()).hexdigest()
            resource["Metadata"] = {**_map(resource.get("Metadata")), "Outputs": digest}
            break
    return _text(template)


def _text(template: dict[str, Any]) -> str:
    return json.dumps(template, ensure_ascii=False, indent=1)


def packaged(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each resource that has a package: its name, itself, its properties."""
    for name, resource in _map(template.get("Resources")).items():
        properties = _map(_map(resource).get("Properties"))
        if any(key in properties for key in PACKAGES):
            yield name, resource, properties


def uploads(text: str) -> int:
    """How many files `sam deploy` uploads for a built template, besides that itself."""
    template = json.loads(text) if text.startswith("{") else parsed(text)
    named = sum(isinstance(each.get(key), str) for each in _maps(template) for key in FILES)
    return len(list(packaged(template))) + named


def _map(value: Any) -> dict[str, Any]:
    """`value`, or an empty map where it is none: somebody is in the middle of an edit."""
    return value if isinstance(value, dict) else {}


def _maps(value: Any) -> Iterator[dict[str, Any]]:
    """Every map that is in `value`, those of loops too."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _maps(each)
