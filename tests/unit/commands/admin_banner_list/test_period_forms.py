"""The form of when a banner is open: it begins with what holds, or was typed, and reads back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from adapters import inline as read
from commands.admin_banner_list import inline
from commands.asked import Asked
from commands.command import NotReadyError
from gacha import snowflake, zones
from gacha.game import Game, Offer
from gacha.making import times
from tests.support import FIRST_ID, workflow_input

NOW: Final = snowflake.created_ms(str(FIRST_ID))
MINUTE: Final = 60_000


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the one read finds, by the setting's name."""
    rows: dict[str, Any] = {}
    monkeypatch.setattr(read, "setting", lambda _guild, name, again: rows.get(name))
    return rows


def opened(**options: str) -> tuple[str, dict[str, str]]:
    """The form's custom id, and what its fields hold."""
    asked = Asked.read(workflow_input(0, "admin banner list", admin="1" * 19, **options))
    form = inline.form(asked)
    fields = [each["component"] for each in form["components"]]
    return form["custom_id"], {each["custom_id"]: each.get("value", "") for each in fields}


PERIODS: Final = st.tuples(
    st.none() | st.integers(NOW // MINUTE - 500_000, NOW // MINUTE + 500_000),
    st.none() | st.integers(NOW // MINUTE + 500_001, NOW // MINUTE + 900_000),
)
ZONES: Final = st.sampled_from(["Asia/Tokyo", "UTC", "Asia/Kolkata", "UTC+05:45"])


@given(PERIODS, ZONES)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_form_holds_is_read_back_as_the_same_period(
    stored: dict[str, Any], period: tuple[int | None, int | None], zone: str
) -> None:
    starts, ends = (None if each is None else each * MINUTE for each in period)
    offer = Offer("b1", "0f" * 32, starts_ms=starts, ends_ms=ends)
    stored["game"] = Game("1", 1, (offer,), timezone=zone).written()
    custom_id, values = opened(do="when", banner="b1")
    assert custom_id == f"admin banner list:period:offer:b1:{offer.period_hash}"
    found = times.between(values["starts"], values["ends"], NOW, zones.zone(zone))
    assert (found.starts_ms, found.ends_ms) == (starts, ends)
    minutes = ["" if each is None else str(each) for each in period]
    custom_id, of_draft = opened(
        do="when", banner="b1", draft="7", first=minutes[0], last=minutes[1]
    )
    assert custom_id == "admin banner list:period:draft:b1:7" and of_draft == values


def test_the_dates_of_what_is_over_are_nobodys_wish(stored: dict[str, Any]) -> None:
    offer = Offer("b1", "0f" * 32, starts_ms=NOW - 9, ends_ms=NOW)
    stored["game"] = Game("1", offers=(offer,)).written()
    assert opened(do="when", banner="b1")[1] == {"starts": "", "ends": ""}


def test_a_refused_form_opens_again_as_it_was_sent(stored: dict[str, Any]) -> None:
    """For a day, and for the banner that it was about."""
    until = int(datetime.now(ZoneInfo("UTC")).timestamp()) + 100
    values = {"banner": "b1", "starts": "12/24", "ends": "きのう"}
    kept = {"values": values, "expires_at": until}
    stored[f"form#admin banner list#{'1' * 19}"] = kept
    again = {"do": "again", "of": "offer", "seen": "0123abcd"}
    custom_id, found = opened(**again, banner="b1")
    assert custom_id == "admin banner list:period:offer:b1:0123abcd"
    assert found == {"starts": "12/24", "ends": "きのう"}
    assert opened(**again, banner="b2")[1] == {"starts": "", "ends": ""}
    kept["expires_at"] = until - 1_000
    assert opened(**again, banner="b1")[1] == {"starts": "", "ends": ""}


def test_a_late_read_gives_a_button_that_opens_the_same_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(_guild: str, _name: str, again: str) -> None:
        raise NotReadyError(again)

    monkeypatch.setattr(read, "setting", late)
    for options, expected in (
        ({"do": "when", "banner": "b1"}, "when:b1"),
        (
            {"do": "when", "banner": "b1", "draft": "7", "first": "1", "last": ""},
            "when:b1:7:1:",
        ),
        (
            {"do": "again", "banner": "b1", "of": "draft", "seen": "7"},
            "again:draft:b1:7",
        ),
    ):
        with pytest.raises(NotReadyError) as error:
            opened(**options)
        assert error.value.custom_id == f"admin banner list:{expected}"
