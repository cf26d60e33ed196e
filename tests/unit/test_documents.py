"""Documents lead where they say, and say as much in Japanese as in English."""

from __future__ import annotations

import inspect
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import samcli.commands.deploy.guided_context
from samcli.commands.deploy.deploy_context import DeployContext

from commands import registry
from commands.command import SUBCOMMAND, SUBCOMMAND_GROUP
from gacha import codes, presents, purse, shards
from gacha.economy import MILESTONES, Economy
from gacha.player import START_BALANCE
from scripts import deploy, sizes, stack
from tests.cloudformation import source
from tests.conftest import ROOT
from tests.faults.template import machine
from tests.over import over

LINK: Final = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING: Final = re.compile(r"^(#+) (.*)$", re.MULTILINE)
CODE: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TRACKED: Final = subprocess.run(
    ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()
DOCUMENTS: Final = [ROOT / name for name in TRACKED if (ROOT / name).exists()]
JAPANESE: Final = [path for path in DOCUMENTS if path.name.endswith(".ja.md")]


def prose(path: Path) -> str:
    return CODE.sub("", path.read_text("utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    found = set()
    for _, title in HEADING.findall(prose(path)):
        words = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower())
        found.add(words.strip().replace(" ", "-"))
    return found


@over("path", DOCUMENTS)
def test_links_lead_somewhere(path: Path) -> None:
    for target, anchor in LINK.findall(prose(path)):
        if ":" in target:
            continue
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), f"{target} does not exist"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{target or path.name} has no #{anchor}"


@over("path", JAPANESE)
def test_both_languages_have_the_same_parts(path: Path) -> None:
    english = path.with_name(path.name.replace(".ja.md", ".md"))
    levels = [[level for level, _ in HEADING.findall(prose(each))] for each in (path, english)]
    assert levels[0] == levels[1]
    tables = [len(re.findall(r"^\|", prose(each), re.MULTILINE)) for each in (path, english)]
    assert tables[0] == tables[1], "rows of tables"


def test_every_document_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text("utf-8")
    linked = {(ROOT / "docs" / target).resolve() for target, _ in LINK.findall(index)}
    documents = {path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")}
    assert documents - linked == {ROOT / "docs/README.md"}


# --- what they name is there ----------------------------------------------------------------------


def subcommands(
    definitions: list[dict[str, Any]], english: str = "", japanese: str = ""
) -> Iterator[tuple[str, str]]:
    """Each subcommand as a client in English and in Japanese writes it."""
    for each in definitions:
        names = (
            f"{english} {each['name']}".strip(),
            f"{japanese} {each['name_localizations']['ja']}".strip(),
        )
        if each["type"] == SUBCOMMAND and english:
            yield names
        elif not english or each["type"] == SUBCOMMAND_GROUP:
            yield from subcommands(each["options"], *names)


MOST_NAMED: Final = 6
"""Options of one command: of those that have more, the row may leave some to the client."""


@pytest.mark.parametrize(
    ("name", "bracketed"), [("README.md", r"\[(\w+)\]"), ("README.ja.md", r"［([^］]+)］")]
)
def test_readmes_name_all_that_a_command_may_leave_out(name: str, bracketed: str) -> None:
    language = ("README.ja.md", "README.md").index(name)
    text = (ROOT / name).read_text("utf-8")
    for room in registry.rooms():
        root = registry.root(room)
        command = " ".join(["/" + root.name[1], *root.words(room)])
        for row in re.findall(rf"^\|.*`{command}[`\s].*$", text, re.MULTILINE):
            named = set(re.findall(bracketed, row.split("|")[1]))
            options = registry.definition(room).options
            optional = {each.name[language] for each in options if not each.required}
            assert named == optional or (named < optional and len(optional) > MOST_NAMED), command


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_readmes_name_every_command_and_no_other(name: str) -> None:
    rows = re.findall(r"^\| `(/[^`]+)`[^|]*\| `(/[^`]+)`", (ROOT / name).read_text("utf-8"), re.M)
    words = {
        frozenset(re.sub(r" (\[\w+\]|user|amount|text|reason|number)", "", cell) for cell in row)
        for row in rows
    }
    assert len(rows) == len(words), "a row stands there twice"
    assert words == {
        frozenset(f"/{each}" for each in names) for names in subcommands(registry.discord())
    }


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_a_readme_shows_it_before_anything_else(name: str) -> None:
    """Two pictures, each told to who cannot see it, and two commands; the rest is in docs/."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    screen, language = "\n".join(lines[:24]), "ja" if name.endswith(".ja.md") else "en"
    shown = dict(re.findall(r'<img src="(docs/images/[^"]+)" [^>]*alt="([^"]+)">', screen))
    assert list(shown) == [f"docs/images/{each}.{language}.png" for each in ("ten-pull", "steps")]
    kept = [(ROOT / path).with_suffix(".txt").read_text("utf-8") for path in shown]
    [card] = re.findall(r"SSR\n *- strong: (.*)", kept[0])
    assert all(card in each for each in (*kept, *shown.values()))
    [block] = re.findall(r"(?ms)^```sh\n(.*?)^```$", screen)
    assert [line.split("#")[0].strip() for line in block.splitlines()] == ["make run", "make demo"]
    assert len(lines) <= 160


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_picture_has_states_of_the_workflow(name: str) -> None:
    [picture] = re.findall(
        r"```mermaid\nflowchart LR\n(.*?)```", (ROOT / name).read_text("utf-8"), re.S
    )
    _, definition = machine("pull", "STANDARD")
    drawn = set(re.findall(r"\b([A-Z][A-Za-z]+)(?=\[| -| &|$)", picture, re.M))
    assert {"Draw", "Record", "Announce", "Void", "WaitForPlayer", "Apologise"} == drawn
    assert drawn <= set(definition.states)


@pytest.mark.parametrize("name", ["deployment.md", "deployment.ja.md"])
def test_deployment_goes_through_the_parameters_as_sam_asks_them(name: str) -> None:
    rows = re.findall(
        r"^\| [\d–～、, ]+ \| ([^|]+) \|", (ROOT / "docs" / name).read_text("utf-8"), re.M
    )
    told = [parameter for row in rows for parameter in re.findall(r"`(\w+)`", row)]
    assert told == list(source()["Parameters"])


@pytest.mark.parametrize("name", ["guide.md", "guide.ja.md", "roadmap.md", "roadmap.ja.md"])
def test_what_the_guide_names_is_in_the_template_or_the_repository(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    known = {name for part in ("Parameters", "Resources", "Mappings") for name in source()[part]}
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", text))
    assert named - known <= {"Globals", "MemorySize", "NoEcho", "Scan"}
    paths = re.findall(r"`([\w./-]+\.(?:json|py|toml|ya?ml))`", text)
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path
    for tool in re.findall(r"scripts\.(\w+)", text):
        assert (ROOT / "scripts" / tool).exists() or (ROOT / "scripts" / f"{tool}.py").exists()


# --- typical changes ------------------------------------------------------------------------------

ROOM: Final = "daily"
"""A room that has all that a room can have."""
CHANGES: Final = {name: ROOT / "docs" / name for name in ("changes.md", "changes.ja.md")}


def changes_of(path: Path) -> list[tuple[list[str], list[str]]]:
    """Row by row: what is edited, and what fails where that is forgotten."""
    cells = re.findall(r"(?m)^\| (?!---)[^|]+ \| ([^|]+) \| ([^|]+) \|$", path.read_text("utf-8"))
    rows = [tuple(re.findall(r"`([\w./<>-]+)`", cell) for cell in row) for row in cells]
    return [(files, tests) for files, tests in rows if tests]


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_typical_change_touches_is_there(name: str) -> None:
    rows = changes_of(CHANGES[name])
    assert len(rows) >= 10
    for files, tests in rows:
        for each in files:
            path = each.replace("<room>", ROOM)
            if "/" not in path and path.endswith(".py"):  # a room's own
                assert {path[:-3]} <= PARTS, path
            elif "/" in path or "." in path:
                assert (ROOT / path).exists(), path
            else:  # a name in the file before it
                assert path in "".join(
                    (ROOT / other).read_text("utf-8") for other in named_in(files)
                ), path
        assert tests and all((ROOT / each).is_file() for each in tests), tests


PARTS: Final = {
    "definition",
    "edit",
    "texts",
    "plan",
    "answer",
    "show",
    "file",
    "event",
    "replay",
    "inline",
}
"""Those that `commands/parts.py` lists, and the definition."""


def named_in(files: list[str]) -> list[str]:
    """Where names that are no files stand: in what the row lists, or with the definitions."""
    listed = [each for each in files if (ROOT / each).is_file() and "<" not in each]
    shared = ("command.py", "sentences.py")
    return [*listed, *(f"layers/gacha/python/commands/{each}" for each in shared)]


def test_both_languages_name_the_same_files() -> None:
    english, japanese = map(changes_of, CHANGES.values())
    for (files, tests), (files_there, tests_there) in zip(english, japanese, strict=True):
        assert (sorted(files), tests) == (sorted(files_there), tests_there)


# --- commands that they tell to type --------------------------------------------------------------

TARGETS: Final = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8")))
CONTRIBUTING: Final = [ROOT / "CONTRIBUTING.md", ROOT / "CONTRIBUTING.ja.md"]


def typed(path: Path) -> list[str]:
    """What a document says between backticks, and the lines of its blocks of commands."""
    text = path.read_text("utf-8")
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```", text)
    lines = [line.partition(" #")[0] for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", CODE.sub("", text))
    return [each.strip() for line in lines for each in line.split("&&")]


@over("path", DOCUMENTS)
def test_what_make_is_told_is_a_target(path: Path) -> None:
    for line in typed(path):
        if line.startswith("make "):
            words = shlex.split(line, comments=True)[1:]
            told = [word for word in words if "=" not in word and word != "…"]
            assert set(told) <= TARGETS, line


@pytest.mark.parametrize("path", CONTRIBUTING, ids=lambda path: path.name)
def test_what_a_contributor_is_told_to_read_is_there(path: Path) -> None:
    """From the root, or from where the text is about."""
    places = [ROOT, *(ROOT / "layers/gacha/python" / each for each in ("", "commands"))]
    named = {each for each in typed(path) if re.fullmatch(r"[\w.-]+(/[\w.{},-]*)+", each)}
    assert len(named) > 10
    for name in named:
        assert any((place / name).exists() for place in places), name


@pytest.mark.parametrize("path", CONTRIBUTING, ids=lambda path: path.name)
def test_what_a_contributor_is_told_to_run_runs_something(path: Path) -> None:
    """Files and folders of tests that are there, and words that name a test; modules, too."""
    tests = [each.split()[1:] for each in typed(path) if each.startswith(".venv/bin/pytest ")]
    assert len(tests) >= 3
    for words in tests:
        chosen = words[words.index("-k") + 1] if "-k" in words else ""
        names = [each for each in words if each.startswith("tests/")]
        listed = subprocess.run(
            ["bash", "-c", f"ls -d {' '.join(names)}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        found = "".join((ROOT / each).read_text() for each in listed if each.endswith(".py"))
        assert not chosen or re.search(rf"def test_\w*{chosen}", found), words
    modules = [each.split()[2] for each in typed(path) if each.startswith(".venv/bin/python -m ")]
    assert modules
    for name in modules:
        place = ROOT / name.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), name


@pytest.mark.parametrize("path", CONTRIBUTING, ids=lambda path: path.name)
def test_a_contributor_is_told_all_that_ci_runs(path: Path) -> None:
    runs = re.findall(r"(?m)^(?:make|.* make -C \S+) ([a-z]+)", (ROOT / ".ci/run").read_text())
    [_, told] = re.split(r"(?m)^## .*CI.*$", path.read_text("utf-8"))
    rows = re.findall(r"(?m)^\| [^|]*`make ([a-z]+)`", told.partition("\n## ")[0])
    assert rows == runs
    jobs = (ROOT / ".github/workflows/checks.yml").read_text()
    assert set(re.findall(r"make ([a-z]+)", jobs)) == set(runs)


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_a_readme_leads_to_how_it_is_changed(name: str) -> None:
    leads = {target for target, _ in LINK.findall((ROOT / name).read_text("utf-8"))}
    assert name.replace("README", "CONTRIBUTING") in leads


# --- the operator's tools -------------------------------------------------------------------------

TOOLS: Final = {
    "interaction" if name == "inspect" else name: name
    for name in re.findall(r"(?m)^\| \[(\w+)\]\(#", (ROOT / "docs/tools.md").read_text("utf-8"))
}
"""Each tool's module, and its name."""


def test_tools_that_ask_a_stack_are_all_in_the_table() -> None:
    """A module that takes `--stack` is a tool, and has its row; so have its neighbours."""
    asking = {
        path.stem
        for path in (ROOT / "scripts").glob("*.py")
        if "stack.add_arguments(" in path.read_text("utf-8")
    }
    assert asking <= set(TOOLS)
    for name in ("tools.md", "tools.ja.md"):
        text = (ROOT / "docs" / name).read_text("utf-8")
        assert re.findall(r"(?m)^\| \[(\w+)\]\(#", text) == list(TOOLS.values())
        assert set(re.findall(r"(?m)^## ([a-z]+)$", text)) == set(TOOLS.values())
        [which] = re.findall(r"(?m)^\*\*(?:Which stack|対象のスタック).*$", text)
        assert {TOOLS[each] for each in asking} <= set(re.findall(r"`(\w+)`", which))


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("CONTRIBUTING.md", r"(?m)^\| `scripts/` \| [^:]*: ([^(]+) \("),
        ("CONTRIBUTING.ja.md", r"(?m)^\| `scripts/` \| [^：]*：([^（]+)（"),
        ("docs/README.md", r"(?m)^\| \[tools\.md\].*: ([^|]+) \|"),
    ],
)
def test_lists_of_tools_are_whole(name: str, listed: str) -> None:
    [names] = re.findall(listed, (ROOT / name).read_text("utf-8"))
    assert re.split(r", |、", names) == list(TOOLS.values())


@over("path", [*DOCUMENTS, *ROOT.glob("scripts/*.py")])
def test_a_command_can_be_pasted(path: Path) -> None:
    """There is no `python` of ours on the path: a command in an emergency has to run as it is."""
    commands = re.findall(r"(\S*)python -m scripts\.(\w+) (?=[a-z-])", path.read_text("utf-8"))
    assert all(before.endswith(".venv/bin/") for before, _ in commands), commands


@pytest.mark.parametrize("name", ["tools.md", "tools.ja.md"])
def test_the_columns_of_the_costs_are_called_as_they_are_printed(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    [head] = re.findall(r"(?m)^phase +users.*\n.*$", text)
    [told] = [line for line in text.splitlines() if "`alarms`" in line]
    columns = [each for each in re.findall(r"`([\w ]+)`", told) if not each.startswith("-")]
    assert len(columns) > 3
    for column in columns:
        assert set(column.split()) <= set(head.split()), column


@pytest.mark.parametrize("name", ["deployment.md", "deployment.ja.md"])
def test_packages_are_said_to_have_the_bounds_that_are_held(name: str) -> None:
    [row] = re.findall(r"(?m)^\| `make sizes` \| (.*) \|$", (ROOT / "docs" / name).read_text())
    assert re.findall(r"[\d.–]+ MB", row) == [
        f"{most} MB" for most in (sizes.INTERACTIONS_MB, sizes.WORKER_MB)
    ]


# --- what a deployment asks -----------------------------------------------------------------------

FIRST_DEPLOYMENT: Final = ["first-deployment.md", "first-deployment.ja.md"]
SAM_QUESTIONS: Final = (
    Path(samcli.commands.deploy.guided_context.__file__).read_text("utf-8"),
    re.compile(r"\{self\.start_bold\}([A-Z][\w ]+)\{self\.end_bold\}"),
)
"""SAM's guided deployment, and what it asks in it. The questions about signing, images and routes
without authorization, to which our template does not lead, end in a question mark."""
NOT_ASKED: Final = {"Capabilities"}  # only where no roles may be made


@pytest.mark.parametrize("name", FIRST_DEPLOYMENT)
def test_a_first_deployment_goes_through_the_questions_as_sam_asks_them(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    [table] = re.findall(r"(?m)^\| (?:question|質問) \|.*\n\|.*\n((?:\|.*\n)+)", text)
    rows = [re.split(r" ?\| ?", line)[1:3] for line in table.splitlines()]
    told = [each for row in rows for each in re.split(r", |、", row[0])]

    source_text, question = SAM_QUESTIONS
    asked = [each for each in question.findall(source_text) if each not in NOT_ASKED]
    parameters = source()["Parameters"]
    first = [each for each in told if each in parameters]
    assert first == list(parameters)[: len(first)]  # and then only Enter
    [others] = [each for each in told if re.search(r"others|ほかの", each)]
    assert int(re.sub(r"\D", "", others)) == len(parameters) - len(first)
    at = told.index(first[0])
    assert told == [*asked[:at], *first, others, *asked[at:]]

    # What has no default has to be typed, and so has what SAM hides: it proposes nothing for that.
    typed = {n for n, each in parameters.items() if "Default" not in each or each.get("NoEcho")}
    marked = {row[0] for row in rows if re.search(r"\*\*(To be typed|入力)", row[1])}
    assert marked == typed
    words = {1: "one", 2: "two", 3: "three", 10: "ten", 11: "eleven", 12: "twelve", 14: "fourteen"}
    every, few = len(parameters), len(typed)
    counted = {
        "first-deployment.md": f"only {words[few]} of the {words[every]} parameters",
        "first-deployment.ja.md": f"{every} 個のパラメータのうち、入力が必要なのは {few} つだけ",
    }
    assert counted[name] in text
    phase = re.search(r"Phase=(\w+)", stack.proposals()["default"]["parameter_overrides"])
    [answer] = [row[1] for row in rows if row[0] == "Phase"]
    assert phase and re.search(rf"`{phase[1]}`[^`]*(proposed|はじめから入っている値)", answer)
    for row in rows[:2]:  # the stack and the Region that are proposed
        proposed = stack.proposals()["default"]
        assert f"`{proposed['stack_name' if row[0] == 'Stack Name' else 'region']}`" in row[1]


@pytest.mark.parametrize("name", FIRST_DEPLOYMENT)
def test_a_first_deployment_is_one_command(name: str) -> None:
    """`make deploy` looks at the account by itself, and installs what it needs."""
    text = (ROOT / "docs" / name).read_text("utf-8")
    [step] = re.findall(r"(?ms)^## 2\. .*?(?=^## 3\. )", text)
    [block] = re.findall(r"(?ms)^```sh\n(.*?)^```$", step)
    assert [line.partition("#")[0].strip() for line in block.splitlines()] == ["make deploy"]
    said = ["LACK", "`y`", "`sam deploy --guided`"]
    assert sorted(said, key=step.index) == said
    assert f"`{deploy.GO_ON.strip()}`" in step and "`LATER`" in step


@pytest.mark.parametrize(
    ("name", "browser", "machine"),
    [
        ("docs/first-deployment.md", "### In a browser\n", "### On your own machine\n"),
        ("docs/first-deployment.ja.md", "### ブラウザーで\n", "### 自分のマシンで\n"),
        ("README.md", "## Deploy it to AWS\n", "On a machine of your own"),
        ("README.ja.md", "## AWS にデプロイする\n", "自分のマシンで"),
    ],
)
def test_without_a_machine_of_ones_own_three_lines_are_pasted(
    name: str, browser: str, machine: str
) -> None:
    """Above what an own machine needs. All that is deployed from comes with the last commit."""
    [part] = re.findall(rf"(?ms)^{browser}(.*?)^ *{machine}", (ROOT / name).read_text("utf-8"))
    [block] = re.findall(r"(?ms)^ *```sh\n(.*?)^ *```$", part)
    clone, *rest = (line.strip() for line in block.splitlines())
    assert re.fullmatch(r"git clone --depth 1 \S+ (\w+)", clone)
    assert rest == [f"cd {clone.split()[-1]}", "make deploy"]
    assert "CloudShell" in part and "pip install" not in part


@pytest.mark.parametrize("name", FIRST_DEPLOYMENT)
def test_it_says_what_enter_means_to_sams_last_question(name: str) -> None:
    """It is asked at a first deployment and at each later one, and Enter alone deploys nothing."""
    asks = inspect.getsource(DeployContext.deploy)
    assert re.search(r"confirm\([^)]*MSG_CONFIRM_CHANGESET[^)]*default=False\)", asks)
    asked = f"`{DeployContext.MSG_CONFIRM_CHANGESET} [y/N]`"
    text = (ROOT / "docs" / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if asked in line]
    assert len(lines) == 2 and all("Enter" in line and "`y`" in line for line in lines)


@pytest.mark.parametrize(("name", "unit", "comma"), [("", "", ", "), (".ja", " 枚", "、")])
def test_what_an_owner_reads_of_giving_is_what_a_new_server_gives(
    name: str, unit: str, comma: str
) -> None:
    text = (ROOT / f"docs/giving{name}.md").read_text("utf-8")
    new, days = Economy(""), " 日" if name else ""
    streaks = (f"{new.milestone(day):,}" for day in MILESTONES)
    said = [
        comma.join([str(new.daily), f"{new.daily_tickets}{unit}", f"{new.ticket_days}{days}"]),
        comma.join(streaks),
        f"| {START_BALANCE:,} |",
        f"{new.month.coins:,}",
        str((new.month.coins + 160 * new.month.tickets[0].count) // 160),
        f"{presents.MOST_OPEN}",
        f"{codes.TAG + codes.LETTERS}",
        f"{purse.MOST_LOTS}",
        f"{codes.MOST_SINGLE:,}",
        ("・" if name else ", ").join(str(each) for each in list(shards.KNOWN.values())[:3]),
    ]
    for each in said:
        assert each in text, each
    assert registry.definition("admin present new").option("days").default == 14 and "14" in text
