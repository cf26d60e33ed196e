"""scripts.build: what the machine that builds knows stands in the template, and is not asked."""

from __future__ import annotations

import re

import pytest
from samcli.yamlhelper import yaml_parse

from scripts import athena, build
from scripts.template import PATH, TemplateError, expanded

WRITTEN = PATH.read_text("utf-8")
PAGE = "https://github.com/you/discord-gacha"


@pytest.mark.parametrize("architecture", build.ARCHITECTURES)
@pytest.mark.parametrize("runtime", build.RUNTIMES)
def test_the_built_template_carries_what_it_was_built_for(architecture: str, runtime: str) -> None:
    template = expanded(yaml_parse(build.fitted(WRITTEN, architecture, runtime, PAGE)))
    function = template["Globals"]["Function"]
    assert (function["Architectures"], function["Runtime"]) == ([architecture], runtime)
    makes = template["Resources"]["InteractionsFunction"]["Metadata"]
    assert makes["WorkingDirectory"] == f"functions/build/{architecture}"
    mails = str(template["Resources"]["ThrottlesAlarm"]["Properties"]["AlarmDescription"])
    assert f"{PAGE}/blob/HEAD/docs/runbook.ja.md#throttles" in mails
    brake = template["Resources"]["BrakeStateMachine"]["Properties"]["DefinitionSubstitutions"]
    assert brake["Runbook"] == f"{PAGE}/blob/HEAD/docs/runbook"


def test_as_it_is_written_it_is_for_the_usual_ones() -> None:
    """But for the named queries, whose texts stand in files of their own."""
    assert build.fitted(WRITTEN, "arm64", "python3.13") == athena.put_in(WRITTEN)


def test_the_parameters_are_those_that_are_written() -> None:
    fitted = yaml_parse(build.fitted(WRITTEN, "x86_64", "python3.12", PAGE))
    assert fitted["Parameters"] == yaml_parse(WRITTEN)["Parameters"]


def test_the_address_of_discord_is_where_messages_are_sent_and_nowhere_else() -> None:
    addresses = re.findall(r"https://discord\.com/\S+", WRITTEN)
    assert addresses.count(build.DISCORD) == 1
    moved = build.put(WRITTEN, {build.DISCORD: "http://127.0.0.1:9/api/v10"})
    for name in ("SetupFunction", "AnnounceFunction"):
        properties = yaml_parse(moved)["Resources"][name]["Properties"]
        variables = properties["Environment"]["Variables"]
        assert variables["DISCORD_API_BASE_URL"] == "http://127.0.0.1:9/api/v10"


def test_a_template_that_has_no_place_for_it_is_not_built() -> None:
    with pytest.raises(TemplateError, match="Architectures"):
        build.fitted("Resources: {}", "x86_64", "python3.13")


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        ("https://github.com/you/discord-gacha\n", PAGE),
        ("https://github.com/you/discord-gacha.git", PAGE),
        ("https://somebody:secret@github.com/you/discord-gacha.git", PAGE),
        ("https://secret@github.com/you/discord-gacha", PAGE),
        ("git@github.com:you/discord-gacha.git", PAGE),
        ("ssh://git@github.com/you/discord-gacha.git", PAGE),
        ("https://gitlab.com/you/discord-gacha", None),  # it calls its files' pages otherwise
        ("https://github.com.example.com/you/x", None),
        ("https://example.com/github.com/you/x", None),
        ("/srv/git/discord-gacha.git", None),
        ("https://github.com/you/x y", None),
        ("", None),
    ],
)
def test_the_page_of_a_repository_is_told_without_whatever_opens_it(
    remote: str, page: str | None
) -> None:
    assert build.on_github(remote) == page


def test_the_copy_beside_the_template_goes_when_sam_is_done() -> None:
    with build.template_for("x86_64", "python3.12") as path:
        assert path.parent == PATH.parent and "x86_64" in path.read_text("utf-8")
    assert not path.exists()
