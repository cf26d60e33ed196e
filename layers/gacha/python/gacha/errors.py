"""The one tree of errors the domain raises."""

from __future__ import annotations


class GachaError(Exception):
    """Base of every error that the domain raises on purpose."""


class BannerError(GachaError):
    """A banner file is refused; nothing of it was loaded.

    The text names the file, the field, the value found and what is allowed.
    """

    def __init__(self, source: str, field: str, value: object, allowed: str) -> None:
        shown = repr(value)
        if len(shown) > 80:
            shown = shown[:77] + "…"
        super().__init__(f"{source}: {field}: {shown} is not allowed; allowed: {allowed}")
        self.source = source
        self.field = field
        self.value = value
        self.allowed = allowed


class SeedMismatchError(GachaError):
    """The secret at hand does not give the seed that the player was promised; nothing is drawn."""


class OddsError(GachaError):
    """A question about odds has no answer: no such card, or more states than can be walked."""
