"""Secrets Manager: what a function may know and its environment may not."""

from __future__ import annotations

import boto3

from adapters.tables import CONFIG


def read(arn: str) -> str:
    """The secret's text as of now. A caller that needs it often keeps it."""
    answer = boto3.client("secretsmanager", config=CONFIG).get_secret_value(SecretId=arn)
    return answer["SecretString"]
