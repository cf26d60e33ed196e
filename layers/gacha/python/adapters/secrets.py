"""Secrets Manager: what a function may know and its environment may not."""

from __future__ import annotations

from adapters import aws


def read(arn: str) -> str:
    """The secret's text as of now. A caller that needs it often keeps it."""
    text: str = aws.secrets_manager().get_secret_value(SecretId=arn)["SecretString"]
    return text
