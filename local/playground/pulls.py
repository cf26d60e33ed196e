"""The step viewer (scripts/viewer) among the playground's pages: what became of each command."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

from local.playground.page import Link, Page, Request, Response
from scripts.stack import Deployment

if TYPE_CHECKING:
    from scripts.viewer.site import Viewer

FOLDER: Final = "/pulls"
LINK: Final = Link(
    FOLDER, "コマンドの処理を 1 ステップずつ見る", "See what each command did, step by step"
)


def add(page: Page, deployment: Callable[[], Deployment]) -> None:
    """Answer FOLDER and all under it, and link it from the start page."""

    @cache
    def viewer() -> Viewer:
        from scripts.viewer.site import Viewer  # nobody waits for it while the cloud starts

        return Viewer(deployment, FOLDER)

    def answer(request: Request) -> Response:
        target = f"{request.path}?{request.query}" if request.query else request.path
        headers = {name.lower(): value for name, value in request.headers.items()}
        answered = viewer().answer("GET", target, headers)
        more = dict(answered.headers)
        kind = more.pop("Content-Type")
        return Response(answered.status, answered.body, kind, more)

    page.add("GET", FOLDER, answer)
    page.add("GET", f"{FOLDER}/*", answer)
    page.links.append(LINK)
