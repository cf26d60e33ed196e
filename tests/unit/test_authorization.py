"""Every statement of every role against AWS's list of actions, resources and condition keys, and
what the functions do against what their roles allow."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import pytest
import requests

from adapters import aws, files, seeds
from adapters.tables import ledger
from commands import registry
from commands.command import REPLY
from local import cloud
from tests import giving, transactions
from tests.cloudformation import (
    AWS_ACCOUNT,
    LOCAL_ACCOUNT,
    PHASES,
    Resolved,
    changed,
    translated,
)
from tests.conftest import ROOT, load_function
from tests.faults.template import schemas
from tests.iam import Request, actions, complaints, is_allowed
from tests.recording import arguments, record
from tests.support import PLAYER_KEY, sort_key, workflow_input
from tests.transactions import COMMANDS, decisions_of, empty

PLACE: Final = "ap-northeast-1:123456789012"
STACK_ID: Final = "0a1b2c3d"
BUCKET: Final = "discord-gacha-bucket-0a1b2c3d4e5f"

# What Ref and GetAtt give for a type, by "Return values" of its page in CloudFormation's reference.
# NAME is the resource's name, ID one that AWS makes.
ARNS: Final = {
    ("AWS::ApiGatewayV2::Api", "Ref"): "ID",
    ("AWS::CloudWatch::Alarm", "Ref"): "discord-gacha-NAME",
    ("AWS::CloudWatch::Alarm", "Arn"): f"arn:aws:cloudwatch:{PLACE}:alarm:discord-gacha-NAME",
    ("AWS::DynamoDB::Table", "Arn"): f"arn:aws:dynamodb:{PLACE}:table/NAME",
    ("AWS::KMS::Key", "Arn"): f"arn:aws:kms:{PLACE}:key/ID",
    ("AWS::Lambda::Alias", "Ref"): f"arn:aws:lambda:{PLACE}:function:NAME:live",
    ("AWS::Lambda::Function", "Arn"): f"arn:aws:lambda:{PLACE}:function:discord-gacha-NAME-ID",
    ("AWS::Lambda::Version", "Ref"): f"arn:aws:lambda:{PLACE}:function:discord-gacha-NAME-ID:7",
    (
        "AWS::Logs::LogGroup",
        "Arn",
    ): f"arn:aws:logs:{PLACE}:log-group:/aws/lambda/discord-gacha/NAME:*",
    ("AWS::S3::Bucket", "Arn"): "arn:aws:s3:::discord-gacha-NAME-0a1b2c3d4e5f",
    ("AWS::SNS::Topic", "Ref"): f"arn:aws:sns:{PLACE}:discord-gacha-NAME",
    (
        "AWS::SecretsManager::Secret",
        "Ref",
    ): f"arn:aws:secretsmanager:{PLACE}:secret:discord-gacha-NAME-abcdef",
    (
        "AWS::StepFunctions::StateMachine",
        "Ref",
    ): f"arn:aws:states:{PLACE}:stateMachine:discord-gacha-NAME",
    (
        "AWS::StepFunctions::StateMachine",
        "Arn",
    ): f"arn:aws:states:{PLACE}:stateMachine:discord-gacha-NAME",
    ("AWS::StepFunctions::StateMachine", "Name"): "discord-gacha-NAME",
    (
        "AWS::StepFunctions::StateMachineAlias",
        "Ref",
    ): f"arn:aws:states:{PLACE}:stateMachine:discord-gacha-NAME:live",
    (
        "AWS::StepFunctions::StateMachineVersion",
        "Ref",
    ): f"arn:aws:states:{PLACE}:stateMachine:discord-gacha-NAME:7",
}

# Why a statement names no resource although the action takes one.
REASONS: Final = {
    "cloudwatch:DescribeAlarms": "as AWS's own policy for CodeDeploy (AWSCodeDeployRoleForLambda)",
    **dict.fromkeys(
        (
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        ),
        "Lambda checks for these on all resources before it takes a function into a VPC",
    ),
    **dict.fromkeys(
        ("logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
        "the guide of Step Functions, 'Logging using CloudWatch Logs', asks for * in these",
    ),
}

CONDITIONS: Final[list[dict[str, str]]] = [
    {"Phase": phase, "EncryptionKey": key, "account": account, **more}
    for phase, key, account, more in itertools.product(
        PHASES,
        ("AWS", "CUSTOMER"),
        (AWS_ACCOUNT, LOCAL_ACCOUNT),
        (
            {},
            {
                "WorkflowType": "EXPRESS",
                "Network": "vpc-0123456789abcdef0/subnet-0123456789abcdef0",
                "DiscordBotToken": "x" * 20,
                "RestoredSuffix": "-restored",
                "BackupCopyRegion": "ap-northeast-2",
            },
        ),
    )
]


def made(name: str, attribute: str) -> str:
    """What a reference to a resource becomes once it is made."""
    kind = translated()["Resources"][name]["Type"]
    value = ARNS[(kind, attribute)]
    if kind == "AWS::DynamoDB::Table":
        name = Resolved().properties(name)["TableName"]
    if kind == "AWS::S3::Bucket":
        name = name.lower()
    return value.replace("NAME", name).replace("ID", "0a1b2c3d")


def put_in(value: Any) -> Any:
    """`value` with every reference to a resource put in."""
    if isinstance(value, list):
        return [put_in(each) for each in value]
    if isinstance(value, str):
        return re.sub(
            r"\$\{(\w+)(?:\.(\w+))?\}", lambda found: made(found[1], found[2] or "Ref"), value
        )
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"}:
        return made(value["Ref"], "Ref")
    if value.keys() == {"Fn::GetAtt"}:
        return made(*value["Fn::GetAtt"])
    return {name: put_in(each) for name, each in value.items()}


def policies(stack: Resolved, role: str) -> list[dict[str, Any]]:
    """What a role may do, with the ARNs that AWS would give."""
    properties = stack.properties(role)
    assert "ManagedPolicyArns" not in properties
    apart = stack.resources("AWS::IAM::Policy").values()
    held = [
        *properties.get("Policies", []),
        *(each for each in apart if {"Ref": role} in each["Roles"]),
    ]
    return [put_in(each["PolicyDocument"]) for each in held]


def statements(stack: Resolved) -> Iterator[tuple[str, dict[str, Any]]]:
    for role in stack.resources("AWS::IAM::Role"):
        for policy in policies(stack, role):
            for statement in policy["Statement"]:
                yield role, statement


def faults() -> dict[str, set[str]]:
    """Role → what AWS's reference has against its statements, in any phase and condition."""
    found: dict[str, set[str]] = {}
    seen = set()
    for parameters in CONDITIONS:
        for role, statement in statements(Resolved(**parameters)):
            if (text := json.dumps(statement)) not in seen:
                seen.add(text)
                if complaining := complaints(statement, REASONS):
                    found.setdefault(role, set()).update(complaining)
    return found


def test_every_role_grants_what_aws_knows_on_what_it_takes() -> None:
    assert faults() == {}


@pytest.mark.long
def test_an_alias_in_the_machines_place_would_be_noticed() -> None:
    """It was there, and would have denied every start."""
    path = "Resources/InteractionsRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource/0"
    with changed(path, {"Ref": "PullStateMachineAlias"}):
        [complaining] = faults()["InteractionsRole"]
    assert complaining.endswith("PullStateMachineAlias:live: no action of the statement takes it")


@pytest.mark.parametrize("phase", PHASES)
def test_interactions_may_start_what_it_is_told_to_start(phase: str) -> None:
    """By "Authorization for versions and aliases" of Step Functions' guide: AWS asks for the right
    on the machine, and the part of the ARN behind it is the key states:StateMachineQualifier."""
    stack = Resolved(Phase=phase)
    role = policies(stack, "InteractionsRole")
    variables = stack.properties("InteractionsFunction")["Environment"]["Variables"]
    started = [value["Ref"] for name, value in variables.items() if name.endswith("MACHINE_ARN")]
    assert len(started) == 4
    started.remove("WorkshopStateMachine")  # which has no alias
    workshop = Request("states:StartExecution", made("WorkshopStateMachine", "Ref"))
    assert is_allowed(workshop, role)
    for name in started:
        alias = stack.properties(name)
        machine = made(name.removesuffix("Alias"), "Ref")
        for qualifiers, may in (([alias["Name"]], True), (["7"], False), ([], False)):
            context = {"states:StateMachineQualifier": qualifiers} if qualifiers else {}
            assert is_allowed(Request("states:StartExecution", machine, context), role) is may


@pytest.mark.parametrize("phase", PHASES)
def test_interactions_may_read_one_row_of_settings_and_nothing_else(phase: str) -> None:
    role = policies(Resolved(Phase=phase), "InteractionsRole")
    table = f"arn:aws:dynamodb:{PLACE}:table/{{}}"
    settings = table.format("server_settings")
    assert is_allowed(Request("dynamodb:GetItem", settings), role)
    for action in ("Query", "Scan", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem"):
        assert not is_allowed(Request(f"dynamodb:{action}", settings), role)
    for name in ("discord_users", "gacha_history", "gacha_collection", "server_settings_other"):
        assert not is_allowed(Request("dynamodb:GetItem", table.format(name)), role)


@pytest.mark.parametrize("phase", PHASES)
def test_interactions_may_read_what_a_player_settled_and_no_more_of_the_row(phase: str) -> None:
    role = policies(Resolved(Phase=phase), "InteractionsRole")

    def may(name: str, attributes: list[str], action: str = "GetItem") -> bool:
        resource = f"arn:aws:dynamodb:{PLACE}:table/{name}"
        context = {"dynamodb:Attributes": attributes} if attributes else {}
        return is_allowed(Request(f"dynamodb:{action}", resource, context), role)

    assert may("discord_users", ["user_id", "preferences", "leaving"])
    assert not may("discord_users", [])  # without a projection: the whole row
    for more in ("balance", "states", "client_seed", "commitment", "joined_at"):
        assert not may("discord_users", ["user_id", "preferences", more])
    for action in ("Query", "Scan", "BatchGetItem", "PutItem", "UpdateItem"):
        assert not may("discord_users", ["user_id", "preferences"], action)
    for other in ("gacha_history", "gacha_collection", "discord_users_other"):
        assert not may(other, ["user_id", "preferences"])


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ({"Action": "dynamodb:TransactWriteItems", "Resource": "*"}, "no such action"),
        ({"Action": "dynamodb:Scan", "Resource": "*"}, "on all resources, and takes some"),
        ({"Action": "xray:PutTraceSegments", "Resource": "arn:aws:xray:::x"}, "takes no resource"),
        (
            {
                "Action": "states:ListExecutions",
                "Resource": f"arn:aws:states:{PLACE}:execution:a:b",
            },
            "takes ['maprun', 'statemachine']",
        ),
        (
            {
                "Action": "states:StartExecution",
                "Resource": f"arn:aws:states:{PLACE}:stateMachine:a:*",
            },
            "takes ['statemachine']",
        ),
        (
            {"Action": "dynamodb:Query", "Resource": f"arn:aws:dynamodb:{PLACE}:table/a/backup/*"},
            "takes ['index', 'table']",
        ),
        (
            {
                "Action": "dynamodb:PutItem",
                "Resource": f"arn:aws:dynamodb:{PLACE}:table/a",
                "Condition": {"StringEquals": {"dynamodb:Select": "COUNT"}},
            },
            "does not know the condition key dynamodb:Select",
        ),
    ],
)
def test_other_faults_would_be_noticed(statement: dict[str, Any], complaint: str) -> None:
    found = complaints({"Effect": "Allow", **statement}, {})
    assert any(complaint in each for each in found), found


def test_policies_on_keys_and_topics_name_actions_that_exist() -> None:
    stack = Resolved(EncryptionKey="CUSTOMER")
    for kind, name in (("AWS::KMS::Key", "KeyPolicy"), ("AWS::SNS::TopicPolicy", "PolicyDocument")):
        for properties in stack.resources(kind).values():
            for statement in properties[name]["Statement"]:
                for action in (
                    [statement["Action"]]
                    if isinstance(statement["Action"], str)
                    else statement["Action"]
                ):
                    assert actions(action), action


# --- what functions do, by the calls that they make -----------------------------------------------

NAMED: Final = re.compile(r"[A-Za-z_]\w*")


@pytest.fixture
def calls(tables: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every call of DynamoDB from here on: the operation, and what it is asked."""
    made: list[tuple[str, dict[str, Any]]] = []
    call = aws.DynamoDB.call

    def note(client: aws.DynamoDB, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        made.append((operation, asked))
        answer: dict[str, Any] = call(client, operation, asked)
        return answer

    monkeypatch.setattr(aws.DynamoDB, "call", note)
    return made


def request(operation: str, asked: dict[str, Any]) -> Request:
    """What IAM is asked for one call of a function: by "Using IAM policy conditions for
    fine-grained access control" of DynamoDB's guide, with every attribute that the call names."""
    table, names = asked["TableName"], asked.get("ExpressionAttributeNames", {})
    attributes = set(asked.get("Key", {}))
    for part in ("UpdateExpression", "ConditionExpression", "KeyConditionExpression"):
        text = re.sub(r"#\w+", lambda found: names[found[0]], asked.get(part, ""))
        words = NAMED.findall(re.sub(r":\w+", "", text))
        attributes |= {each for each in words if each.islower() and "attribute_" not in each}
    index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
    context = {"dynamodb:Attributes": sorted(attributes)}
    if "ReturnValues" in asked:
        context["dynamodb:ReturnValues"] = asked["ReturnValues"]
    return Request(
        f"dynamodb:{operation}", f"arn:aws:dynamodb:{PLACE}:table/{table}{index}", context
    )


def requests_of(operation: str, asked: dict[str, Any]) -> list[Request]:
    """The same of a call that may name several tables: IAM is asked once for each."""
    if operation != "BatchGetItem":
        return [request(operation, asked)]
    return [
        Request(f"dynamodb:{operation}", f"arn:aws:dynamodb:{PLACE}:table/{table}")
        for table in asked["RequestItems"]
    ]


def test_announce_may_clear_the_mark_and_change_nothing_else(
    tables: Any, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    ledger.clear_undelivered(PLAYER_KEY, sort_key())
    [(operation, asked)] = calls
    role = policies(Resolved(), "AnnounceRole")
    assert request(operation, asked).context["dynamodb:Attributes"] == [
        "timestamp",
        "undelivered",
        "user_id",
    ]
    assert is_allowed(request(operation, asked), role)
    for forged in (
        {"UpdateExpression": "SET amount = :all"},
        {"UpdateExpression": "REMOVE undelivered SET balance_after = :all"},
        {"UpdateExpression": "REMOVE #m", "ExpressionAttributeNames": {"#m": "commitment"}},
        {"ReturnValues": "ALL_OLD"},
        {"TableName": "discord_users"},
    ):
        assert not is_allowed(request(operation, {**asked, **forged}), role), forged
    assert not is_allowed(Request("dynamodb:PutItem", request(operation, asked).resource), role)


def test_an_update_of_which_no_attribute_is_known_is_no_update_of_the_mark() -> None:
    """ForAllValues is true of nothing, too."""
    ledger = f"arn:aws:dynamodb:{PLACE}:table/gacha_history"
    role = policies(Resolved(), "AnnounceRole")
    assert not is_allowed(Request("dynamodb:UpdateItem", ledger), role)


def test_answer_reads_by_the_one_index_that_it_uses(
    tables: Any, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    answer = load_function("answer").handler
    options: dict[str, dict[str, Any]] = {
        "rates": {"banner": "starlit-atelier"},
        "fair receipts": {"part": 1},
    }
    for command in ("help", "profile", "history", "rates", "fair show", "fair receipts"):
        answer({"interaction": workflow_input(99, command, **options.get(command, {}))}, None)
    role = policies(Resolved(), "AnswerRole")
    queried = {request(*call).resource for call in calls if call[0] == "Query"}
    for call in calls:
        assert all(is_allowed(each, role) for each in requests_of(*call)), call
    # Every index that the template makes is one that Answer queries or may not.
    for table in Resolved().resources("AWS::DynamoDB::Table").values():
        for index in table.get("GlobalSecondaryIndexes", []):
            name = f"{table['TableName']}/index/{index['IndexName']}"
            arn = f"arn:aws:dynamodb:{PLACE}:table/{name}"
            assert is_allowed(Request("dynamodb:Query", arn), role) is (arn in queried), arn


def test_answer_reads_several_items_at_once_of_the_tables_of_which_it_does_so(
    tables: Any, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    pull = workflow_input(1, count=1)
    assert record(pull, load_function("draw").handler({"interaction": pull}, None))
    calls.clear()
    answer = load_function("answer").handler
    seen: dict[str, dict[str, Any]] = {"now": {}, "collection": {"filter": "00", "page": 1}}
    for command, options in seen.items():
        answer({"interaction": workflow_input(99, command, **options)}, None)
    role = policies(Resolved(), "AnswerRole")
    asked = {(each.action, each.resource) for call in calls for each in requests_of(*call)}
    for action, resource in asked:
        assert is_allowed(Request(action, resource), role), (action, resource)
    for table in Resolved().resources("AWS::DynamoDB::Table").values():
        arn = f"arn:aws:dynamodb:{PLACE}:table/{table['TableName']}"
        does = ("dynamodb:BatchGetItem", arn) in asked
        assert is_allowed(Request("dynamodb:BatchGetItem", arn), role) is does, arn


def test_plan_queries_what_it_looks_through_and_nothing_else(
    tables: Any, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    """Voids that nobody saw; the ledger, for a purchase that was made already; what is wished for;
    and who took a present."""
    seeds.secret.cache_clear()
    giving.stock()
    plan = load_function("plan").handler
    seed = workflow_input(1, "fair seed", text="x")
    assert record(seed, plan({"interaction": seed}, None))
    calls.clear()
    bought = {"banner": "starlit-atelier", "card": "0", "price": "300", "has": "300"}
    withdrawn = {"do": "withdraw", "present": "p1", "admin": giving.ADMIN}
    for room, options in (
        ("shop", bought),
        ("wishlist", {}),
        ("admin present new", withdrawn),
    ):
        plan({"interaction": workflow_input(2, room, **options)}, None)
    role = policies(Resolved(), "PlanRole")
    for call in calls:
        assert all(is_allowed(each, role) for each in requests_of(*call)), call
    queried = {request(*call).resource for call in calls if call[0] == "Query"}
    assert len(queried) == 4
    for table in Resolved().resources("AWS::DynamoDB::Table").values():
        of = f"arn:aws:dynamodb:{PLACE}:table/{table['TableName']}"
        indexes = table.get("GlobalSecondaryIndexes", [])
        for arn in (of, *(f"{of}/index/{index['IndexName']}" for index in indexes)):
            assert is_allowed(Request("dynamodb:Query", arn), role) is (arn in queried), arn


# --- files ----------------------------------------------------------------------------------------

FILES: Final = f"arn:aws:s3:::{BUCKET}/"
READS: Final = {
    "DrawRole": {"banners", "looks"},
    "PlanRole": {"banners", "looks", "previews", "drafts", "cards", "uploads"},
    "AnswerRole": {"banners", "looks"},
    "AnnounceRole": {"banners", "uploads"},
    "InteractionsRole": {"banners", "cards", "drafts"},
    "ArtRole": {"art"},
    "WorkshopRole": {
        *("uploads", "drafts", "cards", "art", "sources", "uses", "banners", "looks", "previews"),
    },
}
"""Role → the folders of the bucket whose files its function reads."""
WRITES: Final = {
    "SetupRole": {"banners"},
    "WorkshopRole": {
        *("uploads", "drafts", "cards", "art", "sources", "uses", "banners", "looks", "previews"),
    },
}


@pytest.mark.parametrize("account", [AWS_ACCOUNT, LOCAL_ACCOUNT])
def test_a_function_reaches_its_own_folders_of_the_bucket_and_no_others(account: str) -> None:
    """No role may list the bucket, take a version away, or change how the bucket is kept."""
    stack = Resolved(account=account)
    folders = {kind.folder for kind in files.KINDS} | {"uploads", "sources", "uses", "elsewhere"}
    others = set(actions("s3:*")) - {"s3:GetObject", "s3:PutObject"}
    for role in stack.resources("AWS::IAM::Role"):
        held = policies(stack, role)
        for folder, known in itertools.product(folders, (("Get", READS), ("Put", WRITES))):
            asked = Request(f"s3:{known[0]}Object", f"{FILES}{folder}/0a1b.json")
            assert is_allowed(asked, held) is (folder in known[1].get(role, set())), (role, asked)
        for action in others:
            for resource in (f"{FILES}banners/0a1b.toml", FILES.rstrip("/")):
                assert not is_allowed(Request(action, resource), held), (role, action)


@pytest.mark.parametrize("key", ["AWS", "CUSTOMER"])
def test_files_are_copied_to_seoul_and_nothing_is_deleted_there(key: str) -> None:
    """By "Setting up permissions for live replication" of S3's guide."""
    stack = Resolved(BackupCopyRegion="ap-northeast-2", EncryptionKey=key)
    held = policies(stack, "CopyingRole")
    rules = stack.properties("Bucket")["ReplicationConfiguration"]["Rules"]
    assert {each["Filter"]["Prefix"] for each in rules} == {
        *(f"{kind.folder}/" for kind in (*files.KINDS, files.SOURCES)),
        "uses/",
    }
    assert len({each["Priority"] for each in rules}) == len(rules)
    [copies] = {each["Destination"]["Bucket"] for each in rules}
    assert copies == "arn:aws:s3:::discord-gacha-123456789012-files"
    ours = FILES.rstrip("/")
    for action in ("GetReplicationConfiguration", "ListBucket"):
        assert is_allowed(Request(f"s3:{action}", ours), held)
    for action in ("GetObjectVersionForReplication", "GetObjectVersionAcl"):
        assert is_allowed(Request(f"s3:{action}", f"{FILES}art/0a1b.webp"), held)
    assert is_allowed(Request("s3:ReplicateObject", f"{copies}/art/0a1b.webp"), held)
    for action in ("ReplicateDelete", "DeleteObject", "DeleteObjectVersion", "PutObject"):
        for bucket in (ours, copies):
            assert not is_allowed(Request(f"s3:{action}", f"{bucket}/art/0a1b.webp"), held)
    there = f"arn:aws:kms:ap-northeast-2:123456789012:key/{STACK_ID}"
    for name, may in (("discord-gacha", key == "CUSTOMER"), ("payroll", False)):
        tag = {"aws:ResourceTag/stack": name}
        assert is_allowed(Request("kms:Encrypt", there, tag), held) is may
    for each in rules:
        encryption = each["Destination"].get("EncryptionConfiguration")
        alias = "arn:aws:kms:ap-northeast-2:123456789012:alias/discord-gacha-copies"
        assert encryption == ({"ReplicaKmsKeyID": alias} if key == "CUSTOMER" else None)
    assert "ReplicationConfiguration" not in Resolved().properties("Bucket")


# --- where messages go ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("https://discord.com/api/v10", True),
        ("https://discord.com:443/api/v10/", True),
        ("http://127.0.0.1:8789/api/v10", True),  # the local cloud's stand-in
        ("http://localhost:9000", True),
        ("http://discord.com/api/v10", False),
        ("http://127.0.0.1@discord.com/api/v10", False),
        ("http://127.0.0.1:80@discord.com/api/v10", False),
        ("http://127.0.0.1.discord.com/api/v10", False),
        ("http://localhost.discord.com", False),
        ("https://", False),
        ("https://discord.com/?x=https://", False),
        ("HTTP://discord.com", False),
        ("ftp://discord.com", False),
        ("https://discord.com/api\nhttp://discord.com", False),
    ],
)
def test_an_interactions_token_leaves_the_machine_encrypted_only(
    address: str, is_taken: bool
) -> None:
    assert bool(cloud.ENCRYPTED_OR_HERE.fullmatch(address)) is is_taken
    if is_taken:  # as the client reads it, which sends no more than that far without encryption
        read = requests.models.PreparedRequest()
        read.prepare_url(address, {})
        parts = urlsplit(read.url or "")
        assert parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost")


# --- who may write game data ----------------------------------------------------------------------

WRITING: Final = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate")
CHANGES: Final = ("PullStateMachineRole", "ChangeStateMachineRole")
IN_A_TRANSACTION: Final = {"dynamodb:EnclosingOperation": "TransactWriteItems"}


@pytest.mark.parametrize("parameters", CONDITIONS, ids=lambda each: "-".join(each.values()))
def test_nobody_but_the_workflows_of_changes_may_write_game_data(
    parameters: dict[str, str],
) -> None:
    """Announce may clear a mark: `test_announce_may_clear_the_mark_and_change_nothing_else`."""
    stack = Resolved(**parameters)
    names = [each["TableName"] for each in stack.resources("AWS::DynamoDB::Table").values()]
    for role in stack.resources("AWS::IAM::Role"):
        held = policies(stack, role)
        for name, operation in itertools.product(names, WRITING):
            asked = f"dynamodb:{operation}", f"arn:aws:dynamodb:{PLACE}:table/{name}"
            alone = Request(*asked, {"dynamodb:Attributes": ["balance", "user_id"]})
            assert not is_allowed(alone, held), (role, alone)
            enclosed = Request(*asked, {**alone.context, **IN_A_TRANSACTION})
            # Those: `test_a_workflow_may_do_nothing_that_no_command_asks_of_it`, and
            # `test_what_erases_may_delete_and_blank_and_give_nothing`.
            is_blanked = role == "EraseRole" and name.startswith("server_settings")
            assert role in CHANGES or is_blanked or not is_allowed(enclosed, held), (role, enclosed)


OPERATIONS: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "ConditionCheck": "ConditionCheckItem",
}


ERASING: Final = (
    ("PutItem", "discord_users"),
    ("PutItem", "server_settings"),
    ("UpdateItem", "gacha_history"),
    ("UpdateItem", "server_settings"),
    ("DeleteItem", "server_settings"),
)


def test_what_erases_may_delete_and_blank_and_give_nothing() -> None:
    """By what IAM knows of a request: which attributes it names, and within what it is."""
    held = policies(Resolved(), "EraseRole")

    def may(operation: str, table: str, *attributes: str, enclosed: bool = True) -> bool:
        named = {"dynamodb:Attributes": [*attributes]} if attributes else {}
        context = {**named, **(IN_A_TRANSACTION if enclosed else {})}
        arn = f"arn:aws:dynamodb:{PLACE}:table/{table}"
        return is_allowed(Request(f"dynamodb:{operation}", arn, context), held)

    keys = {name: of.names for name, of in schemas().items()}
    for table, names in keys.items():
        assert may("BatchWriteItem", table, *names, enclosed=False)
        assert not may("BatchWriteItem", table, *names, "balance", enclosed=False)
        assert not may("BatchWriteItem", table, enclosed=False)
        assert not may("Scan", table)
    assert may("PutItem", "discord_users", "user_id", "epoch", "version", "erased")
    for more in ("balance", "tickets", "guild_id"):
        assert not may("PutItem", "discord_users", "user_id", "epoch", "version", "erased", more)
    assert may("UpdateItem", "gacha_history", "user_id", "timestamp", "by", "player", "event")
    assert may("PutItem", "server_settings", "server_id", "setting", "user_id", "event")
    for taken in ("amount", "balance", "receipt", "cards", "version"):
        assert not may("UpdateItem", "gacha_history", "user_id", "timestamp", "by", taken)
        assert not may("PutItem", "server_settings", "server_id", "setting", "user_id", taken)
    for table in ("discord_users", "gacha_history", "gacha_collection"):
        assert not may("DeleteItem", table, *keys[table])
    assert not may("UpdateItem", "discord_users", "user_id", "erased")
    assert not may("PutItem", "gacha_history", "user_id", "timestamp")
    # Of a transaction's items no page says that AWS knows their attributes: it works without, too.
    for operation, table in ERASING:
        assert may(operation, table) and not may(operation, table, enclosed=False)


class Reads(NamedTuple):
    """The actions, tables and files that each worker asks for which `load` loaded, by its name."""

    asked: dict[str, set[tuple[str, str]]]
    load: Callable[[str], Any]

    def not_allowed(self) -> list[tuple[str, str, str]]:
        """What they asked for that their roles do not grant."""
        return [
            (worker, *each)
            for worker, asked in self.asked.items()
            for held in [policies(Resolved(), f"{worker.title()}Role")]
            for each in asked
            if not is_allowed(Request(*each), held)
        ]


@pytest.fixture
def reads(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Reads:
    asked: dict[str, set[tuple[str, str]]] = defaultdict(set)
    at_work: list[str] = []
    call, get_object = aws.DynamoDB.call, aws.S3.get_object

    def note(client: aws.DynamoDB, operation: str, of: dict[str, Any]) -> dict[str, Any]:
        for worker in at_work:
            asked[worker] |= {(each.action, each.resource) for each in requests_of(operation, of)}
        answer: dict[str, Any] = call(client, operation, of)
        return answer

    def note_file(client: aws.S3, key: str, most: int) -> bytes | None:
        for worker in at_work:
            asked[worker].add(("s3:GetObject", f"{FILES}{key}"))
        return get_object(client, key, most)

    def loaded(worker: str) -> Any:
        handler = load_function(worker).handler

        def noting(*event: Any) -> Any:
            at_work.append(worker)
            try:
                return handler(*event)
            finally:
                at_work.remove(worker)

        return SimpleNamespace(handler=noting)

    monkeypatch.setattr(aws.DynamoDB, "call", note)
    monkeypatch.setattr(aws.S3, "get_object", note_file)
    monkeypatch.setattr(transactions, "load_function", loaded)
    return Reads(asked, loaded)


def test_a_pull_puts_nothing_in_the_settings_but_where_somebody_plays(tables: Any) -> None:
    """By what Draw decides. IAM does not narrow it: that AWS knows of a transaction's item which
    key it has, no page of its guide says, and every first pull would be denied if it did not."""
    put = []
    for command, options in COMMANDS:
        if command != "pull":
            continue
        empty(tables)
        for interaction, decided in decisions_of(command, options):
            for each in arguments("Record", interaction, {"decision": decided})["TransactItems"]:
                [(kind, item)] = each.items()
                if item["TableName"].startswith("server_settings"):
                    put.append((kind, item["Item"]["server_id"]["S"].partition("#")[0]))
    assert {*put} == {("Put", "user")}


@pytest.mark.parametrize(("command", "options"), COMMANDS)
def test_workers_may_read_and_workflows_may_do_what_the_command_asks_of_them(
    tables: Any,
    reads: Reads,
    command: str,
    options: dict[str, Any],
) -> None:
    """Whatever Draw and Plan look at, by their calls, and decide, by the transaction itself. AWS
    asks for each of its items."""
    machine = "Pull" if command == "pull" else "Change"
    held = policies(Resolved(), f"{machine}StateMachineRole")
    for interaction, decided in decisions_of(command, options):
        for state, data in (("Record", {"decision": decided}), ("Void", {})):
            for each in arguments(state, interaction, data)["TransactItems"]:
                [(kind, item)] = each.items()
                resource = f"arn:aws:dynamodb:{PLACE}:table/{item['TableName']}"
                asked = Request(f"dynamodb:{OPERATIONS[kind]}", resource, IN_A_TRANSACTION)
                assert is_allowed(asked, held), (command, kind, item["TableName"])
        looked = arguments("Look", interaction, {})
        resource = f"arn:aws:dynamodb:{PLACE}:table/{looked['TableName']}"
        assert is_allowed(Request("dynamodb:GetItem", resource), held)
    assert reads.asked and not reads.not_allowed()


def test_answer_may_read_what_any_command_asks_of_it(tables: Any, reads: Reads) -> None:
    """By the sample event of each, for somebody who has played and wishes for a card."""
    giving.stock()
    for function, command, options in (
        ("draw", "pull", {"count": 10}),
        ("plan", "wishlist", {"card": "0"}),
    ):
        interaction = workflow_input(1, command, **options)
        assert record(interaction, load_function(function).handler({"interaction": interaction}, 0))
    answer = reads.load("answer").handler
    for room in registry.rooms():
        if registry.definition(room).workflow == REPLY:
            event = (ROOT / f"events/rooms/{room.replace(' ', '_')}.json").read_text("utf-8")
            answer(json.loads(event), None)
    assert reads.asked["answer"] and not reads.not_allowed()


@pytest.mark.long
@pytest.mark.parametrize("machine", ["Pull", "Change"])
def test_a_workflow_may_do_nothing_that_no_command_asks_of_it(tables: Any, machine: str) -> None:
    """Counted over all its commands: the operations on tables that are asked for, and allowed."""
    asked = {("GetItem", "gacha_history")}  # Look
    for command, options in COMMANDS:
        if (command == "pull") is not (machine == "Pull"):
            continue
        empty(tables)
        for interaction, decided in decisions_of(command, options):
            for state, data in (("Record", {"decision": decided}), ("Void", {})):
                for each in arguments(state, interaction, data)["TransactItems"]:
                    [(kind, item)] = each.items()
                    asked.add((OPERATIONS[kind], item["TableName"]))
    stack = Resolved()
    held = policies(stack, f"{machine}StateMachineRole")
    names = [each["TableName"] for each in stack.resources("AWS::DynamoDB::Table").values()]
    operations = {*WRITING, *OPERATIONS.values(), "GetItem", "BatchGetItem", "Query", "Scan"}
    allowed = {
        (operation, name)
        for operation, name in itertools.product(operations, names)
        if is_allowed(
            Request(
                f"dynamodb:{operation}",
                f"arn:aws:dynamodb:{PLACE}:table/{name}",
                IN_A_TRANSACTION,
            ),
            held,
        )
    }
    assert allowed == asked
