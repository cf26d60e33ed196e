"""The server's banners, one of them with what can be done with it, its preview, and what came of
what was done. All are laid out, since they take each other's place in one message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

from commands import draft_texts, drafts_shown, kit, previews, problems, registry
from commands.admin_banner_list.texts import ANSWERS, DONE, GO, IS, REFUSED, YES, say
from commands.command import Words
from commands.kit import Body, Component, Picture
from commands.message import Content, Names, parsed
from commands.previews import Beside, Preview
from commands.sentences import filled, speaking, word
from gacha.game import Offer

DIGITS: Final = 16
"""Of a hash in a custom id."""

STATES: Final = ("open", "planned", "hidden", "draft", "ended")
"""In the order in which the list has them."""

_ROOM: Final = "admin banner list"
_GREEN, _RED, _AMBER = 0x57A55A, 0xD9534F, 0xE0A030


class Entry(TypedDict):
    """`state`: one of STATES. Times are Unix seconds, None when open on that side."""

    id: str
    name: Names
    state: str
    starts: int | None
    ends: int | None
    is_default: bool


class Listed(TypedDict):
    """`has_sample`: what ships with the stack is offered as long as the server has published
    nothing."""

    kind: Literal["admin banner list"]
    view: Literal["list"]
    entries: Sequence[Entry]
    page: int
    pages: int
    has_sample: bool


class Opened(TypedDict):
    """One banner. `place` among the `places` offered, 0 for a draft. `since` when its rules hold,
    and `back`: the digits of those before. `draft`: the version of what is not yet published, 0 for
    none, and `by` who changed it last."""

    kind: Literal["admin banner list"]
    view: Literal["banner"]
    entry: Entry
    place: int
    places: int
    since: int | None
    back: str
    draft: int
    by: str
    may_publish: bool


class _Unready(TypedDict):
    """Why a draft cannot be published: `problems` as `commands.problems` says them."""

    kind: Literal["admin banner list"]
    view: Literal["unready"]
    banner: str
    name: Names
    draft: int
    by: str
    problems: Sequence[Mapping[str, Any]]
    more: int


class Unready(_Unready, total=False):
    """`draft_kind`: its kind of rules; a workflow may have begun before it was there."""

    draft_kind: str


class Sample(TypedDict):
    kind: Literal["admin banner list"]
    view: Literal["sample"]
    banner: str
    result: Content


class Pictures(TypedDict):
    kind: Literal["admin banner list"]
    view: Literal["pictures"]
    banner: str
    arts: Sequence[str]
    page: int
    pages: int


class Asking(TypedDict):
    """Whether somebody is sure: the sentence `question`, and `again`, what the button says then."""

    kind: Literal["admin banner list"]
    view: Literal["ask"]
    question: str
    banner: str
    name: Names
    again: str
    values: Mapping[str, Any]
    beside: Beside | None


class _Said(TypedDict):
    """What came of it: a key of DONE or REFUSED. `opens` is what a button to a form says, or
    empty. `pictures`: those that members did not see before, which follow, each once."""

    kind: Literal["admin banner list"]
    view: Literal["said"]
    sentence: str
    banner: str
    name: Names
    values: Mapping[str, Any]
    opens: str
    problems: Sequence[Mapping[str, Any]]


class Said(_Said, total=False):
    pictures: Sequence[str]


# --- what is handed over --------------------------------------------------------------------------


def entry(name: Names, banner: str, state: str, offer: Offer | None, is_default: bool) -> Entry:
    starts_ms = None if offer is None else offer.starts_ms
    ends_ms = None if offer is None else offer.ends_ms
    return {
        "id": banner,
        "name": name,
        "state": state,
        "starts": None if starts_ms is None else starts_ms // 1000,
        "ends": None if ends_ms is None else ends_ms // 1000,
        "is_default": is_default,
    }


def listed(entries: Sequence[Entry], page: int, pages: int, *, has_sample: bool) -> Listed:
    return {
        "kind": "admin banner list",
        "view": "list",
        "entries": entries,
        "page": page,
        "pages": pages,
        "has_sample": has_sample,
    }


def opened(
    of: Entry,
    *,
    place: int,
    places: int,
    since: int | None,
    back: str,
    draft: int,
    by: str,
    may_publish: bool,
) -> Opened:
    return {
        "kind": "admin banner list",
        "view": "banner",
        "entry": of,
        "place": place,
        "places": places,
        "since": since,
        "back": back,
        "draft": draft,
        "by": by,
        "may_publish": may_publish,
    }


def unready(
    banner: str, name: Names, draft: int, by: str, refusal: Mapping[str, Any], kind: str
) -> Unready:
    return {
        "kind": "admin banner list",
        "view": "unready",
        "banner": banner,
        "name": name,
        "draft": draft,
        "by": by,
        "problems": refusal["problems"],
        "more": refusal["more"],
        "draft_kind": kind,
    }


def sample(banner: str, result: Content) -> Sample:
    return {"kind": "admin banner list", "view": "sample", "banner": banner, "result": result}


def pictures(banner: str, arts: Sequence[str], page: int, pages: int) -> Pictures:
    return {
        "kind": "admin banner list",
        "view": "pictures",
        "banner": banner,
        "arts": arts,
        "page": page,
        "pages": pages,
    }


def asking(
    question: str,
    banner: str,
    name: Names,
    again: str,
    values: Mapping[str, Any],
    beside: Beside | None,
) -> Asking:
    return {
        "kind": "admin banner list",
        "view": "ask",
        "question": question,
        "banner": banner,
        "name": name,
        "again": again,
        "values": values,
        "beside": beside,
    }


def said(
    sentence: str,
    banner: str,
    name: Names,
    values: Mapping[str, Any],
    opens: str = "",
    of: Sequence[Mapping[str, Any]] | None = None,
) -> Said:
    return {
        "kind": "admin banner list",
        "view": "said",
        "sentence": sentence,
        "banner": banner,
        "name": name,
        "values": values,
        "opens": opens,
        "problems": of or [],
    }


# --- what is shown --------------------------------------------------------------------------------


def show(content: Content, lang: str, receipt_number: str) -> Body:
    match content["view"]:
        case "list":
            return _list(parsed(Listed, content), lang)
        case "banner":
            return _banner(parsed(Opened, content), lang)
        case "preview":
            return _preview(parsed(Preview, content), lang)
        case "sample":
            of = parsed(Sample, content)
            drawn = _drawn(of["result"], lang, receipt_number)
            title = kit.display(f"**{say(lang, 'sample_title')}**")
            return kit.layout(title, drawn, *kit.rows([_go("preview", of["banner"], lang)]))
        case "pictures":
            return _pictures(parsed(Pictures, content), lang)
        case "unready":
            return _unready(parsed(Unready, content), lang)
        case "ask":
            return _ask(parsed(Asking, content), lang)
    return _said(parsed(Said, content), lang, receipt_number)


MOST_SHOWN: Final = 400
"""Pictures that follow the message of what was published; more are in an upload, but no message of
so many is looked at."""


def more(content: Content, lang: str) -> list[Body]:
    """Each picture that is new to members, once and to its publisher alone: one that Discord has
    not fetched before may not appear in a gallery at first (discord-api-docs 8072)."""
    arts = content.get("pictures", ()) if content["view"] == "said" else ()
    parts = [arts[at : at + _FOUR_GALLERIES] for at in range(0, len(arts), _FOUR_GALLERIES)]
    bodies = []
    for number, part in enumerate(parts, 1):
        title = say(lang, "pictures_title")
        if len(parts) > 1:
            title += say(lang, "page", page=number, pages=len(parts))
        words = f"### {title}\n-# {say(lang, 'pictures_follow')}"
        frame = kit.container(previews.COLOUR, kit.display(words), *_galleries(part))
        bodies.append(kit.layout(frame))
    return bodies


_FOUR_GALLERIES: Final = 4 * kit.MAX_PICTURES


def _galleries(arts: Sequence[str]) -> list[Component]:
    return [
        kit.gallery([Picture(art) for art in arts[at : at + kit.MAX_PICTURES]])
        for at in range(0, len(arts), kit.MAX_PICTURES)
    ]


def plain(content: Content, lang: str, receipt_number: str, space: int) -> str:
    """The texts of it; what can be pressed comes back with the command."""
    view = content["view"]
    if view == "said":
        lines = list(_said_lines(parsed(Said, content), lang, receipt_number))
    elif view == "list":
        lines = list(_list_lines(parsed(Listed, content), lang))
    else:
        lines = [say(lang, "not_shown"), say(lang, "receipt_number", receipt_number=receipt_number)]
    return kit.cut("\n".join(lines), space)


def _list(of: Listed, lang: str) -> Body:
    parts = [kit.display("\n".join(_list_lines(of, lang)))]
    controls: list[Component] = []
    if of["entries"]:
        options = [
            kit.choice(
                _told_apart(word_of(each["name"], lang), _MOST_OF_A_CHOICE, each, of, lang),
                each["id"],
                description=say(lang, each["state"]),
            )
            for each in of["entries"]
        ]
        controls += kit.rows([kit.select(f"{_ROOM}:pick", options, say(lang, "pick"))])
    else:
        new = kit.button(say(lang, "new"), "admin banner new:open")
        controls += kit.rows([kit.styled(new, kit.PRIMARY)])
    pages = []
    if of["page"]:
        pages.append(kit.button(say(lang, "page_back"), f"{_ROOM}:list:{of['page'] - 1}"))
    if of["page"] + 1 < of["pages"]:
        pages.append(kit.button(say(lang, "page_on"), f"{_ROOM}:list:{of['page'] + 1}"))
    return kit.layout(kit.container(kit.INFO_COLOUR, *parts), *controls, *kit.rows(pages))


_MOST_OF_A_CHOICE: Final = 60
_MOST_OF_A_LINE: Final = 50
"""Characters of a name: 25 of them share a message's bytes."""


def _list_lines(of: Listed, lang: str) -> Iterator[str]:
    title = say(lang, "title")
    if of["pages"] > 1:
        title += say(lang, "page", page=of["page"] + 1, pages=of["pages"])
    yield f"### {title}"
    if not of["entries"]:
        yield say(lang, "nothing")
    for state in STATES:
        there = [each for each in of["entries"] if each["state"] == state]
        if there:
            yield f"**{say(lang, state)}**"
        for each in there:
            yield _entry(each, of, lang)
    if of["has_sample"]:
        yield f"-# {say(lang, 'sample')}"


def _entry(of: Entry, among: Listed, lang: str) -> str:
    name = _told_apart(kit.in_language(of["name"], lang), _MOST_OF_A_LINE, of, among, lang)
    mark = say(lang, "default_mark") if of["is_default"] else ""
    return f"- {name}{mark}{_when_short(of, lang)}"


def _told_apart(name: str, space: int, of: Entry, among: Listed, lang: str) -> str:
    """The name, and the id beside it where several have the same."""
    same = (each["name"][lang] == of["name"][lang] for each in among["entries"])
    which = say(lang, "which", id=of["id"]) if sum(same) > 1 else ""
    return kit.cut(name, space - kit.length(which)) + which


def _when_short(of: Entry, lang: str) -> str:
    if of["state"] == "planned" and of["starts"] is not None:
        return say(lang, "starts_short", at=of["starts"])
    if of["state"] in ("open", "ended") and of["ends"] is not None:
        return say(lang, "ends_short", at=of["ends"])
    return ""


def _banner(of: Opened, lang: str) -> Body:
    entry_ = of["entry"]
    banner, state = entry_["id"], entry_["state"]
    lines = [
        f"### {kit.in_language(entry_['name'], lang)}",
        word(IS[state], lang) + (say(lang, "default_mark") if entry_["is_default"] else ""),
    ]
    if state != "draft":
        lines.append(
            say(lang, "period", period=previews.period(entry_["starts"], entry_["ends"], lang))
        )
        lines.append(say(lang, "place", place=of["place"], places=of["places"]))
    if of["since"] is not None:
        lines.append(say(lang, "since", at=of["since"]))
    if of["draft"]:
        lines.append(say(lang, "changed_draft" if state != "draft" else "own_draft", by=of["by"]))
    if state != "draft":
        lines.append(f"-# {say(lang, 'edits')}")
    if not of["may_publish"]:
        lines.append(say(lang, "only_managers"))
    colour = {"open": _GREEN, "planned": _AMBER}.get(state, kit.INFO_COLOUR)
    frame = kit.container(colour, kit.display("\n".join(lines)))
    return kit.layout(frame, *_of_banner(of, banner, state, lang))


def _of_banner(of: Opened, banner: str, state: str, lang: str) -> list[Component]:
    """What can be done with it: first what is most wanted."""
    drafts = []
    if of["draft"]:
        label = say(lang, "preview")
        drafts.append(kit.styled(kit.button(label, f"{_ROOM}:preview:{banner}"), kit.PRIMARY))
        drafts.append(kit.button(say(lang, "discard"), f"{_ROOM}:discard:{banner}:{of['draft']}"))
    drafts.append(_go("list", "0", lang))
    edits = [
        kit.button(say(lang, "edit"), f"admin banner new:edit:{banner}"),
        kit.button(say(lang, "add_cards"), f"admin card add:open:many:{banner}"),
        kit.button(say(lang, "edit_look"), f"admin banner new:look:{banner}"),
    ]
    if state == "draft" or not of["may_publish"]:
        return [*kit.rows(drafts), *kit.rows(edits)]
    is_over = state == "ended"
    first = [
        kit.button(say(lang, "rerun" if is_over else "when"), f"{_ROOM}:when:{banner}"),
    ]
    if not is_over and not of["entry"]["is_default"] and state != "hidden":
        first.append(kit.button(say(lang, "default"), f"{_ROOM}:default:{banner}"))
    hides = "unhide" if state == "hidden" else "hide"
    first.append(kit.button(say(lang, hides), f"{_ROOM}:{hides}:{banner}"))
    if state in ("open", "hidden"):
        first.append(kit.button(say(lang, "end"), f"{_ROOM}:end:{banner}"))
    more = []
    if of["place"] > 1:
        more.append(kit.button(say(lang, "up"), f"{_ROOM}:up:{banner}"))
    if of["place"] < of["places"]:
        more.append(kit.button(say(lang, "down"), f"{_ROOM}:down:{banner}"))
    if of["back"]:
        more.append(kit.button(say(lang, "back"), f"{_ROOM}:back:{banner}:{of['back']}"))
    more.append(kit.button(say(lang, "remove"), f"{_ROOM}:remove:{banner}"))
    return [*kit.rows(first), *kit.rows(more), *kit.rows(edits), *kit.rows(drafts)]


# --- previews -------------------------------------------------------------------------------------

_SPACES: Final = (3_200, 2_400, 1_800, 1_300, 900)
"""Characters of a preview's text that are tried, the most first; its bytes depend on the language
and the names."""


def _preview(of: Preview, lang: str) -> Body:
    for space in _SPACES:
        body = _previewed(of, space, lang)
        if kit.fits(body):
            break
    return body


def _previewed(of: Preview, space: int, lang: str) -> Body:
    """What decides comes first, on a phone's first screen, and the buttons right below it; all else
    is there for who wants to know more. A ten-pull is a press away: its pictures alone are several
    screens, which nobody scrolls through to find what publishes."""
    first, after = _preview_texts(of, space, lang)
    frames = [
        kit.container(previews.COLOUR, *_between([kit.display(text) for text in texts]))
        for texts in (first, after)
    ]
    return kit.layout(frames[0], *_decide(of, lang), frames[1], *_more_of_preview(of, lang))


def _between(parts: Sequence[Component]) -> Iterator[Component]:
    for at, part in enumerate(parts):
        if at:
            yield kit.separator()
        yield part


def _preview_texts(of: Preview, space: int, lang: str) -> tuple[list[str], list[str]]:
    """The sections that a publisher must not miss: prices, what is to be answered or is odd, and
    the rates, a line each; and those after. Figures take what is left."""
    new = "preview_new" if of["may_publish"] else "preview_edited"
    new = "preview_asked" if of["questions"] else new
    head = [
        f"### {say(lang, 'preview_title', name=kit.in_language(of['name'], lang))}",
        f"**{say(lang, 'facts', prices=previews.priced(of['prices'], lang), cards=of['cards'])}**",
        say(lang, "period", period=previews.period(of["starts"], of["ends"], lang)),
        f"-# {say(lang, new if of['changes'] is None else 'preview_changes')}",
    ]
    rest = previews.rest(lang)

    def sections(*named: tuple[str, Sequence[str]], part: int = 6) -> list[str]:
        return [
            "\n".join([f"**{say(lang, title)}**", *kit.fitting(lines, space // part, rest)])
            for title, lines in named
            if lines
        ]

    first = [
        "\n".join(head),
        *sections(
            ("questions_title", list(previews.questions(of, lang))),
            ("resets_title", previews.remarks(of["resets"], previews.RESETS, lang)),
            ("shared_title", previews.shared(of, lang)),
            ("odd_title", previews.remarks(of["odd"], previews.ODD, lang)),
        ),
        "\n".join(kit.fitting(previews.rates(of, lang), space // 4, rest)),
    ]
    after = [
        *sections(("rules_title", previews.rules(of, lang)), part=4),
        *sections(
            ("changes_title", previews.remarks(of["changes"] or [], previews.CHANGES, lang)),
            ("shards_title", previews.shards(of, lang)),
        ),
    ]
    by = f"-# {say(lang, 'changed_by_last', by=of['by'])}"
    left = space - sum(kit.length(each) + 1 for each in [*first, *after, by])
    title = f"**{say(lang, 'figures_title')}**"
    if of["income"]:
        title += f"\n-# {say(lang, 'income', income=of['income'])}"
    figures = kit.fitting(previews.figures(of, lang), max(left - kit.length(title), 200), rest)
    return first, ["\n".join([title, *figures]), *after, by]


def _decide(of: Preview, lang: str) -> list[Component]:
    """To publish, or what has to be answered first; or to discard."""
    banner, draft = of["banner"], of["draft"]
    first = []
    if of["may_publish"] and not of["questions"]:
        label = say(lang, "publish")
        first.append(
            kit.styled(kit.button(label, f"{_ROOM}:publish:{banner}:{draft}"), kit.SUCCESS)
        )
        minutes = ":".join("" if at is None else str(at // 60) for at in (of["starts"], of["ends"]))
        custom_id = f"{_ROOM}:when:{banner}:{draft}:{minutes}"
        first.append(kit.button(say(lang, "publish_when"), custom_id))
    first.append(kit.button(say(lang, "see_sample"), f"{_ROOM}:sample:{banner}"))
    label = say(lang, "discard")
    first.append(kit.styled(kit.button(label, f"{_ROOM}:discard:{banner}:{draft}"), kit.DANGER))
    answers = [
        kit.button(
            filled(word(sentence, lang), lang, {"number": each["number"]}),
            f"{_ROOM}:answer:{banner}:{each['number']}:{card}",
        )
        for each in of["questions"][:MOST_ANSWERED]
        for card, sentence in ANSWERS.items()
    ]
    return [*kit.rows(answers), *kit.rows(first)]


def _more_of_preview(of: Preview, lang: str) -> list[Component]:
    banner = of["banner"]
    more = []
    if of["new_pictures"]:
        label = say(lang, "see_pictures", count=of["new_pictures"])
        more.append(kit.button(label, f"{_ROOM}:pictures:{banner}:0"))
    more.append(kit.button(say(lang, "edit_shards"), f"admin banner new:shards:{banner}"))
    more.append(_go("open", banner, lang))
    more.append(_go("list", "0", lang))
    return kit.rows(more)


MOST_ANSWERED: Final = 2
"""Questions that a row of buttons answers; the next ones follow when these are."""


def _drawn(result: Content, lang: str, receipt_number: str) -> Component:
    """A result as members see it, without what can be pressed."""
    body = registry.show("pull").show(result, lang, receipt_number)
    if not kit.is_layout(body):  # the names alone are too long for a layout
        return kit.container(previews.COLOUR, kit.display(body["embeds"][0]["description"]))
    frame: Component = body["components"][0]
    return frame


def _pictures(of: Pictures, lang: str) -> Body:
    title = say(lang, "pictures_title")
    if of["pages"] > 1:
        title += say(lang, "page", page=of["page"] + 1, pages=of["pages"])
    frame = kit.container(previews.COLOUR, kit.display(f"### {title}"), *_galleries(of["arts"]))
    buttons = []
    for key, page in (("page_back", of["page"] - 1), ("page_on", of["page"] + 1)):
        if 0 <= page < of["pages"]:
            label = say(lang, key)
            buttons.append(kit.button(label, f"{_ROOM}:pictures:{of['banner']}:{page}"))
    return kit.layout(frame, *kit.rows([*buttons, _go("preview", of["banner"], lang)]))


def _unready(of: Unready, lang: str) -> Body:
    head = [
        f"### {say(lang, 'preview_title', name=kit.in_language(of['name'], lang))}",
        say(lang, "unready" if of["problems"] else "not_compiled"),
    ]
    lines = [f"- {problems.problem(each, lang)}" for each in of["problems"]]
    lines = kit.fitting(lines, _MOST_OF_PROBLEMS, previews.rest(lang))
    if of["more"]:
        lines.append(previews.rest(lang)(of["more"]))
    foot = f"-# {say(lang, 'changed_by_last', by=of['by'])}"
    frame = kit.container(_AMBER, kit.display("\n".join([*head, *lines, foot])))
    banner, kind = of["banner"], of.get("draft_kind", "")
    mending = drafts_shown.edits(banner, kind, of["problems"], lang, _OF_DRAFTS)
    discard = kit.button(say(lang, "discard"), f"{_ROOM}:discard:{banner}:{of['draft']}")
    after = [_go("list", "0", lang), kit.styled(discard, kit.DANGER)]
    return kit.layout(frame, *mending, *kit.rows(after))


_MOST_OF_PROBLEMS: Final = 2_000
_OF_DRAFTS: Final = speaking(draft_texts.SENTENCES)


# --- what was done, or is to be -------------------------------------------------------------------


def _ask(of: Asking, lang: str) -> Body:
    name = kit.in_language(of["name"], lang)
    values = dict(of["values"])
    after, has_points = values.pop("after", ""), values.pop("points", 0)
    lines = [say(lang, of["question"], name=name, **values)]
    if has_points:
        lines.append(say(lang, "after_points"))
    if after:
        lines.append(say(lang, after, next=kit.in_language(values["next"], lang)))
    if of["beside"] is not None:
        resets = previews.remarks(of["beside"]["resets"], previews.RESETS, lang)
        changes = previews.remarks(of["beside"]["changes"] or [], previews.CHANGES, lang)
        rest = previews.rest(lang)
        for title, found in (("resets_title", resets), ("changes_title", changes)):
            if found:
                lines += [f"**{say(lang, title)}**", *kit.fitting(found, 900, rest)]
    frame = kit.container(_AMBER, kit.display("\n".join(lines)))
    label = word(YES[of["question"]], lang)
    style = kit.SUCCESS if of["question"] == "ask_rights" else kit.DANGER
    back = _go("open", of["banner"], lang)
    return kit.layout(frame, *kit.sure(label, f"{_ROOM}:{of['again']}", back, style=style))


_TO_PREVIEW: Final = (
    *("answered", "draft_changed", "draft_changed_own", "questions_open", "cards_changed"),
)


def _said(of: Said, lang: str, receipt_number: str) -> Body:
    colour = _GREEN if of["sentence"] in DONE else _RED
    lines = "\n".join(_said_lines(of, lang, receipt_number))
    buttons = []
    if of["opens"]:
        buttons.append(kit.button(say(lang, "reopen"), f"{_ROOM}:{of['opens']}"))
    if of["sentence"] in _TO_PREVIEW:
        buttons.append(_go("preview", of["banner"], lang))
    if of["banner"] and of["sentence"] not in ("gone", "discarded"):
        buttons.append(_go("open", of["banner"], lang))
    buttons.append(_go("list", "0", lang))
    return kit.layout(kit.container(colour, kit.display(lines)), *kit.rows(buttons))


def _said_lines(of: Said, lang: str, receipt_number: str) -> Iterator[str]:
    """What it says, and by what it can be named."""
    name = kit.in_language(of["name"], lang)
    sentence: Words = {**DONE, **REFUSED}[of["sentence"]]
    given = {"name": name, **of["values"]}
    has_points, timezone = given.pop("points", 0), given.pop("timezone", "")
    if of["sentence"] in ("published", "published_again", "planned", "dated", "rerun"):
        given["period"] = previews.period(given.get("starts"), given.get("ends"), lang)
    yield filled(word(sentence, lang), lang, given)
    if has_points:
        yield say(lang, "after_points")
    if timezone:
        yield f"\n{say(lang, 'guessed', timezone=timezone)}"
    yield from (f"- {problems.problem(each, lang)}" for each in of["problems"])
    if of["sentence"] in DONE:
        yield f"-# {say(lang, 'receipt_number', receipt_number=receipt_number)}"


def _go(where: str, to: str, lang: str) -> dict[str, Any]:
    return kit.button(word(GO[where], lang), f"{_ROOM}:{where}:{to}")


def word_of(names: Names, lang: str) -> str:
    """A name for a select, which reads no Markdown."""
    return names[lang]
