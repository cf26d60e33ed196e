"""template.yaml and the workflow definitions: what `sam deploy` would make, number by number."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

import pytest

from commands.pull.texts import SENTENCES as PULL_SENTENCES
from commands.sentences import SENTENCES
from scripts import cost
from scripts.cost import MEASURED, Facts, settings
from tests.cloudformation import LOCAL_ACCOUNT, PHASES, Resolved, resources, source, translated
from tests.conftest import ROOT

WORKERS: Final = ("Draw", "Plan", "Announce", "Answer")
EVENTS: Final = ("Ended", "Round")
FILES: Final = {
    "pull": "statemachines/change.asl.json",
    "change": "statemachines/change.asl.json",
    "reply": "statemachines/reply.asl.json",
}
MACHINES: Final = tuple(FILES)
WORKSHOP: Final = "WorkshopStateMachine"
"""It serves no player, and has no Announce: tests/unit/test_workshop_workflow.py."""
EXPORT: Final = "ExportStateMachine"
"""It serves analyses and no player: tests/unit/test_export_workflow.py."""
BRAKE: Final = "BrakeStateMachine"
"""It serves the bill and no player: tests/unit/test_brake.py."""
ERASE: Final = "EraseStateMachine"
"""It serves those who left: tests/unit/test_erase_workflow.py."""
FUNCTIONS: Final = ("Interactions", "Setup", "Sweeper", "Art", "Workshop", "Erase", *WORKERS)
MEGABYTES: Final = {"Workshop": 1024, "Erase": 512}
"""The workshop decodes pictures, whose worst was measured; and what erases has no time to lose."""


def definition(name: str) -> dict[str, Any]:
    """The workflow's definition, its blanks filled as the template fills them."""
    machine = resources("AWS::StepFunctions::StateMachine")[f"{name.title()}StateMachine"]
    text = (ROOT / FILES[name]).read_text()
    for blank, value in machine["DefinitionSubstitutions"].items():
        text = text.replace(f"${{{blank}}}", value if isinstance(value, str) else blank)
    parsed: dict[str, Any] = json.loads(text)
    return parsed


# --- parameters and configuration -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "default"),
    [
        ("Phase", "growth"),
        ("WorkflowType", "STANDARD"),
        ("DiscordBotToken", "none"),
        ("TablesSuffix", ""),
    ],
)
def test_parameters_have_their_defaults(parameter: str, default: str) -> None:
    assert source()["Parameters"][parameter]["Default"] == default


def test_every_parameter_is_described_and_bounded() -> None:
    for parameter in source()["Parameters"].values():
        assert parameter["Description"]
        assert "AllowedValues" in parameter or "AllowedPattern" in parameter


GUILDS: Final = ("1290000000000000002", "12900000000000000", "18446744073709551615")


@pytest.mark.parametrize("ids", ["any", *GUILDS, ",".join(GUILDS), f"{GUILDS[0]},{GUILDS[0]}"])
def test_servers_are_any_or_ids(ids: str) -> None:
    assert re.search(source()["Parameters"]["AllowedGuildIds"]["AllowedPattern"], ids)
    assert source()["Parameters"]["AllowedGuildIds"]["Default"] == "any"


@pytest.mark.parametrize(
    "ids",
    [
        "",
        "none",
        "ANY",
        "any,1290000000000000002",
        "1290000000000000002, 12900000000000000",
        " 1290000000000000002",
        "1290000000000000002 ",
        "1290000000000000002,",
        ",1290000000000000002",
        "1290000000000000002,,12900000000000000",
        "1290000000000000002;12900000000000000",
        "0290000000000000002",
        "1290",
        "184467440737095516150",
        "129000000000000000a",
        "１２９００００００００００００００００",
        "1290000000000000002\n",
        ",".join(["1290000000000000002"] * 6),
    ],
)
def test_what_is_no_list_of_servers_is_refused_before_the_deployment(ids: str) -> None:
    """CloudFormation matches the pattern as Java does, where $ is the very end."""
    pattern = source()["Parameters"]["AllowedGuildIds"]["AllowedPattern"]
    assert not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), ids)


def test_what_a_person_must_answer_comes_first() -> None:
    asked = [name for name, each in source()["Parameters"].items() if "Default" not in each]
    assert asked == ["DiscordPublicKey"]
    assert list(source()["Parameters"])[:2] == [*asked, "DiscordBotToken"]


def test_a_guided_deployment_asks_at_most_fourteen_parameters() -> None:
    assert len(source()["Parameters"]) <= 14


def samconfig(environment: str) -> dict[str, dict[str, Any]]:
    """Command → its parameters, as an environment of samconfig.toml sets them."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    return {command: each["parameters"] for command, each in config[environment].items()}


@pytest.mark.parametrize("environment", ["default", "dev", "local"])
def test_samconfig_deploys_to_tokyo(environment: str) -> None:
    assert samconfig(environment)["deploy"]["region"] == "ap-northeast-1"


def overrides(environment: str) -> dict[str, str]:
    pairs = samconfig(environment)["deploy"]["parameter_overrides"].split()
    return dict(pair.split("=", 1) for pair in pairs)


def test_the_guided_deployment_proposes_the_first_phase() -> None:
    assert overrides("default") == {"Phase": "initial"}


def test_a_second_environment_has_tables_and_a_stack_of_its_own() -> None:
    assert overrides("dev") == {"Phase": "initial", "TablesSuffix": "_dev"}
    assert samconfig("dev")["global"]["stack_name"] == "dev-discord-gacha"


# --- functions ------------------------------------------------------------------------------------


def test_these_are_the_functions() -> None:
    assert set(resources("AWS::Lambda::Function")) == {f"{name}Function" for name in FUNCTIONS}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_small_bounded_traced_and_logged(name: str) -> None:
    function = resources("AWS::Lambda::Function")[f"{name}Function"]
    assert function["MemorySize"] == MEGABYTES.get(name, 128)
    assert function["Timeout"] <= (60 if name in MEGABYTES else 30)
    assert function["Handler"] == "app.handler"
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Logs"}}
    assert function["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
    if name != "Setup":  # the tables wait for it
        variables = function["Environment"]["Variables"]
        assert variables["DYNAMODB_USERS_TABLE"] == {"Ref": "UsersTable"}
        assert variables["DYNAMODB_HISTORY_TABLE"] == {"Ref": "HistoryTable"}


def test_no_environment_holds_a_secret() -> None:
    for function in resources("AWS::Lambda::Function").values():
        for name in function.get("Environment", {"Variables": {}})["Variables"]:
            assert not re.search("TOKEN|PRIVATE|PASSWORD", name)


def test_every_log_group_ends() -> None:
    groups = resources("AWS::Logs::LogGroup")
    assert len(groups) == len(FUNCTIONS) + len(MACHINES) + len((BRAKE, WORKSHOP, ERASE, EXPORT))
    for phase, days in zip(PHASES, (30, 30, 60, 90), strict=True):
        for group in Resolved(Phase=phase).resources("AWS::Logs::LogGroup").values():
            assert group["RetentionInDays"] == days


# --- roles ----------------------------------------------------------------------------------------

LOGS: Final = {"logs:CreateLogStream", "logs:PutLogEvents"}
TRACE: Final = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
DELIVERY: Final = {
    f"logs:{verb}"
    for verb in (
        "CreateLogDelivery",
        "GetLogDelivery",
        "UpdateLogDelivery",
        "DeleteLogDelivery",
        "ListLogDeliveries",
        "PutResourcePolicy",
        "DescribeResourcePolicies",
        "DescribeLogGroups",
    )
} | {"xray:GetSamplingRules", "xray:GetSamplingTargets"}


WRITE: Final = {"dynamodb:PutItem", "dynamodb:ConditionCheckItem"}


def statements(role: str, **parameters: str) -> Iterator[dict[str, Any]]:
    for policy in Resolved(**parameters).properties(role)["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def as_set(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value)


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        ("InteractionsRole", {"states:StartExecution", "dynamodb:GetItem", "s3:GetObject"}),
        (
            "DrawRole",
            {
                "dynamodb:GetItem",
                "dynamodb:BatchGetItem",
                "dynamodb:Query",
                "s3:GetObject",
                "secretsmanager:GetSecretValue",
            },
        ),
        (
            "PlanRole",
            {
                "dynamodb:BatchGetItem",  # a page of the book
                "dynamodb:GetItem",
                "dynamodb:Query",
                "s3:GetObject",
                "secretsmanager:GetSecretValue",
            },
        ),
        (
            "AnnounceRole",
            {
                "dynamodb:UpdateItem",
                "dynamodb:Query",
                "dynamodb:GetItem",
                "dynamodb:BatchGetItem",
                "s3:GetObject",
                "secretsmanager:GetSecretValue",
            },
        ),
        (
            "SetupRole",
            {
                "secretsmanager:GetSecretValue",
                "cloudformation:DescribeStacks",
                "dynamodb:DescribeTable",
                "dynamodb:UpdateTable",
            },
        ),
        (
            "SweeperRole",
            {
                "dynamodb:Query",
                "states:DescribeExecution",
                "states:ListExecutions",
                "states:StartExecution",
            },
        ),
        (
            "AnswerRole",
            {
                "dynamodb:BatchGetItem",  # a page of the book
                "dynamodb:GetItem",
                "dynamodb:Query",
                "s3:GetObject",
                "secretsmanager:GetSecretValue",
            },
        ),
    ],
)
def test_a_functions_role_holds_these_actions_and_no_more(role: str, actions: set[str]) -> None:
    held: set[str] = set().union(*(as_set(each["Action"]) for each in statements(role)))
    assert held == actions | LOGS | TRACE
    assert "ManagedPolicyArns" not in resources("AWS::IAM::Role")[role]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("Pull", WRITE | {"dynamodb:UpdateItem", "dynamodb:GetItem"}),
        ("Change", WRITE | {"dynamodb:UpdateItem", "dynamodb:GetItem"}),  # cards, wishes, locks
        ("Reply", set()),
    ],
)
def test_a_workflows_role_invokes_logs_traces_and_writes(name: str, more: set[str]) -> None:
    role = f"{name}StateMachineRole"
    held: set[str] = set().union(*(as_set(each["Action"]) for each in statements(role)))
    assert held == {"lambda:InvokeFunction"} | more | DELIVERY | TRACE


def test_all_resources_are_named_but_where_aws_knows_none() -> None:
    for role in Resolved(Phase="large").resources("AWS::IAM::Role"):
        for statement in statements(role, Phase="large"):
            if statement["Resource"] == "*":
                assert as_set(statement["Action"]) <= TRACE | DELIVERY | {
                    "cloudwatch:DescribeAlarms"
                }


@pytest.mark.parametrize("name", ["Pull", "Change"])
def test_record_writes_only_inside_transactions(name: str) -> None:
    held = list(statements(f"{name}StateMachineRole"))
    writing = [each for each in held if "dynamodb:PutItem" in each["Action"]]
    assert writing
    for each in writing:
        assert each["Condition"] == {
            "ForAnyValue:StringEquals": {"dynamodb:EnclosingOperation": "TransactWriteItems"}
        }


# --- setup ----------------------------------------------------------------------------------------


def needs(name: str) -> set[str]:
    """Every resource that CloudFormation makes before this one."""
    every = translated()["Resources"]
    found: set[str] = set()
    open_ = [name]
    while open_:
        resource = every[open_.pop()]
        named = set(as_set(resource.get("DependsOn", [])))
        text = json.dumps(resource.get("Properties", {}))
        named |= set(re.findall(r'"Ref": "(\w+)"', text))
        named |= set(re.findall(r'"Fn::GetAtt": \["(\w+)"', text))
        for substituted in re.findall(r'"Fn::Sub": (?:\[)?"([^"]*)"', text):
            named |= set(re.findall(r"\$\{(\w+)(?:\.\w+)*\}", substituted))
        new = (named & set(every)) - found
        found |= new
        open_ += new
    return found


def test_no_table_is_made_before_the_answers_are_checked() -> None:
    for table in resources("AWS::DynamoDB::Table"):
        assert {"DiscordApplication", "TableNames"} <= needs(table)


def test_the_protection_of_all_tables_is_lifted_before_they_go() -> None:
    """CloudFormation takes back in the opposite order."""
    tables = resources("AWS::DynamoDB::Table")
    assert len(tables) == 4
    assert set(tables) <= needs("TablesProtection")
    for kind in ("TableNames", "TablesProtection"):
        properties = translated()["Resources"][kind]["Properties"]
        assert properties["Stack"] == {"Ref": "AWS::StackId"}
        assert properties["Tables"] == [
            translated()["Resources"][table]["Properties"]["TableName"] for table in tables
        ]


def test_setup_may_change_the_stacks_tables_only() -> None:
    [changing] = [each for each in statements("SetupRole") if "UpdateTable" in str(each["Action"])]
    assert [each.rsplit(":", 1)[1] for each in changing["Resource"]] == [
        "table/discord_users",
        "table/gacha_history",
        "table/server_settings",
        "table/gacha_collection",
    ]


@pytest.mark.parametrize("check", ["DiscordApplication", "TableNames"])
def test_the_check_needs_nothing_that_holds_data_or_is_seen(check: str) -> None:
    kinds = {translated()["Resources"][name]["Type"] for name in needs(check)}
    assert kinds <= {
        "AWS::EC2::SecurityGroup",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::Lambda::LayerVersion",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",  # empty as yet, and so taken back without trouble
        "AWS::SecretsManager::Secret",
    }


def test_the_endpoint_is_set_when_all_behind_it_stands() -> None:
    every = translated()["Resources"]
    behind = {
        name
        for name, resource in every.items()
        if resource["Type"].startswith("AWS::ApiGatewayV2::")
        or (
            resource["Type"] == "AWS::StepFunctions::StateMachine"
            and name not in (BRAKE, ERASE, EXPORT)
        )
        or name in ("InteractionsPermission", "InteractionsAlias")
    }
    assert {"InteractionsRoute", "ApiStage"} <= behind
    assert behind - needs("DiscordEndpoint") == set()
    assert {"DiscordCommands", "InteractionsFunction"} <= needs("DiscordEndpoint")


def test_another_layer_registers_the_commands_anew() -> None:
    """The definitions are in it, and every version of a layer has an ARN of its own."""
    [layer] = [
        name
        for name, resource in translated()["Resources"].items()
        if resource["Type"] == "AWS::Lambda::LayerVersion"
    ]
    properties = translated()["Resources"]["DiscordCommands"]["Properties"]
    assert properties["Definitions"] == {"Ref": layer}
    assert (ROOT / "layers/gacha/python/commands/registry.py").exists()


def test_every_custom_resource_is_setups_and_waits_for_it_only_so_long() -> None:
    custom = {
        resource["Type"]: resource["Properties"]
        for resource in translated()["Resources"].values()
        if resource["Type"].startswith("Custom::")
    }
    assert len(custom) == 8
    for properties in custom.values():
        assert properties["ServiceToken"] == {"Fn::GetAtt": ["SetupFunction", "Arn"]}
        assert properties["ServiceTimeout"] == 300


def test_the_bot_token_is_handed_to_setup_and_kept_nowhere(template: dict[str, Any]) -> None:
    """CloudFormation masks a NoEcho parameter in what it shows of stacks, events and change sets,
    but for Metadata and Outputs; a custom resource's function gets it in the request."""
    assert template["Parameters"]["DiscordBotToken"]["NoEcho"] is True
    reference = {"Ref": "DiscordBotToken"}
    holders = {
        name: resource
        for name, resource in translated()["Resources"].items()
        if json.dumps(reference) in json.dumps(resource)
    }
    assert set(holders) == {"DiscordApplication", "DiscordCommands", "DiscordEndpoint"}
    for resource in holders.values():
        assert resource["Properties"]["BotToken"] == reference
        assert json.dumps(resource).count(json.dumps(reference)) == 1
        assert resource["Properties"]["ServiceToken"] == {"Fn::GetAtt": ["SetupFunction", "Arn"]}
        assert "Metadata" not in resource
    assert "DiscordBotToken" not in json.dumps(template["Outputs"])
    # No such parameter stands in a text either.
    assert "${DiscordBotToken}" not in json.dumps(translated())


def test_the_invitation_asks_for_commands_only(template: dict[str, Any]) -> None:
    link = template["Outputs"]["InviteUrl"]["Value"]["Fn::Sub"]
    assert link == (
        "https://discord.com/oauth2/authorize"
        "?client_id=${DiscordApplication}&scope=applications.commands"
    )


# --- the API --------------------------------------------------------------------------------------


def test_the_api_has_commands_and_pictures_and_an_access_log() -> None:
    routes = {each["RouteKey"] for each in resources("AWS::ApiGatewayV2::Route").values()}
    assert routes == {"POST /interactions", "GET /art/{hash}", "HEAD /art/{hash}"}
    [stage] = resources("AWS::ApiGatewayV2::Stage").values()
    log_format = json.loads(stage["AccessLogSettings"]["Format"])
    assert not any("header" in value.lower() for value in log_format.values())
    [api] = resources("AWS::ApiGatewayV2::Api").values()
    assert api["ProtocolType"] == "HTTP"


def test_only_this_api_may_invoke_interactions() -> None:
    permissions = resources("AWS::Lambda::Permission")
    sweepers = {f"SweeperFunction{event}Permission" for event in ("Ended", "Round")}
    assert set(permissions) == {"InteractionsPermission", "ArtPermission"} | sweepers
    permission = permissions["InteractionsPermission"]
    assert permission["FunctionName"] == {"Ref": "InteractionsAlias"}
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "${Api}/*/POST/interactions" in permission["SourceArn"]["Fn::Sub"]
    pictures = permissions["ArtPermission"]
    assert pictures["FunctionName"] == {"Ref": "ArtFunctionAliasnewest"}
    assert "${Api}/*/*/art/*" in pictures["SourceArn"]["Fn::Sub"]


# --- the sweeper ----------------------------------------------------------------------------------


def test_the_sweeper_is_told_of_bad_ends_and_looks_by_itself() -> None:
    ended, round_ = (resources("AWS::Events::Rule")[f"SweeperFunction{n}"] for n in EVENTS)
    assert ended["EventPattern"] == {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "stateMachineArn": [{"Ref": "PullStateMachine"}, {"Ref": "ChangeStateMachine"}],
            "status": ["FAILED", "TIMED_OUT", "ABORTED"],
        },
    }
    assert round_["ScheduleExpression"] == "rate(5 minutes)"
    for rule in (ended, round_):
        [target] = rule["Targets"]
        assert target["Arn"] == {"Ref": "SweeperFunctionAliasnewest"}


def test_the_sweeper_reads_the_sparse_index_alone() -> None:
    [reading] = [each for each in statements("SweeperRole") if each["Action"] == "dynamodb:Query"]
    assert reading["Resource"] == "${HistoryTable.Arn}/index/undelivered"


# --- tables ---------------------------------------------------------------------------------------

KEY: Final = {"Fn::GetAtt": ["StackKey", "Arn"]}

TABLES: Final[Mapping[str, tuple[list[tuple[str, str]], dict[str, list[tuple[str, str]]]]]] = {
    "UsersTable": (
        [("user_id", "S")],
        {"by_guild": [("guild_id", "S"), ("joined_at", "N")]},
    ),
    "HistoryTable": (
        [("user_id", "S"), ("timestamp", "N")],
        {
            "undelivered": [("undelivered", "S"), ("timestamp", "N")],
        },
    ),
    "SettingsTable": ([("server_id", "S"), ("setting", "S")], {}),
    "CollectionTable": ([("user_id", "S"), ("page", "N")], {}),
}


GUIDES: Final = ("UsersTable", "HistoryTable", "SettingsTable")
"""The tables that the guide names, and gives 5 units, 5 to 20 with load. The phase `growth` is its
setting to the letter, and the template's default."""


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_its_keys_and_indexes_at_five_units(name: str) -> None:
    key, indexes = TABLES[name]
    table = Resolved().properties(name)
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}

    def shown(schema: list[dict[str, str]]) -> list[tuple[str, str]]:
        assert [each["KeyType"] for each in schema] == ["HASH", "RANGE"][: len(schema)]
        return [(each["AttributeName"], types[each["AttributeName"]]) for each in schema]

    five = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    assert shown(table["KeySchema"]) == key
    is_guides = name in GUIDES
    assert table["BillingMode"] == ("PROVISIONED" if is_guides else "PAY_PER_REQUEST")
    assert table.get("ProvisionedThroughput") == (five if is_guides else None)
    found = {each["IndexName"]: each for each in table.get("GlobalSecondaryIndexes", [])}
    assert {name: shown(each["KeySchema"]) for name, each in found.items()} == indexes
    assert all(each["ProvisionedThroughput"] == five for each in found.values())
    assert all(each["Projection"] == {"ProjectionType": "KEYS_ONLY"} for each in found.values())


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_encrypted_protected_and_restorable_for_35_days(name: str) -> None:
    table = Resolved().properties(name)
    assert table["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 35,
    }
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}  # aws/dynamodb
    own = Resolved(EncryptionKey="CUSTOMER").properties(name)["SSESpecification"]
    assert own["KMSMasterKeyId"] == KEY
    assert table["DeletionProtectionEnabled"] is True


# --- scaling --------------------------------------------------------------------------------------

UNDELIVERED: Final = "table/${HistoryTable}/index/undelivered"
"""Pulls write to it, so it has to scale with its table."""


def scaling(stack: Resolved) -> dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]]:
    """(place, dimension) → the properties of its target and its policy."""
    targets = stack.resources("AWS::ApplicationAutoScaling::ScalableTarget")
    policies = {
        each["ScalingTargetId"]["Ref"]: each
        for each in stack.resources("AWS::ApplicationAutoScaling::ScalingPolicy").values()
    }
    assert set(policies) == set(targets)
    return {
        (each["ResourceId"], each["ScalableDimension"]): (each, policies[name])
        for name, each in targets.items()
    }


def test_the_guides_tables_scale_between_5_and_20_units_at_70_percent() -> None:
    pairs = scaling(Resolved(Phase="growth"))
    assert set(pairs) == {
        *(
            (f"table/${{{table}}}", f"dynamodb:table:{verb}CapacityUnits")
            for table in GUIDES
            for verb in ("Read", "Write")
        ),
        (UNDELIVERED, "dynamodb:index:WriteCapacityUnits"),
    }
    for (_, dimension), (target, policy) in pairs.items():
        assert target["ServiceNamespace"] == "dynamodb"
        assert (target["MinCapacity"], target["MaxCapacity"]) == (5, 20)
        verb = "Read" if "Read" in dimension else "Write"
        assert policy["PolicyType"] == "TargetTrackingScaling"
        assert policy["TargetTrackingScalingPolicyConfiguration"] == {
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": f"DynamoDB{verb}CapacityUtilization"
            },
            "TargetValue": 70,
            "ScaleInCooldown": 60,
            "ScaleOutCooldown": 60,
        }


@pytest.mark.parametrize("pulls", [MEASURED.pull_writes, MEASURED.ten_writes, MEASURED.void_writes])
def test_an_index_cannot_hold_its_table_back(pulls: Mapping[str, int]) -> None:
    """DynamoDB refuses a write of the table when its index has no units left."""
    facts = Facts(settings("growth", {}))
    assert {facts.capacity(place, None) for place in facts.provisioned} == {(5, 5)}
    # `undelivered` begins at as many, scales alike, and has less to write than its table.
    assert pulls["HistoryTable/undelivered"] < pulls["HistoryTable"]
    # `by_guild` has a unit for each new player, who costs their table two. It has to carry all of
    # the phase's players, if they come as fast as the ledger takes them at its highest.
    assert "UsersTable/by_guild" not in pulls
    a_second = Fraction(facts.highest, pulls["HistoryTable"])
    seconds = cost.PHASES["growth"].users / a_second
    kept = 300 * 5  # DynamoDB keeps the unused units of five minutes
    assert kept + 5 * seconds >= cost.PHASES["growth"].users


@pytest.mark.parametrize("phase", ["initial", "expansion", "large"])
def test_on_demand_nobody_is_held_back_below_the_apis_throttle(phase: str) -> None:
    """A partition takes 1,000 write units a second, and a table on demand 4,000 from its first
    second (DynamoDB's Developer Guide): even if all that the API lets through at once were
    ten-pulls of one player, whom their bucket holds at twenty."""
    facts = Facts(settings(phase, {}))
    assert not facts.provisioned
    of_one = max(MEASURED.ten_writes.values())
    at_once = min(facts.burst + facts.throttle, cost._BUCKET["CHANGES"])
    assert at_once * of_one < 1_000
    assert facts.burst * of_one < 4_000


@pytest.mark.parametrize("phase", ["initial", "expansion", "large"])
def test_tables_on_demand_have_no_units_and_nothing_to_scale(phase: str) -> None:
    stack = Resolved(Phase=phase)
    for table in stack.resources("AWS::DynamoDB::Table").values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        for each in (table, *table.get("GlobalSecondaryIndexes", [])):
            assert "ProvisionedThroughput" not in each
    assert not scaling(stack)


def test_only_aws_scales() -> None:
    assert not scaling(Resolved(account=LOCAL_ACCOUNT))


# --- phases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "mode", "throttle"),
    [
        ("initial", "PAY_PER_REQUEST", (3, 50)),
        ("growth", "PROVISIONED", (20, 100)),
        ("expansion", "PAY_PER_REQUEST", (50, 200)),
        ("large", "PAY_PER_REQUEST", (100, 600)),
    ],
)
def test_a_phase_sets_capacity_and_throttling_and_runs_on_standard(
    phase: str, mode: str, throttle: tuple[int, int]
) -> None:
    stack = Resolved(Phase=phase)
    assert {stack.properties(name)["BillingMode"] for name in GUIDES} == {mode}
    for name in ("Pull", "Change"):
        assert stack.properties(f"{name}StateMachine")["StateMachineType"] == "STANDARD"
    assert stack.properties("ApiStage")["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": throttle[0],
        "ThrottlingBurstLimit": throttle[1],
    }


@pytest.mark.parametrize("phase", PHASES)
def test_the_kind_of_workflow_is_an_answer_of_its_own(phase: str) -> None:
    for kind in ("STANDARD", "EXPRESS"):
        machine = Resolved(Phase=phase, WorkflowType=kind).properties("PullStateMachine")
        assert machine["StateMachineType"] == kind


@pytest.mark.parametrize(
    ("phase", "level", "rate"),
    [
        ("initial", "ALL", 1),
        ("growth", "ERROR", 0.5),
        ("expansion", "ERROR", 0.1),
        ("large", "ERROR", 0.02),
    ],
)
def test_a_phase_sets_what_is_logged_of_replies_and_traced(
    phase: str, level: str, rate: float
) -> None:
    stack = Resolved(Phase=phase)
    assert stack.properties("ReplyStateMachine")["LoggingConfiguration"]["Level"] == level
    rule = stack.properties("TracesRule")["SamplingRule"]
    assert (rule["FixedRate"], rule["ReservoirSize"]) == (rate, 1)
    assert rule["ServiceName"] == "discord-gacha-*"


def test_no_function_reserves_concurrency() -> None:
    for function in resources("AWS::Lambda::Function").values():
        assert "ReservedConcurrentExecutions" not in function


# --- what outlives the stack ----------------------------------------------------------------------


def test_these_are_the_tables() -> None:
    assert set(resources("AWS::DynamoDB::Table")) == set(TABLES)


@pytest.mark.parametrize("name", [*TABLES, "FairnessSecret", "SealingSecret"])
def test_what_holds_data_outlives_the_stack_but_not_a_failed_first_deploy(name: str) -> None:
    resource = translated()["Resources"][name]
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"


# --- workflows ------------------------------------------------------------------------------------


def test_the_workflows_have_their_types_logs_and_traces_and_a_name_of_their_stack() -> None:
    machines = Resolved().resources("AWS::StepFunctions::StateMachine")
    del machines[BRAKE]
    for name in ("Pull", "Change"):
        assert machines[f"{name}StateMachine"]["StateMachineType"] == "STANDARD"
    assert machines["ReplyStateMachine"]["StateMachineType"] == "EXPRESS"
    for machine in machines.values():
        assert machine["StateMachineName"].startswith("discord-gacha-")
        assert machine["TracingConfiguration"] == {"Enabled": True}
        # Whose data was erased stands in no log.
        is_erase = machine["StateMachineName"] == "discord-gacha-erase"
        assert machine["LoggingConfiguration"]["IncludeExecutionData"] is not is_erase


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
@pytest.mark.parametrize("phase", PHASES)
def test_every_step_is_kept_once(phase: str, kind: str) -> None:
    """By the history of a Standard workflow, for 90 days, or by the log of an Express one."""
    stack = Resolved(Phase=phase, WorkflowType=kind)
    for name in ("PullStateMachine", "ChangeStateMachine"):
        machine = stack.properties(name)
        has_history = machine["StateMachineType"] == "STANDARD"
        assert machine["LoggingConfiguration"]["Level"] == ("ERROR" if has_history else "ALL")


def test_patience_ends_before_the_token_or_the_express_workflow() -> None:
    machines = resources("AWS::StepFunctions::StateMachine")
    for name in ("Pull", "Change"):
        patience = machines[f"{name}StateMachine"]["DefinitionSubstitutions"]["PatienceSeconds"]
        assert patience == {"Fn::If": ["IsExpress", "240", "840"]}
    assert machines["ReplyStateMachine"]["DefinitionSubstitutions"]["PatienceSeconds"] == "90"


def test_an_express_workflow_has_time_for_all_its_conflicts() -> None:
    for name in ("Pull", "Change"):
        machine = resources("AWS::StepFunctions::StateMachine")[f"{name}StateMachine"]
        most = machine["DefinitionSubstitutions"]["MaxConflicts"]
        assert most == {"Fn::If": ["IsExpress", "4", "10"]}
    assert sum(min(60, 2 ** (conflict + 1)) for conflict in range(4)) < 240


@pytest.mark.parametrize("name", MACHINES)
def test_every_transition_leads_somewhere_and_every_state_is_reached(name: str) -> None:
    machine = definition(name)
    states = machine["States"]
    reached = {machine["StartAt"]}
    for state in states.values():
        for part in (state, *state.get("Choices", []), *state.get("Catch", [])):
            reached |= {part[key] for key in ("Next", "Default") if key in part}
    assert reached == set(states)


INVOKE: Final = "arn:aws:states:::lambda:invoke"
LAMBDA_DID_NOT_RUN_IT: Final = {
    f"Lambda.{name}"
    for name in (
        "TooManyRequestsException",
        "ServiceException",
        "SdkClientException",
        "AWSLambdaException",
        "ClientExecutionTimeoutException",
    )
}
"""Throttles, and what Step Functions' guide says to retry because Lambda's service may fail."""


def longest_wait(task: dict[str, Any]) -> float:
    """Seconds that a task waits at most before its last try."""
    waits: list[float] = [
        min(each["MaxDelaySeconds"], each["IntervalSeconds"] * each["BackoffRate"] ** attempt)
        for each in task["Retry"]
        for attempt in range(each["MaxAttempts"])  # none where it is not tried again
    ]
    return sum(waits)


def longest_way(states: dict[str, Any], state: str, seen: tuple[str, ...] = ()) -> float:
    """Seconds that all tasks together wait at most before the message is tried, if the player
    conflicts with nobody. Each state is entered once."""
    if state in seen or state in ("Announce", "Apologise", "WaitForPlayer"):
        return 0.0
    here = states[state]
    following = [here.get("Next"), here.get("Default")]
    following += [each["Next"] for each in (*here.get("Catch", []), *here.get("Choices", []))]
    ways = [longest_way(states, each, (*seen, state)) for each in following if each]
    return (longest_wait(here) if here["Type"] == "Task" else 0.0) + max(ways, default=0.0)


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
@pytest.mark.parametrize("name", MACHINES)
def test_all_that_tasks_wait_fits_before_the_message_is_given_up(name: str, kind: str) -> None:
    """The ledger is settled, and the message tried once, however long Lambda refuses. What that
    leaves is the message's: Announce stops by its own patience."""
    machine, properties = (
        definition(name),
        Resolved(WorkflowType=kind).properties(f"{name.title()}StateMachine"),
    )
    patience = float(properties["DefinitionSubstitutions"]["PatienceSeconds"])
    life = 300 if properties["StateMachineType"] == "EXPRESS" else machine["TimeoutSeconds"]
    way = longest_way(machine["States"], machine["StartAt"])
    # Draw or Plan as long as Lambda refuses, then Record, Void and Look, which are DynamoDB's.
    assert way == (77 if name == "reply" else 77 + 3 * 7)
    assert way < patience < life - machine["States"]["Announce"]["TimeoutSeconds"]


@pytest.mark.parametrize("name", MACHINES)
def test_every_task_and_machine_is_bounded(name: str) -> None:
    machine = definition(name)
    assert machine["TimeoutSeconds"] <= 1800
    functions = resources("AWS::Lambda::Function")
    longest = max(functions[f"{each}Function"]["Timeout"] for each in WORKERS)
    for state in machine["States"].values():
        if state["Type"] != "Task":
            continue
        *special, general = state["Retry"]
        assert general["ErrorEquals"] == ["States.ALL"] and general["MaxAttempts"] <= 3
        assert general["JitterStrategy"] == "FULL"
        assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
        if state["Resource"] != INVOKE:
            assert state["TimeoutSeconds"] == 20
            continue
        assert state["TimeoutSeconds"] > longest  # else a late function still runs
        refused = special.pop(0)
        assert set(refused["ErrorEquals"]) == LAMBDA_DID_NOT_RUN_IT
        assert refused["MaxAttempts"] == 6 and refused["MaxDelaySeconds"] == 20
        assert refused["JitterStrategy"] == "FULL"


@pytest.mark.parametrize("name", MACHINES)
def test_what_trying_again_cannot_help_is_caught_at_once(name: str) -> None:
    """A cancelled Record goes back to Draw, and a wait that Discord asks for to a Wait. Void alone
    is tried again whatever it is told: its place may have been taken by the very same call."""
    at_once = {
        state: each["ErrorEquals"]
        for state, properties in definition(name)["States"].items()
        for each in properties.get("Retry", [])
        if each["MaxAttempts"] == 0
    }
    patience = {"Announce": ["PatienceError"], "Apologise": ["PatienceError"]}
    cancelled = {"Record": ["DynamoDb.TransactionCanceledException"]}
    assert at_once == (patience if name == "reply" else cancelled | patience)


@pytest.mark.parametrize("name", MACHINES)
def test_the_template_fills_every_blank_of_a_definition(name: str) -> None:
    text = (ROOT / FILES[name]).read_text()
    blanks = set(re.findall(r"\$\{(\w+)\}", text))
    machine = resources("AWS::StepFunctions::StateMachine")[f"{name.title()}StateMachine"]
    given = {key for key in machine["DefinitionSubstitutions"] if not key.startswith("definition")}
    assert blanks == given


def test_every_change_runs_the_same_definition() -> None:
    """What differs is who decides, and the three sentences of what did not go well."""
    machines = resources("AWS::StepFunctions::StateMachine")
    pull, change = (
        machines[f"{name}StateMachine"]["DefinitionSubstitutions"] for name in ("Pull", "Change")
    )
    assert pull.keys() == change.keys()
    assert {name: (pull[name], change[name]) for name in pull if pull[name] != change[name]} == {
        "Decide": ("Draw", "Plan"),
        "DecideFunctionArn": (pull["DecideFunctionArn"], change["DecideFunctionArn"]),
        "SentenceVoided": ("voided", "unchanged"),
        "SentenceStands": ("stands", "changed"),
        "SentenceUnclear": ("unclear", "unclear_change"),
    }
    for name in ("Voided", "Stands", "Unclear"):
        for each in (pull, change):
            assert each[f"Sentence{name}"] in {**PULL_SENTENCES, **SENTENCES}


def test_waiting_for_a_player_is_random_and_bounded() -> None:
    wait = definition("pull")["States"]["WaitForPlayer"]["Seconds"]
    assert "$random()" in wait
    assert "$min([60, $power(2, $states.input.conflicts)])" in wait
