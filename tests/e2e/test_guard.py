"""No web page, and no program without this run's credentials, gets anything out of the local cloud.

A page that is open in a developer's browser may send requests to every port of their machine.
"""

from __future__ import annotations

import http.client
import http.server
import json
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from botocore.exceptions import ClientError
from playwright.sync_api import Browser, Page, Response

from local.cloud import Stack
from local.ministack import ACCESS_KEY_ID, REGION
from local.players import Player, World
from local.playground.relay import PYTHON
from tests.browser import needs_chromium

PATH = "/interactions"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ANYTHING")
BROWSERS = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Referer": "http://evil.example/"},
    {"Sec-Fetch-Site": "cross-site"},
    {"sec-fetch-site": "none"},
    {"SEC-FETCH-MODE": "no-cors"},
    {"Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-User": "?1"},
)
HOSTS = ("evil.example", "127.0.0.1", "localhost", "169.254.169.254", "", "127.0.0.1:1", "[::1]")
FORM = {
    "Action": "CreateStack",
    "StackName": "attack",
    "TemplateBody": json.dumps(
        {"Resources": {"Made": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "attack"}}}}
    ),
}
TARGET = {
    "X-Amz-Target": "secretsmanager.ListSecrets",
    "Content-Type": "application/x-amz-json-1.1",
}
CREDENTIAL = f"{ACCESS_KEY_ID}/20261128/{REGION}/secretsmanager/aws4_request"
# What brings a request to a service of the emulator: headers, query, body.
TO_A_SERVICE: tuple[tuple[dict[str, str], str, bytes], ...] = (
    (TARGET, "", b"{}"),
    ({name.upper(): value for name, value in TARGET.items()}, "", b"{}"),
    ({}, "?Action=ListTopics&Version=2010-03-31", b""),
    ({}, f"?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={CREDENTIAL}", b"{}"),
    ({}, "?x", b""),
    ({"Content-Type": "application/x-www-form-urlencoded"}, "", urlencode(FORM).encode()),
    ({"Authorization": f"AWS4-HMAC-SHA256 Credential={CREDENTIAL}"}, "", b"{}"),
    ({"x-amz-date": "20261128T000000Z"}, "", b"{}"),
)


def stack_names(world: World) -> list[str]:
    stacks = world.stack.client("cloudformation").describe_stacks()["Stacks"]
    return [each["StackName"] for each in stacks]


def ask(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, bytes]:
    """Status and body of an answer to a request with these headers and no others."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": f"127.0.0.1:{port}", **headers}.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read()
    assert "Access-Control-Allow-Origin" not in answer.headers
    connection.close()
    return answer.status, content


def servers(stack: Stack) -> Iterator[tuple[int, str, str]]:
    """Port, host and a path that answers, for every name that a server goes by."""
    for port, path in (
        (stack.port, "/interactions"),
        (stack.port + 1, "/_ministack/health"),
        (stack.port + 2, "/_standin/application"),
    ):
        for name in ("127.0.0.1", "localhost"):
            yield port, f"{name}:{port}", path
    api = f"{stack.outputs['ApiId']}.execute-api.localhost:{stack.port + 1}"
    yield stack.port + 1, api, "/interactions"


@pytest.mark.parametrize("method", METHODS)
def test_nothing_answers_a_browser(world: World, method: str) -> None:
    for port, host, path in servers(world.stack):
        for header in BROWSERS:
            status, _ = ask(port, method, path, {"Host": host, **header}, b"x=y")
            assert status == 403, (port, host, header)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_answers_under_a_foreign_name(world: World, method: str) -> None:
    for port, _, path in servers(world.stack):
        for host in HOSTS:
            assert ask(port, method, path, {"Host": host}, b"x=y")[0] in (400, 403), (port, host)


def test_nothing_answers_without_a_name_or_with_two(world: World) -> None:
    for port, host, path in servers(world.stack):
        for names in ("", f"Host: {host}\r\nHost: evil.example\r\n"):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
                client.sendall(f"GET {path} HTTP/1.1\r\n{names}Connection: close\r\n\r\n".encode())
                first = client.recv(100)
            assert first.split()[1] in (b"400", b"403"), (port, names, first)


def test_it_answers_programs(world: World, player: Player) -> None:
    """What the guard refuses above is answered without those headers."""
    answered = {
        port: ask(port, "POST" if path == PATH else "GET", path, {"Host": host})[0]
        for port, host, path in servers(world.stack)
    }
    assert answered[world.stack.port + 2] == 200
    assert 403 not in answered.values()
    assert world.message(player.use("help"))


def test_the_proxy_forwards_interactions_only(world: World) -> None:
    for path in (
        "/",
        "/_ministack/health",
        "/interactions/",
        "/interactions/..",
        PATH + "x",
    ):
        for method in ("GET", "POST", "PUT", "DELETE"):
            assert ask(world.stack.port, method, path, {})[0] == 404


def test_the_api_has_one_path_under_its_own_name(world: World) -> None:
    api = f"{world.stack.outputs['ApiId']}.execute-api.localhost:{world.stack.port + 1}"
    for path in ("/", "/_ministack/reset", "/_aws/sqs/messages", "/interactions/x"):
        assert ask(world.stack.port + 1, "POST", path, {"Host": api})[0] == 403


def test_a_host_of_another_api_is_no_way_past_the_signature(world: World) -> None:
    """The emulator takes what it does not know for an API to a service: by its target, its action,
    its credentials' scope or its path. As it was carried out: one POST read a secret."""
    at, own = world.stack.port + 1, world.stack.outputs["ApiId"]
    foreign = "00000000" if own != "00000000" else "11111111"
    hosts = [
        f"{label}.{service}.{domain}"
        for service in ("execute-api", "lambda-url", "appsync-api", "s3", "cloudfront", "aoss")
        for label in ("abc", foreign, own + "0", own[:-1], "z" * 8, "a" * 32, "gacha-bucket")
        for domain in (f"localhost:{at}", f"ap-northeast-1.localhost:{at}")
    ]
    hosts += [f"{own}.execute-api.{domain}:{at}" for domain in ("localhost.", "LOCALHOST", "x")]
    hosts += [f"{own}.execute-api.localhost", f"{own}.execute-api.localhost:{at + 1}"]
    hosts += [f"{own.upper()}.execute-api.localhost:{at}X", f"{own}.Execute-Api.localhost:{at}"]
    hosts += [f"a.{own}.execute-api.localhost:{at}", f" {foreign}.execute-api.localhost:{at}"]
    for host in hosts:
        for headers, query, body in TO_A_SERVICE:
            for method in ("POST", "GET", "PUT"):
                status, content = ask(at, method, PATH + query, {"Host": host, **headers}, body)
                assert status in (400, 403), (method, host, headers, query, content)
    assert stack_names(world) == ["discord-gacha"]


def test_the_api_s_own_host_is_no_way_past_the_signature(world: World) -> None:
    at = world.stack.port + 1
    host = f"{world.stack.outputs['ApiId']}.execute-api.localhost:{at}"
    for headers, query, body in TO_A_SERVICE:
        for method in METHODS:
            status, content = ask(at, method, PATH + query, {"Host": host, **headers}, body)
            # A bare POST reaches the API's function, whatever its body: that judges it.
            own = method == "POST" and not query and not set(headers) - {"Content-Type"}
            assert status == (401 if own else 403), (method, headers, query, content)
    assert stack_names(world) == ["discord-gacha"]


def test_no_path_is_a_way_past_the_signature(world: World) -> None:
    """All that the emulator answers by path alone, whatever the name it is called by."""
    at, own = world.stack.port + 1, world.stack.outputs["ApiId"]
    api = f"{own}.execute-api.localhost:{at}"
    for path in (
        *(f"/restapis/{own}/$default/_user_request_/interactions", f"/_aws/execute-api/{own}/x/y"),
        *("/_aws/sqs/messages", "/_aws/ses", "/_aws/sns/sms-messages", "/_aws/lambda-url/a/b"),
        *("/_ministack/reset", "/_ministack/config", "/_ministack/rds/iam-auth", "/_alb/a/b"),
        *("/_ministack/lambda-code/x", "/_ministack/lambda-layers/x", "/_ministack/cfn-signal/x"),
        *("/_ministack/eks-auth/x", "/_ministack/ready", "/_localstack/init", "/health"),
        *("/oauth2/token", "/login", "/v2/", "/v2/email/x", "/Execute", "/iceberg/v1/config"),
        *("/v20180820/tags/x", "/2015-03-31/functions", "/WriteGetObjectResponse", "/key/x"),
        *("/_ministack/health/", "/_ministack/health?Action=ListTopics", "/%5fministack/reset"),
        *("/interactions/../", "//interactions", "/INTERACTIONS", "/interactions%2f", "/"),
    ):
        for name in (f"127.0.0.1:{at}", f"localhost:{at}", api):
            for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
                headers = {"Host": name, "X-Amz-Request-Route": "x"}
                status, content = ask(at, method, path, headers, b"Action=ListTopics")
                assert status == 403, (name, method, path, content)


@pytest.mark.parametrize("path", ["/", "/_ministack/reset", "/_ministack/config", "/deployments"])
def test_the_local_aws_answers_nobody_without_its_credentials(world: World, path: str) -> None:
    body = urlencode(FORM).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for method in METHODS:
        assert ask(world.stack.port + 1, method, path, form, body)[0] == 403


@pytest.mark.parametrize(
    "service", ["cloudformation", "dynamodb", "secretsmanager", "s3", "lambda"]
)
@pytest.mark.parametrize("pair", [("test", "test"), (ACCESS_KEY_ID, "test"), (ACCESS_KEY_ID, "")])
def test_other_credentials_are_refused(world: World, service: str, pair: tuple[str, str]) -> None:
    client = boto3.client(  # type: ignore[call-overload]
        service,
        region_name=REGION,
        endpoint_url=world.stack.aws_endpoint_url,
        aws_access_key_id=pair[0],
        aws_secret_access_key=pair[1] or "0" * 40,
    )
    calls = {"s3": "list_buckets", "cloudformation": "describe_stacks", "lambda": "list_functions"}
    call = calls.get(service, {"dynamodb": "list_tables"}.get(service, "list_secrets"))
    with pytest.raises(Exception, match=r"403|SignatureDoesNotMatch|stack.json") as refused:
        getattr(client, call)()
    assert isinstance(refused.value, ClientError) or "stack.json" in str(refused.value)


def test_a_changed_body_is_refused(world: World) -> None:
    """A signature is no pass: it is the request's."""
    client = world.stack.client("dynamodb")
    client.meta.events.register(
        "before-send.dynamodb", lambda request, **_: setattr(request, "body", b'{"Limit": 1}')
    )
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client.list_tables()


def test_the_credentials_are_in_a_file_of_ones_own(world: World, tmp_path: Path) -> None:
    with world.stack.published(tmp_path / "stack.json"):
        file = tmp_path / "stack.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        described = json.loads(file.read_text())
        assert described["aws_access_key_id"] == ACCESS_KEY_ID
        assert len(described["aws_secret_access_key"]) == 40
        assert Stack.running(file) == world.stack


# --- in a real browser ----------------------------------------------------------------------------


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Page]:
    """Somebody's browser."""
    visitor = chromium.new_page()
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    """The address of a web page of somebody else's, on another origin than any of our servers."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><title>a page</title>")

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


SUBMIT = """(url, fields) => {
  const form = Object.assign(document.createElement("form"), {method: "POST", action: url});
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  }
  document.body.append(form);
  form.submit();
}"""

FETCH = """async (url, method, headers, mode) => {
  const options = {method, headers, mode, referrerPolicy: "no-referrer"};
  if (!["GET", "HEAD"].includes(method)) options.body = "Action=ListTopics";
  try {
    const answer = await fetch(url, options);
    return answer.type === "opaque" ? "opaque" : `${answer.status} ${await answer.text()}`;
  } catch (error) { return "blocked"; }
}"""


def call(visitor: Page, function: str, *arguments: object) -> Any:
    """What a function gives for plain values, on a page."""
    return visitor.evaluate(f"given => ({function})(...given)", list(arguments))


@needs_chromium
def test_a_form_on_a_page_makes_no_stack(world: World, visitor: Page, page: str) -> None:
    """The attack as it was carried out: one form, no click."""
    for name in ("127.0.0.1", "localhost"):
        visitor.goto(page)
        with visitor.expect_navigation():
            call(visitor, SUBMIT, f"http://{name}:{world.stack.port + 1}/", FORM)
        stacks = world.stack.client("cloudformation").describe_stacks()["Stacks"]
        assert [each["StackName"] for each in stacks] == ["discord-gacha"]
        assert "answers no browser" in visitor.evaluate("document.documentElement.innerText")
    time.sleep(1)  # for a stack to appear
    stacks = world.stack.client("cloudformation").describe_stacks()["Stacks"]
    assert [each["StackName"] for each in stacks] == ["discord-gacha"]


@needs_chromium
def test_a_page_can_read_and_change_nothing(world: World, visitor: Page, page: str) -> None:
    visitor.goto(page)
    answers: list[Response] = []
    visitor.on("response", lambda answer: answers.append(answer))
    target = {"X-Amz-Target": "secretsmanager.ListSecrets"}
    asked = 0
    to_play = [  # its own pages may ask it, and this is none of them
        (world.stack.port + 3, f"{name}:{world.stack.port + 3}", "/")
        for name in ("127.0.0.1", "localhost")
        if PYTHON.exists()
    ]
    for port, host, path in (*servers(world.stack), *to_play):
        for method in ("GET", "POST", "PUT", "DELETE"):
            for headers in ({}, target):
                for mode in ("cors", "no-cors"):
                    url = f"http://{host}{path}"
                    seen = call(visitor, FETCH, url, method, headers, mode)
                    assert seen in ("blocked", "opaque"), (port, url, method, mode, seen)
                    asked += 1
    # A page cannot see it, the browser can: whatever got an answer at all got a refusal.
    # Its icon is its own.
    statuses = {answer.status for answer in answers if not answer.url.startswith(page)}
    assert asked == 112 + 16 * len(to_play)
    assert statuses == {403}
