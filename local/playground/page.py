"""The start page at PORT + 3, and the server under it: for a browser on this machine, and for no
page but its own.

    page.add("GET", "/pulls", handler)            a page of somebody else's
    page.links.append(Link("/pulls", "…", "…"))   and a link to it
"""

from __future__ import annotations

import html
import re
import traceback
from collections.abc import Callable, Mapping
from email.message import Message
from itertools import groupby
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from local import ROOT
from local.guard import refusal_of_page
from local.playground.cast import CAST, Conversation
from local.proxy import Handler, Server

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # without one, a form of ours would have no Origin
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Request(NamedTuple):
    """What a browser asks."""

    path: str
    query: str
    headers: Message
    body: bytes


class Response(NamedTuple):
    """What it gets. `kind` is a Content-Type."""

    status: int
    content: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = {}


class Link(NamedTuple):
    """A link of the start page, in both languages."""

    path: str
    japanese: str
    english: str


class Button(NamedTuple):
    """Something that one press on the start page begins, in both languages."""

    path: str
    japanese: str
    english: str
    japanese_text: str
    english_text: str


class Page(Server):
    """Routes and what is linked. `pages` are SimCord's, by conversation, once they are there."""

    def __init__(self, port: int) -> None:
        super().__init__(port, Answering)
        self.pages: Mapping[str, str] = {}
        self.links: list[Link] = []
        self.notices: list[Link] = []
        self.buttons: list[Button] = []
        self._routes: dict[tuple[str, str], Callable[[Request], Response]] = {}
        self.problem: Link | None = None
        """Why there will never be any, once that is known."""
        self.add("GET", "/", lambda _: Response(200, self.start_page(), HTML))
        icon = Response(200, ICON.read_bytes(), "image/svg+xml")
        for path in (ICON_PATH, "/favicon.ico"):  # the latter where an answer is no page
            self.add("GET", path, lambda _: icon)

    def add(self, method: str, path: str, handler: Callable[[Request], Response]) -> None:
        """Answer `path` by a handler; one that ends in `/*` is for all that begin so."""
        self._routes[method, path] = handler

    def answer(self, method: str, request: Request) -> Response:
        exact = self._routes.get((method, request.path))
        if exact:
            return exact(request)
        for (of, path), handler in self._routes.items():
            if of == method and path.endswith("/*") and request.path.startswith(path[:-1]):
                return handler(request)
        return Response(404)

    def start_page(self) -> bytes:
        cards = "".join(self._card(list(of)) for _, of in groupby(CAST, lambda of: of.guild_id))
        is_starting = not self.pages and self.problem is None
        links = "".join(
            f'<li><a href="{html.escape(each.path)}">{both(each.japanese, each.english)}</a></li>'
            for each in self.links
        )
        starting = f'<p class="notice">{both(*STARTING)}</p>' if is_starting else ""
        notices = starting + "".join(
            f'<p class="notice">{both(each.japanese, each.english)}</p>'
            for each in (*self.notices, *filter(None, [self.problem]))
        )
        more = f"<ul class=more>{links}</ul>" if links else ""
        return document(
            f"{TITLE}{notices}<main>{cards}</main>{more}{self._things_to_try()}",
            refresh_s=LOOK_AGAIN_S if is_starting else 0,
        )

    def _things_to_try(self) -> str:
        if not self.buttons:
            return ""
        forms = "".join(
            f'<form method="post" action="{html.escape(each.path)}">'
            f"<button>{both(each.japanese, each.english)}</button>"
            f"<p>{both(each.japanese_text, each.english_text)}</p></form>"
            for each in self.buttons
        )
        heading = both("試してみる", "Things to try")
        return f'<section class="try"><h2>{heading}</h2>{forms}</section>'

    def _card(self, conversations: list[Conversation]) -> str:
        """One place; a direct message is a conversation of its own for each who has one."""
        title, text = WORDS[conversations[0].name]
        doors = "".join(map(self._door, conversations))
        return f"<section><h2>{both(*title)}</h2><p>{both(*text)}</p>{doors}</section>"

    def _door(self, conversation: Conversation) -> str:
        people = "".join(
            f"<li><b>{html.escape(each.name)}</b> {both(*role(each.name, conversation))}</li>"
            for each in conversation.people
        )
        url = self.pages.get(conversation.name)
        opened = ""
        if url:
            opened = (
                f'<a class=open href="{html.escape(url)}" target="_blank" rel="noopener">'
                f"{both('開く', 'Open')}</a>"
            )
        return f'<div class=door id="{conversation.name}"><ul>{people}</ul>{opened}</div>'


def both(japanese: str, english: str) -> str:
    return (
        f'<span lang="ja">{html.escape(japanese)}</span>'
        f'<span lang="en">{html.escape(english)}</span>'
    )


def role(name: str, conversation: Conversation) -> tuple[str, str]:
    [person] = [each for each in conversation.people if each.name == name]
    if person.is_owner:
        return "サーバーの管理者", "manages the server"
    if person.locale == "ja":
        return "プレイヤー（日本語）", "a player (Japanese)"
    return "プレイヤー（英語）", "a player (English)"


WORDS: Final = {
    "server": (
        ("サーバーで遊ぶ", "Play in a server"),
        (
            "ガチャを引いたり、管理者として通貨を配ったりできます。誰として操作するかは、"
            "開いたページの「Viewing as」で選びます。入力欄に / と打つとコマンドが並びます。",
            "Pull, or give out currency as the server’s admin. Choose who you are under"
            " “Viewing as”, at the top of the page that opens. Type / for the commands.",
        ),
    ),
    "elsewhere": (
        ("許可されていないサーバー", "A server that is not allowed"),
        (
            "ボットの運営者が許可していないサーバーでは、コマンドは受け付けられません。",
            "The bot’s owner has not allowed this server, so commands are refused.",
        ),
    ),
    "dm": (
        ("ボットとの DM", "A direct message"),
        (
            "サーバーの外では、遊べません。ヘルプだけが読めます。",
            "Outside a server nobody can play; only help answers.",
        ),
    ),
}

STARTING: Final = (
    "準備中です。できしだい、自動で表示されます。",
    "Still starting. This page goes on by itself as soon as it is ready.",
)

FAULT: Final = (
    "エラーが起きました。くわしくは、make run を実行した端末を見てください。",
    "Something went wrong here. The terminal that runs make run says what.",
)

LOOK_AGAIN_S: Final = 2
"""How often a page that shows something unfinished is loaded again."""

ICON: Final = ROOT / "scripts/viewer/static/icon.svg"
ICON_PATH: Final = "/icon.svg"

HTML: Final = "text/html; charset=utf-8"

STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.6 system-ui, "Noto Sans JP", sans-serif }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere }
main { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)) }
section { border: 1px solid #8886; border-radius: 12px; padding: 1rem; display: flex;
  flex-direction: column }
.door { display: flex; flex-direction: column } .door .open, .door p { margin: 0 }
.door .open { margin-top: auto } section { gap: .75rem } section > * { margin: 0 }
.door:nth-of-type(1) { flex: 1 }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin: 0 } body > h2 { margin-top: 1.5rem }
ul { padding-left: 1.2rem } .more { font-size: 1.1rem }
.open, button { align-self: flex-start; background: #5865f2; color: #fff; border: 0; font: inherit;
  border-radius: 8px; padding: .5rem 1.25rem; text-decoration: none; cursor: pointer }
.try { margin-top: 1rem } .try button { width: 100% } .try p { margin: .5rem 0 }
.try form { display: grid; gap: .25rem 1rem; margin-top: .5rem; align-items: center;
  grid-template-columns: minmax(0, 16rem) 1fr }
@media (max-width: 40rem) { .try form { grid-template-columns: 1fr } .try button { width: auto } }
.seen pre, .seen code { font-family: ui-monospace, monospace; font-size: .85em; margin: 0;
  white-space: pre-wrap } .mention { color: #5865f2 }
.seen { white-space: pre-wrap; border-left: 4px solid #5865f2; padding: .25rem .75rem }
.whole { border-color: #23a55a } .broken { border-color: #f23f43 }
.notice { border-left: 4px solid #f0b132; padding: .25rem .75rem }
span[lang] { display: none }
:root:lang(ja) span[lang=ja], :root:lang(en) span[lang=en] { display: inline }
"""

LANGUAGE: Final = (
    'document.documentElement.lang = navigator.language.startsWith("ja") ? "ja" : "en"'
)

TITLE: Final = f"<h1>{both('手元のガチャで遊ぶ', 'Play your local gacha')}</h1>"


def document(body: str, *, refresh_s: int = 0) -> bytes:
    """A page of ours, in the browser's language; `refresh_s` above 0 loads it again and again."""
    refresh = f'<meta http-equiv="refresh" content="{refresh_s}">' if refresh_s else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{refresh}
<title>Discord Gacha</title>
<link rel="icon" href="{ICON_PATH}">
<style>{STYLE}</style>
<script>{LANGUAGE}</script>
</head>
<body>
{body}
</body>
</html>
""".encode()


class Answering(Handler):
    server: Page
    timeout = 60  # seconds that a browser may keep a connection without a request

    def refused(self) -> str:
        return refusal_of_page(self.headers.items(), self.server.hosts)

    def serve(self) -> None:
        url = urlsplit(self.path)
        if not re.fullmatch(r"/[\x21-\x7e]*", self.path) or url.netloc:
            self.send_error(400)
            return
        body = self.body()
        if body is None:
            return
        try:
            response = self.server.answer(
                self.command, Request(url.path, url.query, self.headers, body)
            )
        except Exception:
            traceback.print_exc()
            response = Response(500, document(f"<p>{both(*FAULT)}</p>"), HTML)
        self.send_response_only(response.status)
        for name, value in {**HEADERS, **response.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", response.kind)
        self.send_header("Content-Length", str(len(response.content)))
        self.end_headers()
        self.wfile.write(response.content)

    do_GET = do_POST = serve
