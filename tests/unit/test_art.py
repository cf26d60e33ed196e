"""GET /art/<hash>: the function over moto's bucket, and what the template lets through to it."""

from __future__ import annotations

import base64
import os
import re
from typing import Any, Final

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import aws, files
from scripts.cost import PHASES, Usage, least
from scripts.cost import settings as template_of
from tests.cloudformation import Resolved
from tests.conftest import load_function

PICTURE: Final = b"RIFF\x1a\x00\x00\x00WEBPVP8L a picture"


@pytest.fixture
def handler(tables: Any) -> Any:
    return load_function("art").handler


def event(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """As an HTTP API sends it: "Working with AWS Lambda proxy integrations for HTTP APIs"."""
    return {
        "version": "2.0",
        "routeKey": f"{method} /art/{{hash}}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": path}},
        "isBase64Encoded": False,
    }


def body(answer: dict[str, Any]) -> bytes:
    return base64.b64decode(answer["body"]) if answer.get("isBase64Encoded") else answer["body"]


def test_a_picture_may_be_kept_for_a_year_and_is_nothing_else(handler: Any) -> None:
    hash_ = files.put(files.ART, PICTURE)
    answer = handler(event(f"/art/{hash_}"), None)
    assert (answer["statusCode"], body(answer)) == (200, PICTURE)
    headers = answer["headers"]
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["etag"] == f'"{hash_}"'


def test_head_has_a_pictures_headers_and_no_body(handler: Any) -> None:
    hash_ = files.put(files.ART, PICTURE)
    whole, head = (handler(event(f"/art/{hash_}", each), None) for each in ("GET", "HEAD"))
    assert head["headers"] == whole["headers"]
    assert (head["statusCode"], head["body"]) == (200, "")


@pytest.mark.parametrize(
    ("asked", "is_kept"),
    [
        ('"{}"', True),
        ('W/"{}"', True),
        ('"a", W/"{}"', True),
        ("*", True),
        ("{}", False),
        ('"other"', False),
        ("", False),
    ],
)
def test_who_has_it_is_told_so(handler: Any, asked: str, is_kept: bool) -> None:
    hash_ = files.put(files.ART, PICTURE)
    answer = handler(event(f"/art/{hash_}", if_none_match=asked.format(hash_)), None)
    assert answer["statusCode"] == (304 if is_kept else 200)
    if is_kept:
        assert answer["body"] == "" and answer["headers"]["etag"] == f'"{hash_}"'


def test_what_is_taken_away_is_gone_at_once_also_for_who_has_it(handler: Any) -> None:
    """A running function keeps nothing, and nobody keeps the answer that there is none."""
    hash_ = files.put(files.ART, PICTURE)
    assert handler(event(f"/art/{hash_}"), None)["statusCode"] == 200
    key = files.ART.key(hash_)  # by another function, as `files.block` does it
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=key, Body=b"")
    for headers in ({}, {"if_none_match": f'"{hash_}"'}):
        answer = handler(event(f"/art/{hash_}", **headers), None)
        assert (answer["statusCode"], answer["headers"]["cache-control"]) == (404, "no-store")
        assert answer["body"] == "" and "etag" not in answer["headers"]


@given(
    name=st.text(max_size=40)
    | st.from_regex(r"[0-9a-fA-F]{31,33}", fullmatch=True)
    | st.just("..%2fbanners%2f0")
)
def test_what_is_no_hash_asks_for_nothing(name: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws, "s3", lambda: pytest.fail(f"asked for {name!r}"))
        if not re.fullmatch("[0-9a-f]{32}", name):
            answer = load_function("art").handler(event(f"/art/{name}"), None)
            assert answer["statusCode"] == 404


@pytest.mark.parametrize("content", [b"another file", b"x" * (files.ART.most + 1)])
def test_what_is_not_the_hashs_own_is_not_shown(
    handler: Any, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    key = files.ART.key("0" * 32)
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=key, Body=content)
    assert handler(event(f"/art/{'0' * 32}"), None)["statusCode"] == 404
    assert '"level":"ERROR"' in capsys.readouterr().out.replace(" ", "")


def test_a_bucket_that_does_not_answer_is_no_error_of_the_api(
    handler: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The API's alarm is about commands."""

    class Gone:
        def get_object(self, _key: str, _most: int) -> bytes:
            raise aws.UnreachableError("GetObject: TimeoutError")

    monkeypatch.setattr(aws, "s3", Gone)
    assert handler(event(f"/art/{'0' * 32}"), None)["statusCode"] == 404
    assert "TimeoutError" in capsys.readouterr().out


def test_the_largest_picture_fits_an_answer_that_is_billed_as_one_request() -> None:
    assert files.ART.most <= 512 * 1024
    assert files.ART.most * 4 / 3 + 1_000 < 6 * 1024 * 1024  # what Lambda answers at most


# --- the throttle ---------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", PHASES)
def test_pictures_have_a_throttle_of_their_own_on_each_of_their_routes(phase: str) -> None:
    stack = Resolved(Phase=phase)
    [stage] = stack.resources("AWS::ApiGatewayV2::Stage").values()
    routes = stack.resources("AWS::ApiGatewayV2::Route").values()
    pictures = {each["RouteKey"] for each in routes if "/art/" in each["RouteKey"]}
    assert pictures == {"GET /art/{hash}", "HEAD /art/{hash}"} == set(stage["RouteSettings"])
    for settings in stage["RouteSettings"].values():
        assert (
            settings["ThrottlingRateLimit"] < stage["DefaultRouteSettings"]["ThrottlingRateLimit"]
        )


@pytest.mark.parametrize("phase", PHASES)
def test_whoever_fetches_all_pictures_that_they_can_takes_nothing_from_commands(phase: str) -> None:
    """The brake counts the API's requests and each half megabyte; its numbers have room for the
    least that commands need and for both kinds of request for pictures at their throttle."""
    template = template_of(phase, {})
    needed = least(template, Usage.of(PHASES[phase].users))
    [stage] = Resolved(Phase=phase).resources("AWS::ApiGatewayV2::Stage").values()
    get, head = stage["RouteSettings"].values()

    def most(seconds: int) -> float:
        def at(route: dict[str, Any]) -> float:
            return float(route["ThrottlingBurstLimit"] + route["ThrottlingRateLimit"] * seconds)

        return 2 * at(get) + at(head)  # a picture and its bytes; headers alone

    brake = Resolved(Phase=phase)
    hour, day = (
        brake.properties(f"BrakeRequests{span}Alarm")["Threshold"] for span in ("Hour", "Day")
    )
    assert needed.requests_hour + most(3600) <= hour
    assert needed.requests_day + most(86_400) <= day
