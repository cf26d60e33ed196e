"""What has to hold after every run: I1 to I8, and that nobody acts for somebody else.

I1 to I5 and I8 are the audit's, over the rows. I6 and I7 compare the rows with what Discord showed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from itertools import count as counting
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from adapters import banners, files
from adapters.tables.items import from_item
from commands import events, redactions, registry, sentences
from commands import rules as of_rules
from commands.command import CHANGE, PULL
from commands.history import texts as of_history
from commands.pull import texts as of_pulls
from commands.sentences import LANGUAGES, Currency, paying_in
from gacha import (
    audit,
    banner,
    box_audit,
    claims,
    engine,
    fairness,
    kinds,
    pulling,
    server,
    server_audit,
    shared_box,
    snowflake,
)
from gacha.game import Game
from local.messages import sections, text_of
from scripts import box_vectors
from tests.faults import erasures, leaving
from tests.faults.world import secret_of

if TYPE_CHECKING:
    from tests.faults.scenario import Asked, Scenario
    from tests.faults.world import Execution

CHANGES: Final = tuple(
    room
    for room in registry.rooms()
    if registry.definition(room).workflow in (PULL, CHANGE) and room not in redactions.ROOMS
)
"""The commands that change a player, or the server. Of an upload, and of a picture that goes, the
suite has the change alone, which is as that of the settings: what comes before it writes no table.
"""

_RECEIPT: Final = re.compile(r"`(\d{17,20})`")
_parse: Final = lru_cache(maxsize=64)(banner.parse)


def violations(scenario: Scenario) -> tuple[list[str], Counter[str]]:
    """Everything that is not as promised, and how the accepted changes ended."""
    ends: Counter[str] = Counter()
    found = [*scenario.found, *audited(scenario), *_wished(scenario), *_offered(scenario)]
    found += _drawn(scenario)
    found += [*leaving.violations(scenario), *erasures.violations(scenario)]
    found += [*ended(scenario), *endpoint(scenario)]
    for asked in scenario.asked:
        if erasures.is_gone(scenario, asked):
            ends["erased"] += 1
        elif asked.command != "poison":
            found += _shown(scenario, asked)
            found += _told(scenario, asked, ends)
    return found, ends


# --- rows -----------------------------------------------------------------------------------------


def rows(scenario: Scenario, table: str) -> list[dict[str, Any]]:
    return [from_item(item) for item in scenario.world.database.tables[table].values()]


BESIDE: Final = (
    *("converted", "duplicates", "given", "tickets paid", "wishes listed"),
    *("players erased", "servers erased", "new lives"),
)
"""What an event may do beside what its kind says: points become shards, duplicates give some, cards
come or go, tickets pay in the currency's place, and a player lets their wishes be known, or no
longer; and players and servers that were erased, and players who begin anew."""


def events_rows(scenario: Scenario) -> list[dict[str, Any]]:
    """The ledger without what lies there of boxes that servers share."""
    history = rows(scenario, "gacha_history")
    return [row for row in history if not shared_box.is_key(row["user_id"])]


def _boxes(scenario: Scenario) -> Iterator[str]:
    """Each banner's shared boxes, by the audit of those."""
    found = defaultdict[str, dict[str, list[dict[str, Any]]]](lambda: defaultdict(list))
    for row in rows(scenario, "gacha_history"):
        if row.get("kind") == kinds.TICKET:
            found[shared_box.key(row["banner"], row["guild_id"])]["sold"].append(row)
        elif shared_box.is_key(row["user_id"]):
            part = "chain" if "receipt" in row else "box"
            found[box_audit.key_of(row["user_id"])][part].append(row)
    for key, parts in sorted(found.items()):
        stored = parts["box"][0] if parts["box"] else None

        def banner_of(_guild_id: str, _banner_id: str, banner_hash: str) -> banner.Banner:
            return _parse(scenario.world.bucket[files.BANNERS.key(banner_hash)], banner_hash)

        yield from map(str, box_audit.check(key, stored, parts["chain"], parts["sold"], banner_of))


def events_of(scenario: Scenario) -> Counter[str]:
    """What all ledgers hold."""
    found = Counter[str]()
    for row in events_rows(scenario):
        found[row["kind"]] += 1
        found.update(name for name in BESIDE if name in row)
        found["tickets paid"] += row["kind"] == kinds.PULL and "tickets" in row
        found["wishes listed"] += row["kind"] == kinds.PREFERENCES and "wishes" in row["after"]
    found["players erased"] = len(scenario.erased)
    found["servers erased"] = len(scenario.erased_servers)
    players = rows(scenario, "discord_users")
    found["new lives"] = sum("balance" in row and bool(row.get("erased")) for row in players)
    return found


def _ledger(scenario: Scenario) -> dict[tuple[str, str], dict[str, Any]]:
    """The ledger's rows by player and interaction."""
    return {(row["user_id"], row.get("interaction_id", "")): row for row in events_rows(scenario)}


def audited(scenario: Scenario) -> Iterator[str]:
    def banner_of(_guild_id: str, _banner_id: str, banner_hash: str) -> banner.Banner:
        return _parse(scenario.world.bucket[files.BANNERS.key(banner_hash)], banner_hash)

    players = {row["user_id"]: row for row in rows(scenario, "discord_users")}
    ledgers, pages = defaultdict(list), defaultdict(list)
    for row in events_rows(scenario):
        ledgers[row["user_id"]].append(row)
    for row in rows(scenario, "gacha_collection"):
        pages[row["user_id"]].append(row)
    yield from _servers(scenario, ledgers)
    yield from _boxes(scenario)
    closed = players.get("*", {"epoch": 0})["epoch"]
    now_ms = int(scenario.world.clock.now * 1000)
    for player_key in sorted({*players, *ledgers, *pages}):
        if server.is_key(player_key):
            continue
        for finding in audit.check(
            player_key,
            ledgers[player_key],
            players.get(player_key),
            pages[player_key],
            banner_of,
            now_ms,
            events.replays(),
            closed,
            server_audit.starts(of_server := ledgers[server.key(player_key.partition("@")[2])]),
            server_audit.economies(of_server),
            server_audit.amounts(of_server),
        ):
            if finding.violation:
                yield str(finding)


def _servers(scenario: Scenario, ledgers: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    """The servers' own ledgers, by the audit of those."""
    stored = defaultdict[str, dict[str, dict[str, Any]]](dict)
    for row in rows(scenario, "server_settings"):
        if not row["setting"].startswith("banner#"):
            stored[server.key(row["server_id"])][row["setting"]] = row
    for key in sorted({*filter(server.is_key, ledgers), *stored}):
        of_players = (row for each in ledgers.values() for row in each)
        taken = [
            row
            for row in of_players
            if row["kind"] in claims.KINDS and server.key(row["guild_id"]) == key
        ]
        yield from map(str, server_audit.check(key, ledgers.get(key, []), stored[key], taken))


def _wished(scenario: Scenario) -> Iterator[str]:
    """Who is named beside a card is who wishes for it and lets it be known, and nobody else."""
    players = {row["user_id"]: row for row in rows(scenario, "discord_users")}
    expected, found = set[tuple[str, int, str]](), set[tuple[str, int, str]]()
    for page in rows(scenario, "gacha_collection"):
        user, _, guild = page["user_id"].partition("@")
        settled = players.get(page["user_id"], {}).get("preferences", {})
        if settled.get("wishes") == "listed":
            numbers = (number for name, number in page.items() if name.startswith(audit.WISH))
            expected |= {(guild, int(number), user) for number in numbers}
    for row in rows(scenario, "server_settings"):
        card, _, number = row["setting"].partition("#")
        if card == "wishers":
            found |= {(row["server_id"], int(number), user) for user in row["names"]}
    for guild, number, user in sorted(expected ^ found):
        is_named = (guild, number, user) in found
        yield f"I6 {user}@{guild}: {'is' if is_named else 'is not'} named beside card {number}"


def _drawn(scenario: Scenario) -> Iterator[str]:
    """Every pull gave what its seed gives, by the rules of its banner: whoever plays here knows the
    secret."""
    for row in events_rows(scenario):
        if row["kind"] != kinds.PULL:
            continue
        receipt = pulling.parse(row["receipt"])
        rules = _parse(scenario.world.bucket[files.BANNERS.key(row["banner_hash"])], "file")
        seed = fairness.server_seed(_SECRET, row["user_id"], receipt["epoch"])
        here = engine.start(rules)
        if receipt.get("counts", True):
            here = engine.State.from_dict(rules, receipt["before"])
        rolls, _ = engine.trace(rules, here, receipt["count"], partial(_words, receipt, seed))
        given = [roll.card.id for roll in rolls], rolls[0].whole
        if given != (receipt["cards"], row.get("whole", 0)):
            yield f"I5 {row['interaction_id']}: gave {receipt['cards']}, and its seed gives {given}"


_SECRET: Final = secret_of("FairnessSecret").encode()


def _words(receipt: Mapping[str, Any], seed: bytes, number: int) -> Iterator[int]:
    nonce = receipt["nonce"]
    at = f"{nonce}|pack" if number == engine.WHOLE else nonce + number
    return (fairness.word(seed, receipt["client_seed"], at, cursor) for cursor in counting())


def _offered(scenario: Scenario) -> Iterator[str]:
    """Whatever was drawn, exchanged or bought was on offer in that server, by the interaction's own
    time, in a game that Draw or Plan may have read: the server's at some time after the interaction
    was made."""
    asked = {each.id: each for each in scenario.asked}
    for row in events_rows(scenario):
        if row["kind"] not in (*kinds.DRAWN, kinds.EXCHANGE, kinds.SHOP, kinds.BOX):
            continue
        made_ms = snowflake.created_ms(row["interaction_id"])
        games = scenario.offers.games_after(row["guild_id"], asked[row["interaction_id"]].made)
        if not any(_offers(scenario, game, row, made_ms) for game in games):
            what = f"{row['banner']} {row['banner_hash'][:8]}"
            yield f"I5 {row['interaction_id']}: a {row['kind']} of {what}, not open there"


def _offers(scenario: Scenario, game: Game, row: Mapping[str, Any], made_ms: int) -> bool:
    if game.pause:
        return False
    offer = game.offer(row["banner"])
    out = [each for each in game.offers if scenario.offers.was_out(game.guild_id, each.id, made_ms)]
    if offer is None:  # a deployment's own, as long as the server has published nothing by then
        return (game.has_sample or not out) and row["banner"] in banners.ids()
    if offer not in out:
        return False
    rules = scenario.offers.rules_in(game, offer, made_ms)
    is_open = offer in game.open_at(made_ms)
    if row["kind"] == kinds.EXCHANGE:  # of what is hidden or just over, too
        is_open = offer.takes_points(made_ms)
    return rules == row["banner_hash"] and is_open


# --- executions and answers -----------------------------------------------------------------------


def ended(scenario: Scenario) -> Iterator[str]:
    for execution in scenario.world.workflows.executions:
        if execution.status == "RUNNING":
            yield f"I7 execution {execution.name} still runs in state {execution.state}"


def endpoint(scenario: Scenario) -> Iterator[str]:
    for name, error in scenario.world.functions.errors:
        if name == "interactions":
            yield f"the endpoint raised {error}"
    for refused in scenario.world.discord.judge.refused:
        yield f"Discord would not take {refused}"
    started = Counter(execution.name for execution in scenario.world.workflows.executions)
    for asked in scenario.asked:
        if any(status >= 500 for status, _ in asked.answers):
            yield f"the endpoint answered {asked.id} with a server error"
        if asked.foreign and started[asked.id]:
            yield f"owner {asked.id}: somebody without the right started a workflow"


# --- what was shown -------------------------------------------------------------------------------


def _shown(scenario: Scenario, asked: Asked) -> Iterator[str]:
    """I6: no message says anything but what is stored."""
    discord, ledger = scenario.world.discord, _ledger(scenario)
    row = ledger.get((asked.player_key, asked.id))
    for edit in discord.edits[asked.token]:
        if edit.body.get("allowed_mentions") != {"parse": []}:
            yield f"I6 {asked.id}: a message that may mention somebody"
        if not edit.applied:
            continue
        text = text_of(edit.body)
        if not server.is_key(asked.player_key):
            is_post = row is not None and row["kind"] == kinds.POST
            of = ledger.get((asked.player_key, row["pull"])) if is_post and row else row
            yield from pulls_shown(asked, edit.body, of)
        for mentioned in _RECEIPT.findall(text):
            if (asked.player_key, mentioned) not in ledger:
                yield f"I6 {asked.id}: shows {mentioned}, which is not in this player's ledger"
        for sentence, claimed in _CLAIMS.items():
            if _says(text, sentence, asked) and (row is None or row["kind"] not in claimed):
                kind = None if row is None else row["kind"]
                yield f"I6 {asked.id}: says {sentence!r}, stored is {kind}"
    known = discord.webhooks.tokens.get(asked.token)
    if known is not None and len(known.messages) > 1:
        yield f"I6 {asked.id}: {len(known.messages)} messages"


_CLAIMS: Final = {
    "voided": ("void",),
    "unchanged": ("void",),
    "overtaken": ("void",),
    "overtaken_change": ("void",),
    "stands": (*kinds.DRAWN, kinds.LAPSE),
    "settled": ("settings", "preferences"),
    "changed": tuple(set(kinds.KINDS) - {kinds.OPENING, kinds.PULL, kinds.VOID}),
}
"""What a sentence claims about the kind of the ledger's row."""


def _says(text: str, sentence: str, asked: Asked) -> bool:
    # A page that was turned, or the last look, is no room's name here; both read only.
    room = asked.command if registry.is_room(asked.command) else "history"
    of = of_pulls if sentence in of_pulls.SENTENCES else registry.texts(room)
    if sentence not in of.SENTENCES and sentence not in sentences.SENTENCES:
        return False
    # The server may have settled another language than the member's, and a name of its currency.
    with paying_in(Currency("CURRENCY")):
        said = [of.say(lang, sentence, receipt_number=asked.id) for lang in LANGUAGES]
    # Most are not there, and a pattern that is looked for once costs more than all else here.
    return any(
        all(part in text for part in each.split("CURRENCY"))
        and re.search(re.escape(each).replace("CURRENCY", ".+"), text)
        for each in said
    )


def pulls_shown(
    asked: Asked, message: Mapping[str, Any], row: dict[str, Any] | None
) -> Iterator[str]:
    """The cards, in order, what was paid and what is left are the row's. A part of a message is a
    result if its second line says whose."""
    for section in sections(message):
        _, *lines = section.split("\n")
        if lines and _RESULT.fullmatch(lines[0]):
            yield from _pull_shown(asked, lines, row)


_RESULT: Final = re.compile(
    "|".join(
        re.escape(of_pulls.say(lang, "pulled_by", user=0)).replace("0", "[0-9]+")
        for lang in LANGUAGES
    )
)


def _pull_shown(asked: Asked, shown: list[str], row: dict[str, Any] | None) -> Iterator[str]:
    if row is None or row["kind"] not in kinds.DRAWN:
        yield f"I6 {asked.id}: shows a pull, stored is {row and row['kind']}"
        return
    whose, *lines = shown
    if f"<@{asked.player_key.partition('@')[0]}>" not in whose:
        yield f"I6 {asked.id}: {whose!r} does not name who pulled"
    # A result that is shown to all says when it was.
    made_s = snowflake.created_ms(row["interaction_id"]) // 1000
    when = {of_pulls.say(lang, "drawn_at", at=made_s) for lang in LANGUAGES}
    lines = [each for each in lines if each not in when]
    if is_special := bool(lines and _SPECIAL.fullmatch(lines[0])):
        lines = lines[1:]
    if is_special != ("whole" in row):
        yield f"I6 {asked.id}: shows a special pack: {is_special}, stored is {row.get('whole')}"
    if row["kind"] == kinds.TICKET:
        # Below whose they are stand their numbers, and above the last ticket's prize that it is it.
        prize = {of_pulls.say(lang, "last_ticket") for lang in LANGUAGES}
        lines = [each for each in lines[1:] if each not in prize]
    known = _names() | _names_of(row)
    drawn = Counter(row["cards"])  # copies share the line of the first
    for (card, copies), line in zip(drawn.items(), lines, strict=False):
        shown_copies = int(times[1]) if (times := _COPIES.search(line)) else 1
        is_named = any(name in line for name in known[card].values())
        if not is_named or shown_copies != copies:
            yield f"I6 {asked.id}: shows {line!r}, stored is {card} ×{copies}"
    rest = lines[len(drawn) :]
    if not any(_paid(row).fullmatch(line) for line in rest):
        yield f"I6 {asked.id}: shows {rest}, stored is {row['amount']} → {row['balance']}"


_SPECIAL: Final = re.compile(
    "|".join(
        re.escape(of_rules.say(lang, "whole", multis="A", chance="A", rates="A")).replace("A", ".+")
        for lang in LANGUAGES
    )
)
"""What is said of a pack in which a whole-pack table held."""

_COPIES: Final = re.compile(r" ×([0-9]+)( |$)")


def _paid(row: dict[str, Any]) -> re.Pattern[str]:
    """What was paid and what is left, in whatever language and currency the server has."""
    tickets = -int(sum(lot["n"] for lot in row.get("tickets", ())))  # the local cloud has Decimals
    price, balance = -int(row["amount"]), int(row["balance"])
    keys = ("paid_by_tickets", "paid_by_tickets_of") if tickets else ("paid",)
    if not price and not tickets:
        keys = ("paid_nothing",)
    values = {"price": price, "balance": balance, "tickets": tickets}
    left = 987_654_321  # of the tickets, which the row does not say
    said = []
    for name in ("", "CURRENCY"):
        with paying_in(Currency(name, "EMOJI")):
            said += [
                re.escape(of_pulls.say(lang, key, left=left, **values))
                for lang in LANGUAGES
                for key in keys
            ]
    pattern = "|".join(said).replace(re.escape("EMOJI "), r"(\S+ )?")
    return re.compile(pattern.replace("CURRENCY", ".+").replace(f"{left:,}", "[0-9,]+"))


def _names_of(row: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Of a box's cards, which are those of `scripts.box_vectors`."""
    cards = banner.parse(box_vectors.LOTTERY, "lottery.toml").cards
    return {card.id: dict(card.name) for card in cards if row["kind"] == kinds.TICKET}


@lru_cache
def _names() -> dict[str, dict[str, str]]:
    return {card.id: dict(card.name) for id_ in banners.ids() for card in banners.load(id_).cards}


# --- what the player was told ---------------------------------------------------------------------


def _told(scenario: Scenario, asked: Asked, ends: Counter[str]) -> Iterator[str]:
    """I7: it ended as a pull (or another change), a void or a refusal, and the player knows."""
    if asked.command not in CHANGES or not asked.accepted:
        return
    row = _ledger(scenario).get((asked.player_key, asked.id))
    mine = [each for each in scenario.world.workflows.executions if each.name == asked.id]
    if row is not None:
        # An Express workflow does not know names, so a second execution may be luckier.
        if row["kind"] != "void" and any(_refused(e) for e in mine if e.kind == "STANDARD"):
            yield f"I7 {asked.id}: was refused, and is a {row['kind']} all the same"
        ends["void" if row["kind"] == "void" else "change"] += 1
        message = scenario.world.discord.message(asked.token)
        text = text_of(message) if message else ""
        told = text != "" and not is_vague(text, asked)
        if row["kind"] == "void":  # a sweep that comes to nothing may put a vague sentence over it
            told = told or _once_shown(scenario, asked) != ""
        elif _may_be_overwritten(scenario, asked):
            told = told or asked.id in _once_shown(scenario, asked)
        # The server's log has a change, which is audited; of what is void nothing is there to see.
        told = told or server.is_key(asked.player_key)
        if not told and asked.id not in _learned(scenario, asked, row):
            yield f"I7 {asked.id}: is a {row['kind']}, and nobody told the player"
        return
    if any(_refused(execution) for execution in mine):
        ends["refusal"] += 1
        return
    ends["nothing"] += 1
    if any(each.kind == "EXPRESS" and each.status != "SUCCEEDED" for each in mine):
        return  # the documented exception: a death before Record
    yield f"I7 {asked.id}: ended as {[each.status for each in mine]}, with no row and no refusal"


_VAGUE: Final = (
    *("unclear", "unclear_change", "unanswered"),
    *("not_started", "perhaps_started"),
)
"""Sentences that leave open what happened."""


_REFUSED: Final = ("refused", "stale", "paused", "leaving", "shown", "asked")
"""Outcomes of Draw and Plan after which nothing is recorded, and the message says why, or shows how
things are."""


def _refused(execution: Execution) -> bool:
    """Whether a refusal was shown: one whose Record was cancelled is forgotten."""
    return any(
        (state, following) == ("Record", "Announce")
        and isinstance(data, dict)
        and data.get("decision", {}).get("outcome") in _REFUSED
        for (state, data), (following, _) in pairwise(execution.outputs)
    )


def _may_be_overwritten(scenario: Scenario, asked: Asked) -> bool:
    """The documented ways in which a message can lose what it showed: two Express executions of one
    interaction, and an Announce that was given up and edits when another execution has shown
    more."""
    mine = [each for each in scenario.world.workflows.executions if each.name == asked.id]
    was_given_up = any(state == "Apologise" for each in mine for state, _ in each.outputs)
    return was_given_up or _is_express(scenario, asked)


def _is_express(scenario: Scenario, asked: Asked) -> bool:
    """Whether two executions may have answered at once; what only reads is always Express."""
    mine = [each for each in scenario.world.workflows.executions if each.name == asked.id]
    is_twice = sum(each.kind == "EXPRESS" for each in mine) > 1
    return scenario.world.workflow_type == "EXPRESS" or is_twice


def is_vague(text: str, asked: Asked) -> bool:
    """Whether it is a sentence that leaves open what came of the interaction."""
    return any(_says(text, sentence, asked) for sentence in _VAGUE)


def _once_shown(scenario: Scenario, asked: Asked) -> str:
    """All that the interaction's own message ever showed, vague sentences apart."""
    bodies = [edit.body for edit in scenario.world.discord.edits[asked.token] if edit.applied]
    shown = [text_of(body) for body in bodies]
    return "\n".join(text for text in shown if not is_vague(text, asked))


_HISTORIES: Final = [of_history.say(lang, "title") for lang in LANGUAGES]


def _learned(scenario: Scenario, of: Asked, row: Mapping[str, Any]) -> str:
    """What the player's other commands show in the end. A pull and a void must come by themselves;
    for a setting, and for a grant that did not come about, it is enough that the history has it."""
    is_missed = row["kind"] in (*kinds.DRAWN, kinds.LAPSE) or (
        row["kind"] == "void" and not registry.definition(row["command"]).subject
    )
    discord = scenario.world.discord
    shown = []
    for asked in scenario.asked:
        if asked.player_key != of.player_key or asked is of:
            continue
        message = discord.message(asked.token)
        bodies = [message] if message else []
        if _is_express(scenario, asked):
            bodies = [edit.body for edit in discord.edits[asked.token] if edit.applied]
        # Bare words list the receipt numbers.
        shown += [
            section
            for body in bodies
            for section in sections(body)
            if not is_missed or section.partition("\n")[0] not in _HISTORIES
        ]
    return "\n".join(shown)
