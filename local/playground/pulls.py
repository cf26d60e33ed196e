"""The step viewer (scripts/viewer) among the playground's pages: what became of each command."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final

from local.playground.page import (
    HTML,
    LOOK_AGAIN_S,
    STARTING,
    TITLE,
    Link,
    Page,
    Request,
    Response,
    both,
    document,
)
from scripts.stack import Deployment

if TYPE_CHECKING:
    from scripts.viewer.site import Viewer

FOLDER: Final = "/pulls"
LINK: Final = Link(
    FOLDER, "コマンドの処理を 1 ステップずつ見る", "See what each command did, step by step"
)


def add(page: Page, deployment: Callable[[], Deployment | None]) -> None:
    """Answer FOLDER and all under it, and link it from the start page. `deployment` gives None
    until something is deployed."""

    @cache
    def viewer() -> Viewer:
        from scripts.viewer.site import Viewer  # nobody waits for it while the cloud starts

        return Viewer(deployed, FOLDER)

    def deployed() -> Deployment:
        found = deployment()
        assert found is not None
        return found

    def answer(request: Request) -> Response:
        if deployment() is None:
            body = document(f"{TITLE}<p class=notice>{both(*STARTING)}</p>", refresh_s=LOOK_AGAIN_S)
            return Response(503, body, HTML)
        target = f"{request.path}?{request.query}" if request.query else request.path
        headers = {name.lower(): value for name, value in request.headers.items()}
        answered = viewer().answer("GET", target, headers)
        more = dict(answered.headers)
        kind = more.pop("Content-Type")
        return Response(answered.status, answered.body, kind, more)

    page.add("GET", FOLDER, answer)
    page.add("GET", f"{FOLDER}/*", answer)
    page.links.append(LINK)
