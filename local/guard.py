"""Who may speak to the servers of the local cloud: programs on this machine, and no browser.

They listen on 127.0.0.1 only, but a developer's browser is on this machine, too, and lets any page
that is open send requests there: forms and `no-cors` fetches without asking, and by DNS rebinding
everything. What every server refuses, before it looks at anything else:

- a Host that is not its own, since that of a page which rebinds its name is the page's;
- Origin, Referer and Sec-Fetch-*, which browsers send (WHATWG Fetch, "forbidden request-header")
  and no page can leave out of a request that changes something. Preflights have them, too.

The local AWS also asks for a signature with this run's own credentials, see local/aws.py.

Its module is read in the local cloud's environment, too: the standard library only.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final

OWN: Final = {"same-origin", "none"}
"""What Sec-Fetch-Site says of a page's own requests, and of an address that somebody typed."""


def refusal(headers: Iterable[tuple[str, str]], hosts: Collection[str]) -> str:
    """Why a request to a server of these hosts (`name:port`) is refused; empty if it is not."""
    given = [(name.lower(), value) for name, value in headers]
    if [value.lower() for name, value in given if name == "host"] not in [[each] for each in hosts]:
        return "this server goes by another Host"
    return "this server answers no browser" if any(is_browsers(name) for name, _ in given) else ""


def refusal_of_page(headers: Iterable[tuple[str, str]], hosts: Collection[str]) -> str:
    """The same of a server that is there for a browser, whose own pages alone may ask it: a link
    or a form of another page is refused as well as its scripts."""
    given = [(name.lower(), value.lower()) for name, value in headers]
    if [value for name, value in given if name == "host"] not in [[each] for each in hosts]:
        return "this server goes by another Host"
    allowed = {"origin": {f"http://{each}" for each in hosts}, "sec-fetch-site": OWN}
    if any(value not in allowed.get(name, {value}) for name, value in given):
        return "this page answers no other page"
    return ""


def is_browsers(name: str) -> bool:
    """Whether browsers send a header of this (lowercase) name, and programs do not."""
    return name in ("origin", "referer") or name.startswith("sec-fetch-")


def is_for_api(method: str, path: str) -> bool:
    """Whether a request is one that the API has a route for: an interaction, or a picture's."""
    is_picture = method in ("GET", "HEAD") and re.fullmatch("/art/[0-9A-Za-z_-]+", path) is not None
    return is_picture or (method, path) == ("POST", "/interactions")


def unlike_interaction(
    method: str, path: str, query: bytes, headers: Iterable[tuple[str, str]]
) -> str:
    """Why a request under the API's own name, where nobody signs, is none of Discord's; or empty.

    Whatever else might choose a service or an account in the emulator is kept from it, too.
    """
    if query or not is_for_api(method, path):
        return "only interactions and pictures are answered under this name"
    for name, _ in headers:
        if name.lower() == "authorization" or name.lower().startswith("x-amz-"):
            return "what Discord sends is not signed for AWS"
    return ""


def loopback(port: int) -> tuple[str, str]:
    """How programs on this machine call a server on a port."""
    return f"127.0.0.1:{port}", f"localhost:{port}"
