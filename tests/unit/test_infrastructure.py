"""Keys, secrets, backups, the network and deployments, number by number."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest
from samcli.yamlhelper import yaml_parse

from scripts import restore
from tests.cloudformation import LOCAL_ACCOUNT, PHASES, Resolved, resources, source, translated
from tests.cloudformation import TABLES as NAMED_TABLES
from tests.conftest import ROOT
from tests.unit.test_template import FUNCTIONS, KEY, MACHINES, TABLES, as_set, statements

OWN: Final = {"EncryptionKey": "CUSTOMER"}
SUBNETS: Final = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
ROUTE_TABLE: Final = "rtb-0123456789abcdef0"
WITHOUT_ROUTES: Final = f"vpc-0123456789abcdef0/{','.join(SUBNETS)}"
VPC: Final = {"Network": f"{WITHOUT_ROUTES}/{ROUTE_TABLE}"}
KEY_ACTIONS: Final = {"kms:Decrypt", "kms:GenerateDataKey"}

# --- encryption -----------------------------------------------------------------------------------

ENCRYPTED: Final = {
    "AWS::DynamoDB::Table": "SSESpecification/KMSMasterKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::Lambda::Function": "KmsKeyArn",
    "AWS::StepFunctions::StateMachine": "EncryptionConfiguration/KmsKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::S3::Bucket": "BucketEncryption/ServerSideEncryptionConfiguration/0/"
    "ServerSideEncryptionByDefault/KMSMasterKeyID",
}


def at(properties: Any, path: str) -> Any:
    for part in path.split("/"):
        properties = properties[0] if part == "0" else (properties or {}).get(part)
    return properties


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_a_key_of_ones_own_encrypts_everything_and_else_no_key_is_named(kind: str) -> None:
    token = {"DiscordBotToken": "t" * 70}
    own = Resolved(**OWN, **token).resources(kind)
    others = Resolved(**token).resources(kind)
    assert own and own.keys() == others.keys()
    for name, properties in own.items():
        assert at(properties, ENCRYPTED[kind]) == KEY, name
        assert at(others[name], ENCRYPTED[kind]) is None, name


def test_a_workflow_names_its_kind_of_key_and_how_long_a_data_key_serves() -> None:
    for machine in Resolved(**OWN).resources("AWS::StepFunctions::StateMachine").values():
        assert machine["EncryptionConfiguration"]["Type"] == "CUSTOMER_MANAGED_KMS_KEY"
        assert machine["EncryptionConfiguration"]["KmsDataKeyReusePeriodSeconds"] == 300
    for machine in Resolved().resources("AWS::StepFunctions::StateMachine").values():
        assert machine["EncryptionConfiguration"] == {"Type": "AWS_OWNED_KEY"}


def test_the_key_is_made_only_when_asked_for_turns_over_and_stays() -> None:
    assert "StackKey" not in Resolved().types()
    key = Resolved(**OWN).properties("StackKey")
    assert key["EnableKeyRotation"] is True
    assert key["PendingWindowInDays"] == 30
    assert translated()["Resources"]["StackKey"]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_key_serves_these_services_and_the_log_groups_of_this_stack() -> None:
    policy = Resolved(**OWN).properties("StackKey")["KeyPolicy"]["Statement"]
    of = {
        service: statement
        for statement in policy
        for service in sorted(as_set(statement["Principal"].get("Service", [])))
    }
    assert set(of) == {
        "logs.ap-northeast-1.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "cloudwatch.amazonaws.com",
        "events.amazonaws.com",
        "budgets.amazonaws.com",
        "backup.amazonaws.com",
    }
    for publisher in ("cloudwatch", "events", "budgets"):
        statement = of[f"{publisher}.amazonaws.com"]
        assert as_set(statement["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    # EventBridge is not supported with a condition, and the delivery of logs names no source, but
    # its ciphertexts are bound to the account's log groups.
    assert "Condition" not in of["events.amazonaws.com"]
    assert of["delivery.logs.amazonaws.com"]["Action"] == "kms:Decrypt"
    assert of["delivery.logs.amazonaws.com"]["Condition"] == {
        "StringEquals": {
            "kms:EncryptionContext:SourceArn": "arn:aws:logs:ap-northeast-1:123456789012:*"
        }
    }
    [groups] = of["logs.ap-northeast-1.amazonaws.com"]["Condition"]["ArnLike"].values()
    assert groups.endswith(":123456789012:log-group:/aws/*/discord-gacha*")
    for name, group in Resolved().resources("AWS::Logs::LogGroup").items():
        assert re.match(r"/aws/.*/discord-gacha", group["LogGroupName"]), name


@pytest.mark.parametrize(
    "role",
    [f"{name}Role" for name in (*FUNCTIONS, *(f"{m.title()}StateMachine" for m in MACHINES))],
)
def test_a_role_may_use_the_key_only_where_there_is_one(role: str) -> None:
    assert not [each for each in statements(role) if "kms:Decrypt" in each["Action"]]
    [using] = [each for each in statements(role, **OWN) if "kms:Decrypt" in each["Action"]]
    assert as_set(using["Action"]) == KEY_ACTIONS
    assert using["Resource"] == KEY


def test_the_fairness_secret_is_generated_and_waits_in_the_second_region() -> None:
    secret = Resolved().properties("FairnessSecret")
    assert secret["GenerateSecretString"] == {"PasswordLength": 64, "ExcludePunctuation": True}
    assert secret["ReplicaRegions"] == [{"Region": "ap-northeast-2"}]


# --- the bucket -----------------------------------------------------------------------------------


def test_the_bucket_stays_keeps_what_it_had_and_is_nobodys_but_ours() -> None:
    bucket = Resolved().properties("Bucket")
    assert "BucketName" not in bucket  # a retained one would keep its name from a later stack
    made = translated()["Resources"]["Bucket"]
    assert made["DeletionPolicy"] == made["UpdateReplacePolicy"] == "Retain"
    # Also of a first deployment that fails: with files in it, it could not be deleted.
    assert made["DependsOn"] == ["DiscordApplication", "TableNames"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    blocked = bucket["PublicAccessBlockConfiguration"]
    assert len(blocked) == 4 and set(blocked.values()) == {True}
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    [own] = Resolved(**OWN).properties("Bucket")["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert own["BucketKeyEnabled"] is True  # else every object is a request to KMS


def test_uploads_go_after_a_day_and_earlier_versions_when_no_table_reaches_back_to_them() -> None:
    rules = Resolved().properties("Bucket")["LifecycleConfiguration"]["Rules"]
    expiring = [each for each in rules if "ExpirationInDays" in each]
    assert [(each["Prefix"], each["ExpirationInDays"]) for each in expiring] == [("uploads/", 1)]
    [rest] = [each for each in rules if "Prefix" not in each]
    table = Resolved().properties("UsersTable")["PointInTimeRecoverySpecification"]
    kept = rest["NoncurrentVersionExpiration"]["NoncurrentDays"]
    assert kept == table["RecoveryPeriodInDays"] == 35
    assert rest["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert {each["Status"] for each in rules} == {"Enabled"}


def test_the_bucket_is_reached_encrypted_or_not_at_all() -> None:
    [statement] = Resolved().properties("BucketPolicy")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == (
        "Deny",
        "*",
        "s3:*",
    )
    assert statement["Resource"] == [{"Fn::GetAtt": ["Bucket", "Arn"]}, "${Bucket.Arn}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}


# --- backup ---------------------------------------------------------------------------------------


def test_backups_are_weekly_on_sunday_at_two_in_tokyo_and_kept_for_90_days() -> None:
    [rule] = Resolved().properties("BackupPlan")["BackupPlan"]["BackupPlanRule"]
    assert rule["ScheduleExpression"] == "cron(0 2 ? * SUN *)"
    assert rule["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert rule["Lifecycle"] == {"DeleteAfterDays": 90}
    assert rule["StartWindowMinutes"] == 60
    assert rule["CompletionWindowMinutes"] == 360
    assert rule["TargetBackupVault"] == {"Ref": "BackupVault"}
    assert "EncryptionKeyArn" not in Resolved().properties("BackupVault")
    assert "CopyActions" not in rule  # the other vault has to be there first


def test_with_a_key_of_ones_own_backups_go_to_a_vault_of_that_key() -> None:
    """The key of a vault cannot be changed: the other vault stays as it is, whatever is chosen."""
    own = Resolved(**OWN)
    [rule] = own.properties("BackupPlan")["BackupPlan"]["BackupPlanRule"]
    assert rule["TargetBackupVault"] == {"Ref": "OwnKeyBackupVault"}
    assert own.properties("OwnKeyBackupVault")["EncryptionKeyArn"] == KEY
    assert own.properties("BackupVault") == Resolved().properties("BackupVault")
    assert "OwnKeyBackupVault" not in Resolved().types()


def test_no_vault_is_in_the_way_of_a_later_stack_or_of_a_later_key() -> None:
    """Vaults outlive the stack, and their names are unique in an account and Region."""
    names = {}
    for name in ("BackupVault", "OwnKeyBackupVault"):
        vault = translated()["Resources"][name]
        assert vault["DeletionPolicy"] == "RetainExceptOnCreate"
        assert vault["UpdateReplacePolicy"] == "Retain"
        names[name] = vault["Properties"]["BackupVaultName"]["Fn::Sub"]
        assert names[name][0] == "${AWS::StackName}-${Id}"
    assert "AWS::StackId" in str(names["BackupVault"])
    assert "StackKey" in str(names["OwnKeyBackupVault"])
    assert Resolved().properties("BackupVault")["BackupVaultName"] == "discord-gacha-1a2b3c4d"


def test_copies_go_to_seoul_and_are_kept_for_90_days_too() -> None:
    stack = Resolved(BackupCopyRegion="ap-northeast-2")
    [rule] = stack.properties("BackupPlan")["BackupPlan"]["BackupPlanRule"]
    [copy] = rule["CopyActions"]
    assert copy == {
        "DestinationBackupVaultArn": (
            "arn:aws:backup:ap-northeast-2:123456789012:backup-vault:discord-gacha"
        ),
        "Lifecycle": {"DeleteAfterDays": 90},
    }
    there = Resolved(region="ap-northeast-2", BackupCopyRegion="ap-northeast-2")
    assert "CopyActions" not in there.properties("BackupPlan")["BackupPlan"]["BackupPlanRule"][0]


def test_all_tables_are_backed_up_and_the_role_reaches_nothing_else() -> None:
    arns = [{"Fn::GetAtt": [name, "Arn"]} for name in TABLES]
    selection = Resolved().properties("BackupSelection")["BackupSelection"]
    assert selection["Resources"] == arns
    assert selection["IamRoleArn"] == {"Fn::GetAtt": ["BackupRole", "Arn"]}
    for statement in statements("BackupRole"):
        assert statement["Resource"] != "*"
    assert {"dynamodb:StartAwsBackupJob"} <= as_set(next(statements("BackupRole"))["Action"])


def held(action: str, **parameters: str) -> dict[str, Any]:
    """The one statement of the backup role that allows `action`."""
    [found] = [
        each for each in statements("BackupRole", **parameters) if action in as_set(each["Action"])
    ]
    return found


def test_backups_may_be_tagged_and_copied_out_of_their_vault_into_the_other() -> None:
    vaults = "arn:aws:backup:*:123456789012:backup-vault:discord-gacha*"
    assert held("backup:CopyIntoBackupVault")["Resource"] == vaults
    for action in ("backup:CopyFromBackupVault", "backup:TagResource"):
        assert held(action)["Resource"] == "arn:aws:backup:*:123456789012:recovery-point:*"


@pytest.mark.parametrize("own", [{}, OWN])
def test_the_keys_of_both_vaults_may_be_lent_to_aws_backup(own: dict[str, str]) -> None:
    keys = "arn:aws:kms:*:123456789012:key/*"
    assert held("kms:DescribeKey", **own)["Resource"] == keys
    lending = held("kms:CreateGrant", **own)
    assert lending["Resource"] == keys
    assert lending["Condition"] == {
        "Bool": {"kms:GrantIsForAWSResource": True},
        "StringEquals": {"aws:ResourceTag/stack": "discord-gacha"},
    }


def test_the_backup_role_opens_tables_with_the_key_of_ones_own_only() -> None:
    assert held("kms:Decrypt", **OWN)["Resource"] == KEY
    assert "kms:Decrypt" not in str(list(statements("BackupRole")))


def backup_region() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((ROOT / "backup-region.yaml").read_text())
    return parsed


def test_the_second_regions_vault_has_the_name_that_copies_go_to_and_a_key_that_stays() -> None:
    template = backup_region()
    assert template["Parameters"]["VaultName"]["Default"] == "discord-gacha"
    vault = template["Resources"]["BackupVault"]
    assert vault["Properties"]["BackupVaultName"] == {"Ref": "VaultName"}
    own = {"Fn::GetAtt": ["BackupKey", "Arn"]}
    assert vault["Properties"]["EncryptionKeyArn"] == {
        "Fn::If": ["HasOwnKey", own, {"Ref": "AWS::NoValue"}]
    }
    assert template["Resources"]["BackupKey"]["Condition"] == "HasOwnKey"
    assert template["Conditions"] == {
        "HasOwnKey": {"Fn::Equals": [{"Ref": "EncryptionKey"}, "CUSTOMER"]}
    }
    ours = source()["Parameters"]["EncryptionKey"]
    assert template["Parameters"]["EncryptionKey"]["AllowedValues"] == ours["AllowedValues"]
    assert template["Parameters"]["EncryptionKey"]["Default"] == ours["Default"] == "AWS"
    for name in ("BackupVault", "BackupKey"):
        assert template["Resources"][name]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert template["Resources"]["BackupKey"]["Properties"]["EnableKeyRotation"] is True


def test_the_second_regions_bucket_is_as_ours_and_has_the_name_that_files_are_copied_to() -> None:
    template = backup_region()["Resources"]
    files = template["Files"]["Properties"]
    assert files["BucketName"] == {"Fn::Sub": "${VaultName}-${AWS::AccountId}-files"}
    ours = source()["Resources"]["Bucket"]["Properties"]
    for name in ("PublicAccessBlockConfiguration", "OwnershipControls", "VersioningConfiguration"):
        assert files[name] == ours[name]
    exports, leftovers = files["LifecycleConfiguration"]["Rules"]
    assert leftovers in ours["LifecycleConfiguration"]["Rules"]
    # What is said of exports, which name members, holds of their copies.
    [raw] = [
        each
        for each in source()["Resources"]["AnalyticsBucket"]["Properties"][
            "LifecycleConfiguration"
        ]["Rules"]
        if each["Id"] == "raw"
    ]
    assert raw["Prefix"] == restore.EXPORTS
    assert {name: exports[name] for name in ("Prefix", "ExpirationInDays")} == {
        name: raw[name] for name in ("Prefix", "ExpirationInDays")
    }
    assert exports["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert template["Files"]["DeletionPolicy"] == "RetainExceptOnCreate"
    alias = template["BackupKeyAlias"]["Properties"]["AliasName"]
    assert alias == {"Fn::Sub": "alias/${VaultName}-copies"}
    role = "arn:aws:iam::123456789012:role/restores"
    assert restore.copied_bucket("discord-gacha", role) == "discord-gacha-123456789012-files"


def test_one_command_makes_the_second_regions_vault() -> None:
    import tomllib

    config = tomllib.loads((ROOT / "samconfig.toml").read_text())["backup-region"]
    deploy = config["deploy"]["parameters"]
    assert deploy["region"] == "ap-northeast-2"
    assert "backup-region.yaml" in (ROOT / "Makefile").read_text()


# --- network --------------------------------------------------------------------------------------


def test_without_a_vpc_there_is_no_network() -> None:
    stack = Resolved()
    assert not {each for each in stack.types().values() if each.startswith("AWS::EC2::")}
    for function in stack.resources("AWS::Lambda::Function").values():
        assert "VpcConfig" not in function


def test_in_a_vpc_nothing_comes_in_and_only_https_goes_out() -> None:
    stack = Resolved(**VPC)
    group = stack.properties("FunctionsSecurityGroup")
    assert "SecurityGroupIngress" not in group
    [out] = group["SecurityGroupEgress"]
    assert (out["IpProtocol"], out["FromPort"], out["ToPort"]) == ("tcp", 443, 443)
    ready = Resolved(Network=WITHOUT_ROUTES)  # two would be one too many
    for name, service in (("DynamoDbEndpoint", "dynamodb"), ("S3Endpoint", "s3")):
        endpoint = stack.properties(name)
        assert endpoint["VpcEndpointType"] == "Gateway"
        assert endpoint["ServiceName"] == f"com.amazonaws.ap-northeast-1.{service}"
        assert endpoint["RouteTableIds"] == [ROUTE_TABLE]
        assert name not in ready.types()
    assert "FunctionsSecurityGroup" in ready.types()
    for function in stack.resources("AWS::Lambda::Function").values():
        assert function["VpcConfig"] == {
            "SubnetIds": SUBNETS,
            "SecurityGroupIds": [{"Ref": "FunctionsSecurityGroup"}],
        }


@pytest.mark.parametrize("role", [f"{name}Role" for name in FUNCTIONS])
def test_only_in_a_vpc_may_a_role_make_network_interfaces(role: str) -> None:
    def held(**parameters: str) -> bool:
        return any(
            "ec2:CreateNetworkInterface" in each["Action"]
            for each in statements(role, **parameters)
        )

    assert held(**VPC) and not held()


# --- versions and deployments ---------------------------------------------------------------------


def test_a_workflow_calls_the_versions_that_it_was_deployed_with() -> None:
    for name in MACHINES:
        machine = resources("AWS::StepFunctions::StateMachine")[f"{name.title()}StateMachine"]
        called = {
            key: value
            for key, value in machine["DefinitionSubstitutions"].items()
            if key.endswith("FunctionArn")
        }
        assert called
        for key, value in called.items():
            version = value["Ref"]
            assert translated()["Resources"][version]["Type"] == "AWS::Lambda::Version"
            worker = machine["DefinitionSubstitutions"].get("Decide") if "Decide" in key else None
            function = f"{worker}Function" if worker else key.removesuffix("Arn")
            assert version.startswith(function)


def test_versions_stay_for_the_pulls_that_run_on_them() -> None:
    versions = {
        name: each
        for name, each in translated()["Resources"].items()
        if each["Type"] == "AWS::Lambda::Version"
    }
    assert len(versions) == len(resources("AWS::Lambda::Function"))
    for version in versions.values():
        assert version["DeletionPolicy"] == "Retain"
        assert version["UpdateReplacePolicy"] == "Retain"
    for name in MACHINES:
        [invoking] = [
            each
            for each in statements(f"{name.title()}StateMachineRole")
            if each["Action"] == "lambda:InvokeFunction"
        ]
        assert all(each.endswith(".Arn}:*") for each in invoking["Resource"])


def test_a_parameter_that_a_function_is_made_of_makes_a_version_when_it_alone_changes() -> None:
    """SAM tells versions apart by the template, which the value of a parameter does not change."""
    made_of = {"EncryptionKey", "Vpc"}
    for name, resource in source()["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        described = set(
            re.findall(r"\$\{(\w+)\}", str(resource["Properties"]["VersionDescription"]))
        )
        own = re.findall(r"'Ref': '(\w+)'", str(resource["Properties"].get("Environment", {})))
        parameters = {each for each in own if each in source()["Parameters"]}
        assert made_of | parameters <= described, name
        assert resource["UpdateReplacePolicy"] == "Retain"
        assert resource["Properties"]["AutoPublishAliasAllProperties"] is True
        if "STATE_MACHINE_ARN" in str(resource["Properties"].get("Environment")):
            assert "Kind" in described, name  # of another type, a workflow has another ARN
        if name not in ("SetupFunction", "InteractionsFunction"):
            assert {"TablesSuffix", "RestoredSuffix"} <= described, name


def described(function: str) -> set[str]:
    """The parameters that a version's description names."""
    text = str(source()["Resources"][function]["Properties"]["VersionDescription"])
    return set(re.findall(r"\$\{(\w+)\}", text)) & set(source()["Parameters"])


@pytest.mark.parametrize("function", [f"{name}Function" for name in FUNCTIONS])
def test_no_parameter_makes_a_version_of_a_function_that_it_leaves_alone(function: str) -> None:
    """Lambda publishes no second version of the same function: the deployment would fail."""
    others = {"Network": ["none", VPC["Network"]]}
    # The suffixes, which these tests take for empty, have tests of their own.
    for name in described(function) - {"TablesSuffix", "RestoredSuffix"}:
        declared = source()["Parameters"][name]
        values = declared.get("AllowedValues") or others.get(name) or ["one", "two"]
        made = [str(Resolved(**{name: value}).properties(function)) for value in values]
        assert len(set(made)) == len(values), name


def test_a_versions_description_fits() -> None:
    """Lambda takes 256 characters."""
    longest = {
        "TablesSuffix": "_" + "x" * 18,
        "RestoredSuffix": "-r20261125t071200",
        "DiscordPublicKey": "a" * 64,
        "AllowedGuildIds": ",".join(["1" * 20] * 5),
        "Kind": "STANDARD",
        "EncryptionKey": "CUSTOMER",
        "Vpc": "vpc-" + "0" * 17,
        "PicturesBy": "CLOUDFRONT",
        "Exports": "x" * 63,  # a bucket's name
        "Phase": "expansion",
        "BackupCopyRegion": "ap-northeast-2",
    }
    for resource in source()["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            text = resource["Properties"]["VersionDescription"]["Fn::Sub"]
            text = text if isinstance(text, str) else text[0]
            filled = re.sub(r"\$\{(\w+)\}", lambda found: longest[found[1]], text)
            assert len(filled) <= 256
    assert "{1,18})" in source()["Parameters"]["TablesSuffix"]["AllowedPattern"]


def test_discord_reaches_the_alias_and_the_alias_the_newest_version() -> None:
    alias = resources("AWS::Lambda::Alias")["InteractionsAlias"]
    assert alias["Name"] == "live"
    version, attribute = alias["FunctionVersion"]["Fn::GetAtt"]
    assert version.startswith("InteractionsFunctionVersion") and attribute == "Version"
    integration = resources("AWS::ApiGatewayV2::Integration")["InteractionsIntegration"]
    assert integration["IntegrationUri"] == {"Ref": "InteractionsAlias"}


def test_interactions_starts_workflows_by_their_alias_and_locally_directly() -> None:
    for account, suffix in ((None, "Alias"), (LOCAL_ACCOUNT, "")):
        stack = Resolved(account=account) if account else Resolved()
        variables = stack.properties("InteractionsFunction")["Environment"]["Variables"]
        for name in MACHINES:
            started = variables[f"{name.upper()}_STATE_MACHINE_ARN"]
            assert started == {"Ref": f"{name.title()}StateMachine{suffix}"}
        [policy] = stack.properties("InteractionsRole")["Policies"]
        may = policy["PolicyDocument"]["Statement"][0]
        assert may["Action"] == "states:StartExecution"
        assert may["Resource"] == [{"Ref": f"{name.title()}StateMachine"} for name in MACHINES]
        assert variables["WORKSHOP_STATE_MACHINE_ARN"] == {"Ref": "WorkshopStateMachine"}


@pytest.mark.parametrize("phase", PHASES)
def test_interactions_may_start_by_the_aliases_only(phase: str) -> None:
    """AWS asks for the workflow's own ARN, with the alias as a key besides."""
    stack = Resolved(Phase=phase)
    [policy] = stack.properties("InteractionsRole")["Policies"]
    [qualifiers] = policy["PolicyDocument"]["Statement"][0]["Condition"].values()
    aliases = stack.resources("AWS::StepFunctions::StateMachineAlias").values()
    assert set(qualifiers["states:StateMachineQualifier"]) == {each["Name"] for each in aliases}
    [policy] = Resolved(account=LOCAL_ACCOUNT, Phase=phase).properties("InteractionsRole")[
        "Policies"
    ]
    assert "Condition" not in policy["PolicyDocument"]["Statement"][0]


@pytest.mark.parametrize("name", MACHINES)
def test_a_workflow_of_another_type_gets_an_alias_of_its_own(name: str) -> None:
    """Another type makes another workflow, to which an alias cannot move: CloudFormation would try,
    and fail, unless it has to make another alias, too."""
    found = set()
    for phase in PHASES:
        stack = Resolved(Phase=phase)
        machine = stack.properties(f"{name.title()}StateMachine")["StateMachineType"]
        found.add((machine, stack.properties(f"{name.title()}StateMachineAlias")["Name"]))
    assert (
        len(found) == len({machine for machine, _ in found}) == len({alias for _, alias in found})
    )


@pytest.mark.parametrize("phase", PHASES)
def test_from_expansion_on_a_tenth_goes_first_for_five_minutes_under_alarms(phase: str) -> None:
    is_late = phase in ("expansion", "large")
    stack = Resolved(Phase=phase)
    for alias in stack.resources("AWS::StepFunctions::StateMachineAlias").values():
        preference = alias["DeploymentPreference"]
        assert preference["Type"] == ("CANARY" if is_late else "ALL_AT_ONCE")
        if is_late:
            assert (preference["Percentage"], preference["Interval"]) == (10, 5)
            assert len(preference["Alarms"]) == 2
        else:
            assert not {"Percentage", "Interval", "Alarms"} & set(preference)
    assert len(stack.resources("AWS::StepFunctions::StateMachineAlias")) == len(MACHINES)
    assert ("InteractionsDeployments" in stack.types()) is is_late
    alias = stack.value(translated()["Resources"]["InteractionsAlias"])
    if not is_late:
        assert "UpdatePolicy" not in alias
        return
    assert alias["UpdatePolicy"] == {
        "CodeDeployLambdaAliasUpdate": {
            "ApplicationName": {"Ref": "Deployments"},
            "DeploymentGroupName": {"Ref": "InteractionsDeployments"},
        }
    }
    group = stack.properties("InteractionsDeployments")
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert group["AutoRollbackConfiguration"] == {
        "Enabled": True,
        "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    made = stack.resources("AWS::CloudWatch::Alarm")
    watched = [each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]]
    for alias in stack.resources("AWS::StepFunctions::StateMachineAlias").values():
        watched += [each["Ref"] for each in alias["DeploymentPreference"]["Alarms"]]
    assert set(watched) <= set(made)


@pytest.mark.parametrize("phase", PHASES)
def test_the_local_cloud_is_asked_for_nothing_that_it_refuses(phase: str) -> None:
    refused = re.compile(r"ApplicationAutoScaling|Backup|Budgets|CodeDeploy|Version$|Alias$")
    for name, kind in Resolved(account=LOCAL_ACCOUNT, Phase=phase).types().items():
        if kind.startswith("AWS::Lambda::"):
            continue
        assert not refused.search(kind), name


def test_the_outputs_say_where_to_look() -> None:
    outputs = json.dumps(Resolved().value(translated()["Outputs"]))
    for service in ("states", "cloudwatch", "dynamodbv2"):
        assert f"console.aws.amazon.com/{service}" in outputs


def test_every_workflow_of_an_interaction_is_found_by_an_output() -> None:
    variables = resources("AWS::Lambda::Function")["InteractionsFunction"]["Environment"]
    words = [each.split("_STATE_MACHINE_ARN") for each in variables["Variables"]]
    started = [f"{word.title()}StateMachine" for word, *rest in words if rest]
    assert len(started) > len(MACHINES)  # and the workshop's
    for machine in started:
        assert translated()["Outputs"][f"{machine}Arn"]["Value"] == {"Ref": machine}


def test_versions_of_workflows_stay_for_the_alias_and_for_going_back() -> None:
    for name in MACHINES:
        version = translated()["Resources"][f"{name.title()}StateMachineVersion"]
        assert version["DeletionPolicy"] == "Retain"
        assert version["UpdateReplacePolicy"] == "Retain"


def test_what_names_a_table_by_its_text_waits_for_the_table() -> None:
    """CloudFormation sees an order only where a resource refers to another. AWS Backup and
    Application Auto Scaling look for the tables that they are told of."""
    looking = ("AWS::Backup::BackupSelection", "AWS::ApplicationAutoScaling::ScalableTarget")
    found = 0
    for name, resource in source()["Resources"].items():
        if resource["Type"] in looking:
            told = str(resource["Properties"])
            named = {table for name, table in NAMED_TABLES.items() if f"table/{name}$" in told}
            assert named and named <= set(resource["DependsOn"]), name
            found += 1
    assert found == 8
