"""The template's loops (`Fn::ForEach`), written out as AWS does it: compared with what SAM's code
makes of them in `sam build`, cfn-lint's, and the local AWS's, which was measured on an account."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml
from cfnlint.decode import decode
from cfnlint.template import Template as Linted
from samcli.lib.cfn_language_extensions.models import TemplateProcessingContext
from samcli.lib.cfn_language_extensions.pipeline import ProcessingPipeline
from samcli.lib.cfn_language_extensions.processors import ForEachProcessor, TemplateParsingProcessor
from samcli.yamlhelper import yaml_dump, yaml_parse

from local import ministack
from scripts import stack
from scripts.template import EXTENSIONS, LOOP, PATH, TemplateError, expanded, load, parsed
from tests.conftest import ROOT

WRITTEN: Final[dict[str, Any]] = yaml_parse(PATH.read_text("utf-8"))


def loops(value: Any) -> Iterator[tuple[str, str, list[str], dict[str, Any]]]:
    """Every loop of the template: its name, identifier, items and body."""
    if isinstance(value, list):
        for each in value:
            yield from loops(each)
    if isinstance(value, dict):
        for name, each in value.items():
            if name.startswith(LOOP):
                yield name.removeprefix(LOOP), *each
            yield from loops(each)


LOOPS: Final = list(loops(WRITTEN["Resources"]))


def plain_texts(value: Any) -> Iterator[str]:
    """The texts into which AWS puts no item: all but keys of the loop, `Ref` and `Fn::Sub`."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from plain_texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in ("Ref", "Fn::Sub"):
                if isinstance(each, list):
                    yield from plain_texts(each[1])
                elif isinstance(each, dict):
                    yield from plain_texts(each)
            else:
                yield name
                yield from plain_texts(each)


def variables(value: Any) -> Iterator[str]:
    """The variables that texts of `Fn::Sub` declare for themselves."""
    if isinstance(value, list):
        for each in value:
            yield from variables(each)
    elif isinstance(value, dict):
        if isinstance(value.get("Fn::Sub"), list):
            yield from value["Fn::Sub"][1]
        for each in value.values():
            yield from variables(each)


def test_there_are_loops_and_each_has_a_name_of_its_own() -> None:
    names = [name for name, *_ in LOOPS]
    assert len(names) == len(set(names)) > 5
    assert not set(names) & {*load(PATH)["Resources"], *WRITTEN["Parameters"]}


def test_an_item_stands_only_where_aws_puts_it() -> None:
    """Elsewhere the placeholder would stay as it is, and no tool of ours would notice: SAM's and
    cfn-lint's code replace it in every text."""
    for name, identifier, _, body in LOOPS:
        for key, resource in body.items():
            if not key.startswith(LOOP):
                assert f"${{{identifier}}}" in key, name
                found = [each for each in plain_texts(resource) if f"{{{identifier}}}" in each]
                assert not found, name


def test_no_variable_of_a_text_is_called_like_the_loops_item() -> None:
    """The item would be put in its place."""
    for name, identifier, _, body in LOOPS:
        assert identifier not in set(variables(body)), name


def test_nothing_is_left_of_the_loops() -> None:
    written_out = load(PATH)
    assert written_out["Transform"] == ["AWS::Serverless-2016-10-31"]
    identifiers = "|".join({identifier for _, identifier, _, _ in LOOPS})
    assert not re.search(rf"{LOOP}|[$&]\{{({identifiers})\}}", json.dumps(written_out["Resources"]))


@pytest.mark.parametrize("name", ["template.yaml", "backup-region.yaml", "iam/deployer.yaml"])
def test_sam_reads_the_same(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert parsed(text) == yaml_parse(text)


SHORT: Final = """
Version: 2010-09-09
Merged: {<<: &base {A: !Ref A, B: 1}, B: !Condition C}
Again: *base
Nested: !Sub ["${X}", {X: !Select [0, !Split [".", !GetAtt A.B.C]]}]
Long: !GetAtt [A, B.C]
Held: {Fn::Transform: !FindInMap [A, !Ref B, c]}
"""


def test_sam_reads_every_short_form_the_same() -> None:
    assert parsed(SHORT) == json.loads(json.dumps(yaml_parse(SHORT)))


def test_there_are_no_dates() -> None:
    """By itself: SAM's code changes how PyYAML reads them for all."""
    code = "from scripts.template import parsed; print(parsed('Version: 2010-09-09'))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "{'Version': '2010-09-09'}"


def test_sam_writes_out_the_same() -> None:
    """What is made of it afterwards, which SAM leaves to AWS, is left out of the comparison by
    making it of both."""
    loops = ProcessingPipeline([TemplateParsingProcessor(), ForEachProcessor()])
    theirs = loops.process_template(
        TemplateProcessingContext(fragment=yaml_parse(PATH.read_text("utf-8")))
    )
    ours = load(PATH)["Resources"]
    assert LOOP not in json.dumps(theirs)
    assert expanded({**theirs, "Transform": [EXTENSIONS]})["Resources"] == ours
    assert list(theirs["Resources"]) == list(ours)


def test_what_a_loop_makes_twice_is_named() -> None:
    body = {"${Thing}": {"Type": "T"}}
    broken = {
        "Transform": [EXTENSIONS],
        "Resources": {f"{LOOP}Things": ["Thing", ["A", "A"], body]},
    }
    with pytest.raises(TemplateError, match=r"Things makes A a second time"):
        expanded(broken)


def names(resources: dict[str, Any]) -> dict[str, str]:
    return {name: each["Type"] for name, each in resources.items()}


def test_cfn_lint_sees_the_same_resources() -> None:
    template, _ = decode(str(PATH))
    linted = Linted(str(PATH), template, ["ap-northeast-1"])
    linted.transform()
    ours = names(load(PATH)["Resources"])
    found = names(linted.template["Resources"])
    assert ours.items() <= found.items()


APPLY: Final = """
import json, sys
from ministack.services.cloudformation.language_extensions import apply
template = json.load(sys.stdin)
print(json.dumps(apply(template, {})))
"""


@pytest.mark.skipif(not ministack.PYTHON.exists(), reason="the local cloud is not installed")
def test_the_local_aws_writes_out_the_same() -> None:
    """Value for value: what ministack leaves for the deployment, our code takes as written."""
    run = subprocess.run(
        [ministack.PYTHON, "-c", APPLY],
        input=json.dumps(WRITTEN),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(run.stdout)
    again = expanded({**theirs, "Transform": [EXTENSIONS, *load(PATH)["Transform"]]})
    assert again["Resources"] == load(PATH)["Resources"]


def test_a_loop_that_is_none_is_named() -> None:
    broken = {"Transform": [EXTENSIONS], "Resources": {f"{LOOP}Things": ["Thing", ["A"]]}}
    with pytest.raises(TemplateError, match="Things"):
        expanded(broken)


def test_sam_is_told_to_write_them_out() -> None:
    """Without it `sam deploy` ends in a traceback."""
    for environment in ("default", "dev", "local"):
        assert stack.proposals()[environment]["language_extensions"] is True


def test_what_is_handed_to_aws_has_no_names_of_yamls() -> None:
    """CloudFormation takes neither aliases nor merge keys (its user guide, "Template formats")."""

    def names(text: str) -> list[str]:
        return [
            token.value
            for token in yaml.scan(text)
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken)
            or (isinstance(token, yaml.ScalarToken) and token.value == "<<")
        ]

    assert names(PATH.read_text("utf-8")), "they are all written out by hand: this test can go"
    assert names(yaml_dump(WRITTEN)) == []
