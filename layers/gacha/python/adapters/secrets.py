"""Secrets Manager: what a function may know and its environment may not."""

from __future__ import annotations

from adapters import aws


def read(arn: str) -> str:
    """The secret's text as of now. Who needs it often keeps it, so the connection is not kept."""
    client = aws.secrets_manager()
    text: str = client.get_secret_value(SecretId=arn)["SecretString"]
    client.close()
    return text
