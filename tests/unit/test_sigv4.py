"""Our signer against botocore's, over generated requests: AWS takes what botocore signs."""

from __future__ import annotations

import datetime
import hashlib
import string
import time

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters import sigv4

# What botocore makes, skips or reads itself, and what our one caller never sends.
NOT_OURS = {"authorization", "date", "host", "x-amz-content-sha256", "x-amz-date"} | set(
    botocore.auth.SIGNED_HEADERS_BLACKLIST
)

words = st.text(string.ascii_letters + string.digits + "/+=.-_:;,*%'\"()", min_size=1, max_size=12)
blanks = st.text(" \t", max_size=3)
values = st.lists(st.tuples(blanks, words, blanks), max_size=4).map(
    lambda parts: "".join(part for triple in parts for part in triple)
)
names = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=20).filter(
    lambda name: name.lower() not in NOT_OURS
)
headers = st.lists(st.tuples(names, values), max_size=5, unique_by=lambda pair: pair[0].lower())
hosts = st.sampled_from(["states.ap-northeast-1.amazonaws.com", "127.0.0.1:4566", "localhost"])
parts = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=20)
access_keys = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=20)
secrets = st.text(string.ascii_letters + string.digits + "/+", min_size=1, max_size=40)
tokens = st.just("") | st.text(string.ascii_letters + string.digits + "/+=", max_size=400)
days = st.integers(0, 40_000)  # until 2079
times = st.floats(0, 4e9) | st.builds(
    lambda day, offset: max(0.0, day * 86_400 + offset),
    days,
    st.sampled_from([-1.0, -0.001, 0.0, 0.001, 0.999, 1.0, 43_200.0]),
)


def botocores(
    headers: dict[str, str],
    body: bytes,
    service: str,
    region: str,
    keys: tuple[str, str, str],
    now: float,
    method: str = "POST",
    path: str = "/",
) -> dict[str, str]:
    """The headers of the same request, signed by botocore; names in lower case."""
    request = botocore.awsrequest.AWSRequest(
        method, f"https://{headers['host']}{path}", headers=headers, data=body
    )
    access_key, secret_key, token = keys
    credentials = botocore.credentials.Credentials(access_key, secret_key, token or None)
    with pytest.MonkeyPatch.context() as patch:
        moment = datetime.datetime.fromtimestamp(int(now), datetime.UTC)  # a float would round up
        patch.setattr(botocore.auth, "get_current_datetime", lambda: moment)
        signer = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
        signer(credentials, service, region).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


@settings(max_examples=150, deadline=None, print_blob=True)
@given(
    extra=headers,
    host=hosts,
    body=st.binary(max_size=500) | st.text(max_size=200).map(str.encode),
    service=parts,
    region=parts,
    keys=st.tuples(access_keys, secrets, tokens),
    now=times,
)
@example([], "localhost", b"", "states", "ap-northeast-1", ("A", "s", ""), 86_399.999)
@example([], "localhost", b"", "states", "ap-northeast-1", ("A", "s", "t"), 1_709_164_800.0)
def test_signs_as_botocore_does(
    extra: list[tuple[str, str]],
    host: str,
    body: bytes,
    service: str,
    region: str,
    keys: tuple[str, str, str],
    now: float,
) -> None:
    sent = {**dict(extra), "host": host}
    ours = sigv4.signed_headers(
        sent, body, service=service, region=region, credentials=sigv4.Credentials(*keys), now=now
    )
    theirs = botocores(sent, body, service, region, keys, now)
    assert ours["authorization"] == theirs["authorization"]
    assert ours["x-amz-date"] == theirs["x-amz-date"]
    assert ours.get("x-amz-security-token") == theirs.get("x-amz-security-token")
    assert set(ours) == set(theirs)  # nothing is sent unsigned, nothing signed is not sent


paths = st.lists(st.text(string.ascii_letters + string.digits + "-._~", min_size=1, max_size=40))


@settings(max_examples=150, deadline=None, print_blob=True)
@given(
    method=st.sampled_from(["GET", "HEAD", "PUT", "DELETE"]),
    # botocore's own clients send no path with a part that is `.` or `..` as it is.
    path=paths.map(lambda parts: "/" + "/".join(parts)),
    extra=headers,
    body=st.binary(max_size=500),
    keys=st.tuples(access_keys, secrets, tokens),
    now=times,
)
def test_signs_a_request_to_s3_as_botocore_does(
    method: str,
    path: str,
    extra: list[tuple[str, str]],
    body: bytes,
    keys: tuple[str, str, str],
    now: float,
) -> None:
    sent = {**dict(extra), "host": "a-bucket.s3.ap-northeast-1.amazonaws.com"}
    theirs = botocores(sent, body, "s3", "ap-northeast-1", keys, now, method, path)
    ours = sigv4.signed_headers(
        {**sent, "x-amz-content-sha256": hashlib.sha256(body).hexdigest()},
        body,
        service="s3",
        region="ap-northeast-1",
        credentials=sigv4.Credentials(*keys),
        now=now,
        method=method,
        path=path,
    )
    assert ours["x-amz-content-sha256"] == theirs["x-amz-content-sha256"]
    assert ours["authorization"] == theirs["authorization"]
    assert set(ours) == set(theirs)


def test_signs_the_vector_of_aws() -> None:
    """ "post-vanilla" of the Signature Version 4 test suite."""
    signed = sigv4.signed_headers(
        {"Host": "example.amazonaws.com"},
        b"",
        service="service",
        region="us-east-1",
        credentials=sigv4.Credentials(
            "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""
        ),
        now=1_440_938_160,
    )
    assert signed["x-amz-date"] == "20150830T123600Z"
    assert signed["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, "
        "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )


def test_what_is_signed_does_not_depend_on_the_machines_time_zone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stamps = []
    for zone in ("Asia/Tokyo", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        signed = sigv4.signed_headers(
            {"host": "h"},
            b"",
            service="states",
            region="ap-northeast-1",
            credentials=sigv4.Credentials("A", "s", ""),
            now=0,
        )
        stamps.append(signed["x-amz-date"])
    monkeypatch.undo()
    time.tzset()
    assert stamps == ["19700101T000000Z"] * 2
