"""Tests the template's tests: each number is changed once, and the test that holds it must fail.

A row is a place in template.yaml, another value for it, and the test that has to notice. `check` is
a test function and what it is parametrised with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.cloudformation import PHASES, changed, source
from tests.unit import test_iam as iam
from tests.unit import test_infrastructure as infrastructure
from tests.unit import test_template as template

pytestmark = pytest.mark.once

Check = tuple[Callable[..., None], dict[str, Any]]


def check(test: Callable[..., None], **arguments: Any) -> Check:
    return test, arguments


def phase(name: str) -> Check:
    test = template.test_a_phase_sets_capacity_and_throttling_and_runs_on_standard
    names, values = vars(test)["pytestmark"][0].args
    [row] = [row for row in values if row[0] == name]
    return check(test, **dict(zip(names, row, strict=True)))


SCALES: Final = check(template.test_the_guides_tables_scale_between_5_and_20_units_at_70_percent)
BACKUPS: Final = check(
    infrastructure.test_backups_are_weekly_on_sunday_at_two_in_tokyo_and_kept_for_90_days
)
COPIES: Final = check(infrastructure.test_copies_go_to_seoul_and_are_kept_for_90_days_too)
FIVE: Final = check(template.test_a_table_has_its_keys_and_indexes_at_five_units, name="UsersTable")
CANARY: Final = check(
    infrastructure.test_from_expansion_on_a_tenth_goes_first_for_five_minutes_under_alarms,
    phase="expansion",
)
NETWORK: Final = check(infrastructure.test_in_a_vpc_nothing_comes_in_and_only_https_goes_out)
LOGS: Final = check(template.test_every_log_group_ends)
KEY: Final = check(infrastructure.test_the_key_is_made_only_when_asked_for_turns_over_and_stays)
VERSIONS: Final = check(infrastructure.test_versions_stay_for_the_pulls_that_run_on_them)

SCALED: Final = (
    *(f"{name}{verb}" for name in ("Users", "History", "Settings") for verb in ("Read", "Write")),
    "UndeliveredWrite",
)

RULE: Final = "Resources/BackupPlan/Properties/BackupPlan/BackupPlanRule/0"
GROUP: Final = "Resources/InteractionsDeployments/Properties"

MUTATIONS: Final[list[tuple[str, Any, Check]]] = [
    # phases
    *(
        (f"Mappings/Phases/{name}/{column}", 7, phase(name))
        for name in PHASES
        for column in ("ApiRate", "ApiBurst")
    ),
    *((f"Mappings/Phases/{name}/LogDays", 7, LOGS) for name in PHASES),
    ("Parameters/Phase/Default", "initial", FIVE),
    (
        "Parameters/WorkflowType/Default",
        "EXPRESS",
        check(
            template.test_the_workflows_have_their_types_logs_and_traces_and_a_name_of_their_stack
        ),
    ),
    ("Conditions/IsLate/Fn::Or/0/Fn::Equals/1", "growth", CANARY),
    ("Conditions/IsProvisioned/Fn::Equals/1", "large", phase("large")),
    (
        "Resources/CollectionTable/Properties/BillingMode",
        "PROVISIONED",
        check(template.test_a_table_has_its_keys_and_indexes_at_five_units, name="CollectionTable"),
    ),
    *(
        (
            f"Resources/{name}/Properties/{place}ProvisionedThroughput/Fn::If/1/{kind}",
            6,
            check(template.test_a_table_has_its_keys_and_indexes_at_five_units, name=name),
        )
        for name, place in (
            *((table, "") for table in template.GUIDES),
            *((table, "GlobalSecondaryIndexes/0/") for table in ("UsersTable", "HistoryTable")),
        )
        for kind in ("ReadCapacityUnits", "WriteCapacityUnits")
    ),
    # the key's policy and tag, and the backup role
    *(
        (f"Resources/{place}", value, check(test))
        for place, value, test in (
            (
                "StackKey/Properties/Tags/0/Key",
                "name",
                iam.test_what_has_no_name_has_the_stacks_as_its_tag,
            ),
            (
                "StackKey/Properties/KeyPolicy/Statement/2/Condition",
                {"StringEquals": {"aws:SourceAccount": "1"}},
                infrastructure.test_the_key_serves_these_services_and_the_log_groups_of_this_stack,
            ),
            *(
                (
                    f"BackupRole/Properties/Policies/0/PolicyDocument/Statement/{number}/Resource",
                    "arn:aws:backup:*:123456789012:backup-vault:other",
                    infrastructure.test_backups_may_be_tagged_and_copied_out_of_their_vault_into_the_other,
                )
                for number in (2, 3)
            ),
        )
    ),
    *(
        (
            f"Resources/BackupRole/Properties/Policies/0/PolicyDocument/Statement/{place}",
            value,
            check(infrastructure.test_the_keys_of_both_vaults_may_be_lent_to_aws_backup, own={}),
        )
        for place, value in (
            ("4/Resource", "arn:aws:kms:ap-northeast-1:123456789012:key/*"),
            ("5/Condition", {"Bool": {"kms:GrantIsForAWSResource": True}}),
        )
    ),
    # tables
    *(
        (
            f"Resources/{name}/Properties/{place}",
            value,
            check(
                template.test_a_table_is_encrypted_protected_and_restorable_for_35_days, name=name
            ),
        )
        for name in template.TABLES
        for place, value in (
            ("PointInTimeRecoverySpecification/RecoveryPeriodInDays", 34),
            ("PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", False),
            ("SSESpecification/SSEEnabled", False),
            ("SSESpecification/SSEType", "AES256"),
            ("DeletionProtectionEnabled", False),
        )
    ),
    *(
        (
            f"Resources/{name}/{policy}",
            "Delete",
            check(
                template.test_what_holds_data_outlives_the_stack_but_not_a_failed_first_deploy,
                name=name,
            ),
        )
        for name in (*template.TABLES, "FairnessSecret")
        for policy in ("DeletionPolicy", "UpdateReplacePolicy")
    ),
    # scaling: each target and each policy
    *(
        (f"Resources/{name}Capacity/Properties/{place}", value, SCALES)
        for name in SCALED
        for place, value in (
            ("MinCapacity", 1),
            ("MaxCapacity", 40),
            ("ResourceId", "table/another"),
            ("ScalableDimension", "dynamodb:table:Capacity"),
        )
    ),
    *(
        (
            f"Resources/{name}Scaling/Properties/TargetTrackingScalingPolicyConfiguration/{place}",
            value,
            SCALES,
        )
        for name in SCALED
        for place, value in (("TargetValue", 71), ("ScaleInCooldown", 61), ("ScaleOutCooldown", 0))
    ),
    # backup
    (f"{RULE}/ScheduleExpression", "cron(0 2 ? * MON *)", BACKUPS),
    (f"{RULE}/ScheduleExpressionTimezone", "UTC", BACKUPS),
    (f"{RULE}/StartWindowMinutes", 30, BACKUPS),
    (f"{RULE}/CompletionWindowMinutes", 60, BACKUPS),
    (f"{RULE}/Lifecycle/DeleteAfterDays", 30, BACKUPS),
    (f"{RULE}/CopyActions/Fn::If/1/0/Lifecycle/DeleteAfterDays", 30, COPIES),
    (f"{RULE}/CopyActions/Fn::If/1/0/DestinationBackupVaultArn", "arn:another", COPIES),
    # keys, secrets, network
    ("Resources/StackKey/Properties/EnableKeyRotation", False, KEY),
    ("Resources/StackKey/Properties/PendingWindowInDays", 7, KEY),
    (
        "Resources/FairnessSecret/Properties/ReplicaRegions/Fn::If/2/0/Region",
        "us-east-1",
        check(infrastructure.test_the_fairness_secret_is_generated_and_waits_in_the_second_region),
    ),
    ("Resources/FunctionsSecurityGroup/Properties/SecurityGroupEgress/0/FromPort", 0, NETWORK),
    ("Resources/FunctionsSecurityGroup/Properties/SecurityGroupEgress/0/ToPort", 65535, NETWORK),
    ("Resources/DynamoDbEndpoint/Properties/VpcEndpointType", "Interface", NETWORK),
    # functions
    *(
        (
            f"Globals/Function/{place}",
            value,
            check(template.test_a_function_is_small_bounded_traced_and_logged, name="Draw"),
        )
        for place, value in (("MemorySize", 256), ("Timeout", 31), ("Tracing", "PassThrough"))
    ),
    # deployments
    ("Resources/DrawFunction/UpdateReplacePolicy", "Delete", VERSIONS),
    (f"{GROUP}/DeploymentConfigName", "CodeDeployDefault.LambdaAllAtOnce", CANARY),
    (f"{GROUP}/AutoRollbackConfiguration/Enabled", False, CANARY),
    *(
        (
            f"Resources/{name}StateMachineAlias/Properties/DeploymentPreference/{place}/Fn::If/1",
            value,
            CANARY,
        )
        for name in ("Pull", "Change", "Reply")
        for place, value in (("Type", "LINEAR"), ("Percentage", 50), ("Interval", 1))
    ),
    *(
        (
            "Resources/TracesRule/Properties/SamplingRule/ReservoirSize",
            value,
            check(
                template.test_a_phase_sets_what_is_logged_of_replies_and_traced,
                phase="large",
                level="ERROR",
                rate=0.02,
            ),
        )
        for value in (0, 50)
    ),
]


HELD: Final = set[str]()
"""What was found to hold of the template as it is."""


@pytest.mark.parametrize(
    ("path", "value", "noticing"),
    MUTATIONS,
    ids=[f"{path}={value}" for path, value, _ in MUTATIONS],
)
def test_a_changed_number_is_noticed(path: str, value: Any, noticing: Check) -> None:
    test, arguments = noticing
    if (claim := f"{test.__name__} {arguments}") not in HELD:
        test(**arguments)
        HELD.add(claim)
    with changed(path, value), pytest.raises(AssertionError):
        test(**arguments)


def test_no_phase_and_no_bound_of_the_mapping_is_left_out() -> None:
    covered = {path for path, _, _ in MUTATIONS}
    held_elsewhere = {
        "BudgetDollars",
        "ReplyLogLevel",
        "TraceRate",
    }  # by tests that compare them all
    for name, row in source()["Mappings"]["Phases"].items():
        for column in set(row) - held_elsewhere:
            assert f"Mappings/Phases/{name}/{column}" in covered
