// Receipts of a gacha, verified. Written from banner-format.md and receipt-format.md alone.
//
// Read from the top: fractions, strict JSON, a banner file, its states and rows, one draw, one
// receipt, a player's chain of receipts. What does not verify throws a Refused. What is newer than
// this program throws a Newer, which is only reported if nothing else is wrong. Boxes that a server
// shares, and the reading of files of either kind, are in box.mjs.

import { createHash, createHmac } from "node:crypto";
import { parse as parseToml } from "smol-toml";

export class Refused extends Error {}
export class Newer extends Error {}

export const refuse = (message) => { throw new Refused(message); };
export const show = (value) => {
  const text = JSON.stringify(value, (_, v) => (typeof v === "bigint" ? Number(v) : v)) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};
export const differ = (what, expected, found) => refuse(`${what}: expected ${show(expected)}, found ${show(found)}`);
export const sha256 = (data) => createHash("sha256").update(data).digest("hex");
export const hmac = (key, data) => createHmac("sha256", key).update(data).digest();
const byCodePoint = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)); // UTF-8 sorts alike
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
export const isString = (value) => typeof value === "string";
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
export const isHash = (value) => isString(value) && /^[0-9a-f]{64}$/.test(value);
const sum = (numbers, zero = 0n) => numbers.reduce((a, b) => a + b, zero);

export const BOUNDS = { files: 32 << 20, receipts: 1000, text: 64 << 10, banner: 256 << 10, levels: 12, values: 100_000 };

// ---- Fractions: never negative, always reduced ---------------------------------------------

const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a; };
const fraction = (n, d) => { const g = gcd(n, d); return { n: n / g, d: d / g }; };
const ZERO = fraction(0n, 1n), ONE = fraction(1n, 1n);
const plus = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
const minus = (a, b) => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
const times = (a, b) => fraction(a.n * b.n, a.d * b.d);
const over = (a, b) => fraction(a.n * b.d, a.d * b.n);
const above = (a, b) => a.n * b.d > b.n * a.d;
const same = (a, b) => a.n === b.n && a.d === b.d;
const lower = (a, b) => (above(a, b) ? b : a);

// ---- JSON: no key twice, integers only, bounded ----------------------------------------------

/** The value of a JSON text. A Refused has `at`, where the reader stopped. */
export function parseJson(text) {
  let at = 0, values = 0;
  const fail = (what) => { throw Object.assign(new Refused(`${what}, at character ${at + 1}`), { at }); };
  const space = () => { while (" \t\n\r".includes(text[at] ?? "x")) at++; };
  const take = (sign) => (text[at] === sign ? ++at > 0 : false);
  const string = () => {
    const start = at++;
    for (let c; (c = text.charCodeAt(at)) !== 34; at += c === 92 ? 2 : 1)
      if (!(c >= 32)) fail("a string that does not end in its line");
    at++;
    let value;
    try { value = JSON.parse(text.slice(start, at)); } catch { fail("an escape that JSON does not have"); }
    return value.isWellFormed() ? value : fail("half of a surrogate pair");
  };
  const scalar = () => {
    const word = /[^\s,:"[\]{}]*/y;
    word.lastIndex = at;
    const [found] = word.exec(text);
    if (found === "true" || found === "false" || found === "null") {
      at += found.length;
      return JSON.parse(found);
    }
    if (!/^-?(0|[1-9][0-9]*)$/.test(found)) fail(`${show(found || text[at])} where an integer or another value is expected`);
    if (!Number.isSafeInteger(Number(found))) fail("a number of 2^53 or more");
    at += found.length;
    return Number(found) + 0; // -0 is 0
  };
  const value = (level) => {
    if (++values > BOUNDS.values) fail(`more than ${BOUNDS.values} values`);
    space();
    if (text[at] === '"') return string();
    if (text[at] !== "{" && text[at] !== "[") return scalar();
    if (level > BOUNDS.levels) fail(`more than ${BOUNDS.levels} levels`);
    const isList = text[at++] === "[", end = isList ? "]" : "}";
    const result = isList ? [] : Object.create(null);
    space();
    if (take(end)) return result;
    do {
      space();
      let key = result.length;
      if (!isList) {
        if (text[at] !== '"') fail("no key where one is expected");
        key = string();
        if (key in result) fail(`the key ${show(key)} twice`);
        space();
        if (!take(":")) fail("no colon after a key");
      }
      result[key] = value(level + 1);
      space();
      if (text[at] !== "," && text[at] !== end) fail(`no comma or ${end} after a value`);
    } while (take(","));
    at++;
    return result;
  };
  const result = value(1);
  space();
  return at === text.length ? result : fail("something after the end");
}

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort(byCodePoint);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** An object with exactly these fields. */
export function exactly(value, fields, what) {
  if (!isObject(value)) refuse(`${what}: ${show(value)} is no object`);
  for (const key of Object.keys(value)) if (!fields.includes(key)) refuse(`${what}: the field ${show(key)} is unknown`);
  for (const key of fields) if (!(key in value)) refuse(`${what}: the field ${key} is missing`);
}

// ---- A banner file: what each field may be -----------------------------------------------------
// A check takes a value and where it stands, and gives the value as the program wants it. That of a
// table has `fields`, so that a field which no banner has can be told from one out of its place.

const integer = (from, to) => (value, at) =>
  typeof value === "bigint" && value >= from && value <= to
    ? Number(value) : refuse(`${at}: ${show(value)} is no integer from ${from} to ${to}`);
const boolean = (value, at) => (typeof value === "boolean" ? value : refuse(`${at}: ${show(value)} is not true or false`));
const id = (value, at) => isString(value) && /^(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(value)
  ? value : refuse(`${at}: ${show(value)} is no id`);
const oneOf = (...words) => (value, at) => (words.includes(value) ? value : refuse(`${at}: ${show(value)} is none of ${words}`));
const never = (value, at) => refuse(`${at}: does not go with a box`);
const string = (value, at) => (isString(value) ? value : refuse(`${at}: ${show(value)} is no string`));
const rate = (value, at) => {
  const found = isString(value) && value.length <= 24 && /^([0-9]+)(?:\.([0-9]+)|\/([0-9]+))?$/.exec(value);
  if (!found) refuse(`${at}: ${show(value)} is no rate`);
  const [, whole, decimals = "", below = `1${"0".repeat(decimals.length)}`] = found;
  if (BigInt(below) === 0n || BigInt(whole + decimals) > BigInt(below)) refuse(`${at}: ${show(value)} is not from 0 to 1`);
  return fraction(BigInt(whole + decimals), BigInt(below));
};
const rateAbove0 = (value, at) => (rate(value, at).n ? rate(value, at) : refuse(`${at}: is 0`));
const moment = (value, at) =>
  value instanceof Date && value.isDateTime() && !value.isLocal() ? value : refuse(`${at}: is no date-time with offset`);
const list = (check, from, to = Infinity) => Object.assign((value, at) =>
  Array.isArray(value) && value.length >= from && value.length <= to
    ? value.map((entry, i) => check(entry, `${at} ${i + 1}`)) : refuse(`${at}: is no list of ${from} to ${to}`),
{ fields: check.fields });
const listOr = (check, from, to) => (value, at) => (Array.isArray(value) ? list(check, from, to) : check)(value, at);
const isTable = (value) => isObject(value) && !(value instanceof Date);
const table = (must, may = {}) => Object.assign((value, at) => {
  if (!isTable(value)) refuse(`${at}: is no table`);
  const result = {}, fields = { ...must, ...may };
  for (const key of Object.keys(must)) if (!Object.hasOwn(value, key)) refuse(`${at}: the field ${key} is missing`);
  for (const key of Object.keys(value))
    result[key] = Object.hasOwn(fields, key) ? fields[key](value[key], `${at} ${key}`) : refuse(`${at}: the field ${show(key)} is out of its place`);
  return result;
}, { fields: { ...must, ...may } });
const text = (value, at) => (isString(value) && value ? value : refuse(`${at}: is no text`));
const name = table({ ja: text, en: text });
const rates = (value, at) => isTable(value)
  ? new Map(Object.entries(value).map(([key, v]) => [key, rate(v, `${at} ${key}`)])) : refuse(`${at}: is no table`);

const PULL = integer(2, 1000), COINS = integer(0, 1_000_000_000), POINTS = integer(1, 10_000), OF = list(string, 1), IDS = list(id, 1);
const STEPS = list(integer(1, 20), 1), PRICES = listOr(COINS, 2, 20), SIZE = integer(2, 20);
const pair = (value, at) => Array.isArray(value) && value.length === 2
  ? { pull: PULL(value[0], at), rate: rate(value[1], at) } : refuse(`${at}: is no pair of pull number and rate`);
const limits = { total: integer(1, 10_000), per_day: integer(1, 100) };
const ticket = table({ counts: boolean });
const top = { id, kind: id, name };
const topToo = { starts: moment, ends: moment };
const card = { id, name, number: integer(0, 9999), rarity: id };
const cardToo = { weight: integer(1, 1_000_000), featured: boolean };

/** The rules of multi-pulls of at most `size` cards. */
const rules = (size) => ({
  minimum: list(table({ of: IDS }, { count: integer(1, size), steps: STEPS }), 0),
  slot: list(table({ number: integer(1, size), rates }, { steps: STEPS }), 0),
  repeat: oneOf("all", "last"),
});
const ownTopToo = { ...topToo, price: table({}, { one: COINS, ten: PRICES }),
  limit: table({}, { ...limits, prices: list(COINS, 1) }), raise_from: oneOf("last", "all"), carry_over: boolean,
  exchange: table({}, { price: POINTS, of: OF,
    offer: list(table({ of: OF, price: POINTS }, { limit: integer(1, 100) }), 1, 16) }) };
const ratesFile = table({ ...top,
  rarity: list(table({ id, name, rate }, {
    ramp: table({ from: PULL, step: rateAbove0 }),
    table: list(pair, 1),
    ceiling: PULL,
    reset_by: list(id, 0),
    featured: table({ share: listOr(rateAbove0, 2, 10) }, { guarantee: integer(0, 10) }),
    no_repeats: boolean,
  }), 1, 16),
  card: list(table(card, cardToo), 1, 1000) }, { ...ownTopToo,
  promise: list(table({ id, of: OF, within: PULL }, { once: boolean, fixed: boolean, counts: id, at: id }), 0, 8),
  ten: table({}, rules(10)),
  multi: list(table({ size: SIZE, price: PRICES }, { ...rules(20), frozen: boolean,
    whole: list(table({ chance: rateAbove0, rates }), 0, 4) }), 0, 5),
  ticket,
});
// A box has no such rules; that it has none may be said.
const none = { minimum: list(never, 0, 0), slot: list(never, 0, 0) };
const boxFile = table({ ...top,
  box: table({}, { refill_after: OF, reset_after: list(string, 0) }),
  rarity: list(table({ id, name }), 1, 16),
  card: list(table({ ...card, stock: integer(1, 10_000) }, cardToo), 1, 64) },
{ ...ownTopToo, price: table({}, { one: COINS, ten: COINS }), promise: list(never, 0, 0), ten: table({}, none),
  multi: list(table({ size: SIZE, price: COINS }, { ...none, whole: list(never, 0, 0), frozen: oneOf(false) }), 0, 5),
  ticket: table({ counts: oneOf(true) }) });
const sharedFile = table({ ...top,
  price: table({ one: COINS }),
  shared: table({}, { boxes: integer(1, 100), last: id, account_days: integer(0, 365), member_days: integer(0, 365) }),
  rarity: list(table({ id, name }), 1, 16),
  card: list(table({ ...card, stock: integer(0, 10_000) }), 1, 1000) },
{ ...topToo, limit: table({}, limits), carry_over: oneOf(false) });
const KNOWN = [ratesFile, boxFile, sharedFile];

/** The first field that no table of its place has in any banner, or null. */
function unknownField(value, checks = KNOWN, at = "") {
  const tables = checks.map((check) => check.fields).filter(Boolean);
  if (!tables.length) return null;
  for (const one of [value].flat().filter(isTable))
    for (const key of Object.keys(one)) {
      const known = tables.filter((fields) => Object.hasOwn(fields, key)).map((fields) => fields[key]);
      const found = known.length ? unknownField(one[key], known, `${at}${key}.`) : at + key;
      if (found) return found;
    }
  return null;
}

/** TOML 1.0, with what its reader does not check. */
function readToml(text) {
  let toml;
  try { toml = parseToml(text, { integersAsBigInt: true }); }
  catch (error) { refuse(`no TOML: ${String(error.message).split("\n")[0]}`); }
  if (/[\0-\x08\v\f\x0e-\x1f\x7f]|\r(?!\n)/.test(text)) refuse("no TOML: a control character");
  JSON.stringify(toml, (key, value) => // every key and value
    (key.isWellFormed() && (!isString(value) || value.isWellFormed()) ? (typeof value === "bigint" ? 0 : value) : refuse("no TOML: half of a surrogate pair")));
  // Keys as they are written ([a.b.c] has three parts), and dates; not what is in comments and strings of several lines.
  const part = /[\w-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/.source;
  const token = RegExp(`#.*|"""(?:\\\\[^]|[^\\\\])*?"""|'''[^]*?'''|(?<key>(?:${part})(?:[ \t]*\\.[ \t]*(?:${part}))*)`, "g");
  for (const { groups: { key } } of text.matchAll(token)) {
    if (key?.match(RegExp(part, "g")).length > 12) refuse("a key of more than 12 parts");
    const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})/.exec(key ?? "") ?? [];
    if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) refuse(`no TOML: ${key} is no day`);
  }
  return toml;
}

/** A banner file as TOML; a Newer if it has a field that this version does not know. */
function parseBanner(text) {
  const toml = readToml(text.replace(/^\uFEFF/, "")), field = unknownField(toml);
  if (field) throw new Newer(`the banner has the field ${show(field)}`);
  return toml;
}

/** The rates of a rarity: entry n is that of the nth pull since its last card; the last holds on. */
function rateList({ rate, ramp, table, ceiling }) {
  const list = [rate], last = () => list.at(-1);
  const repeatTo = (length) => { while (list.length < length) list.push(last()); };
  if (ramp) {
    repeatTo(ramp.from - 1);
    while (!same(last(), ONE) && list.length < 1000) list.push(lower(ONE, plus(last(), ramp.step)));
    if (!ceiling && !same(last(), ONE)) refuse("a ramp that does not end");
  }
  for (const { pull, rate } of table ?? []) {
    repeatTo(pull - 1);
    list.push(rate);
  }
  if (ceiling) {
    repeatTo(ceiling - 1);
    list.length = ceiling - 1;
    list.push(ONE);
  }
  const certain = list.findIndex((entry) => same(entry, ONE));
  return certain < 0 ? list : list.slice(0, certain + 1);
}

const unique = (values, what) => (new Set(values).size === values.length ? values : refuse(`${what}: the same one twice`));

/** Rarities with their cards in canonical order, all cards, and what names of them stand for. */
function readCards(file) {
  unique(file.rarity.map((r) => r.id).concat(file.card.map((c) => c.id)), "ids of cards and rarities");
  unique(file.card.map((c) => c.number), "card numbers");
  const rarities = file.rarity.map((r) => ({ ...r, cards: file.card.filter((c) => c.rarity === r.id)
    .map((c) => ({ id: c.id, rarity: r.id, featured: c.featured ?? false, weight: BigInt(c.weight ?? 1), stock: r.no_repeats ? 1 : c.stock }))
    .sort((a, b) => b.featured - a.featured) })); // keeps the file's order within each
  const cards = rarities.flatMap((r) => r.cards);
  const rarityOf = (key, at) => rarities.find((r) => r.id === key) ?? refuse(`${at}: ${show(key)} is no rarity`);
  file.card.forEach((c) => rarityOf(c.rarity, `card ${c.id}`));
  const cardsOf = (of, at) => new Set(of.flatMap((entry) => {
    const found = cards.filter((c) => entry === c.id || entry === c.rarity || (c.featured && entry === `${c.rarity}.featured`));
    return found.length ? found : refuse(`${at}: ${show(entry)} is no card`);
  }));
  return { rarities, cards, rarityOf, cardsOf };
}

/** What a player may draw; without a limit there is no end. */
function limitOf({ limit }) {
  const { per_day: perDay, total = Infinity, prices = [] } = limit ?? {};
  if (limit && !perDay && total === Infinity) refuse("limit: has neither total nor per_day");
  if (perDay > total || prices.length > (perDay ?? total)) refuse("limit: more a day, or more prices, than there can be");
  return { total, perDay, prices };
}

const NO_TABLE = { rates: null };

/**
 * The ways to pull by their numbers of cards, a single pull among them. Each has `steps`, of which only a step-up has
 * several, and perhaps `whole`: a row not of cards, but of whole tables.
 */
function readWays({ price: { one, ten } = {}, ten: tenRules, multi = [], limit, rarity }, rarityOf) {
  if (tenRules && ten === undefined) refuse("ten: there is no price.ten");
  const files = [{ size: 1, price: one }, { size: 10, price: ten, ...tenRules }].filter(({ price }) => price !== undefined).concat(multi);
  if (!files.length) refuse("price: there is no way to pull");
  if (limit?.prices && one === undefined) refuse("limit prices: of single pulls, and there are none");
  if (multi.length > (ten === undefined ? 5 : 4)) refuse("multi: too many");
  unique(files.map(({ size }) => size), "multi sizes");
  if (files.filter(({ price }) => Array.isArray(price)).length > 1) refuse("multi: more than one step-up");
  return new Map(files.map(({ size, price, minimum = [], slot = [], whole = [], repeat, frozen = false }) => {
    const at = `multi-pull of ${size}`, prices = [price].flat();
    if (repeat && !Array.isArray(price)) refuse(`${at}: repeat, and no step-up`);
    if (frozen && !rarity.some((r) => r.ramp || r.table || r.ceiling)) refuse(`${at}: frozen, and no rate that changes`);
    if (slot.some(({ number }) => number > size)) refuse(`${at}: no such slot`);
    for (const { steps } of [...minimum, ...slot])
      if (steps && Math.max(...steps) > prices.length) refuse(`${at}: no such step`);
    for (const { rates } of [...slot, ...whole]) {
      for (const key of rates.keys()) rarityOf(key, at);
      if (!same([...rates.values()].reduce(plus, ZERO), ONE)) refuse(`${at}: the rates do not sum to 1`);
    }
    const steps = prices.map((price, i) => {
      const here = ({ steps }) => !steps || steps.includes(i + 1);
      const minima = minimum.filter(here).map(({ of, count = 1 }) => ({ count, of: new Set(of.flatMap((key) => rarityOf(key, at).cards)) }));
      if (sum(minima.map((m) => m.count), 0) > size) refuse(`${at}: minima of more cards`);
      const slots = slot.filter(here).map(({ number, rates }) => [number, rates]);
      unique(slots.map(([number]) => number), `${at}: slots`);
      return { price, minima, slots: new Map(slots) };
    });
    const chances = whole.map(({ chance }) => chance), all = chances.reduce(plus, ZERO);
    if (above(all, ONE)) refuse(`${at}: the chances sum to more than 1`);
    return [size, { size, steps, frozen, repeatLast: repeat === "last", whole: whole.length
      ? rowOver([...whole, NO_TABLE].map((card, i) => ({ card, ...(chances[i] ?? minus(ONE, all)) }))) : null }];
  }));
}

/** A banner of its file's text, with everything that a draw needs. */
export function readBanner(text) {
  const toml = parseBanner(text), isBox = Object.hasOwn(toml, "box");
  if (Object.hasOwn(toml, "shared")) refuse("shared: players' receipts do not name a shared box");
  const file = (isBox ? boxFile : ratesFile)(toml, "banner");
  const { rarities, cards, rarityOf, cardsOf } = readCards(file);
  if (isBox && file.carry_over) refuse("carry_over: does not go with a box");
  const { price: points, of, offer = [] } = file.exchange ?? {};
  if (file.exchange && (offer.length ? points ?? of : !points)) refuse("exchange: has not either a price or offers");
  for (const one of of ? [{ of }] : offer) cardsOf(one.of, "exchange of");
  const counted = offer.filter((one) => one.limit);
  if (file.carry_over && counted.length) refuse("exchange offer limit: not beside carry_over");
  const { total, perDay, prices: turns } = limitOf(file);

  rarities.forEach((r) => {
    const at = `rarity ${r.id}`, raised = Math.max(r.ramp?.from ?? 0, r.table?.at(-1).pull ?? 0);
    Object.assign(r, { list: isBox ? [ZERO] : rateList(r), shares: r.featured && [r.featured.share].flat(),
      guarantee: r.featured ? r.featured.guarantee ?? 1 : 0, resetBy: r.reset_by ?? [] });
    if (r === rarities.at(-1) && (r.ramp || r.table || r.ceiling)) refuse(`${at}: is the last and takes the rest`);
    if (r.table?.some(({ pull }, n) => n && pull <= r.table[n - 1].pull)) refuse(`${at}: its table does not rise`);
    if (r.ceiling < raised) refuse(`${at}: its ceiling comes too early`);
    for (const key of r.resetBy) if (rarityOf(key, at) === r) refuse(`${at}: reset_by names itself`);
    if (r.no_repeats && r.featured) refuse(`${at}: featured beside no_repeats`);
    if (r.shares && !r.cards.some((c) => c.featured)) refuse(`${at}: a share, and no featured card`);
    if (r.shares?.some((share) => above(ONE, share)) && r.cards.every((c) => c.featured)) refuse(`${at}: a share below 1, and only featured cards`);
  });
  if (!isBox && !same(rarities.map((r) => r.rate).reduce(plus), ONE)) refuse("rarity: the rates do not sum to 1");
  const unrepeated = rarities.filter((r) => r.no_repeats);
  if (unrepeated.flatMap((r) => r.cards).length > 64) refuse("no_repeats: more than 64 cards");

  const promises = (file.promise ?? []).map((p) => {
    const of = cardsOf(p.of, `promise ${p.id}`);
    for (const key of [p.counts, p.at])
      if (key && [...of].some((c) => c.rarity !== key)) refuse(`promise ${p.id}: not all of its cards are ${key}`);
    return { id: p.id, of, end: p.within - 1, once: p.once ?? false, fixed: p.fixed ?? false, counts: p.counts, at: p.at ?? p.counts };
  });
  unique(promises.map((p) => p.id), "promise ids");

  const ways = readWays(file, rarityOf);

  // `drawn` of a group's cards begins anew when each card of `until` has come to its stock.
  const { refill_after: refill, reset_after: reset } = file.box ?? {};
  const groups = isBox ? [{ cards, until: [...(refill ? cardsOf(refill, "refill_after") : cards)] }]
    : unrepeated.map((r) => ({ cards: r.cards, until: r.cards }));
  const resetAfter = reset && [...cardsOf(reset, "reset_after")];
  if (resetAfter && groups[0].until.every((c) => resetAfter.includes(c))) refuse("reset_after: has all of refill_after");
  return { id: file.id, stateKey: file.carry_over ? `kind ${file.kind}` : `banner ${file.id}`, carryOver: file.carry_over ?? false,
    raiseAll: file.raise_from === "all", exchange: Boolean(file.exchange), rarities, cards, groups, promises, isBox, resetAfter,
    exchanged: new Set(counted.flatMap((one) => [...cardsOf(one.of)])),
    limit: file.limit && { total, perDay, prices: turns },
    uncounted: file.ticket?.counts === false, ways, stepUp: [...ways.values()].find(({ steps }) => steps.length > 1), rows: new Map() };
}

/** The banner of a shared box: its tickets are `stock` of each card. */
export function readShared(text) {
  const toml = parseBanner(text);
  if (!Object.hasOwn(toml, "shared")) refuse("shared: the banner has no such table");
  const file = sharedFile(toml, "banner"), { cards } = readCards(file), { last } = file.shared;
  if (last && !cards.some((c) => c.id === last)) refuse("shared last: is no card");
  if (cards.some((c) => !c.stock && c.id !== last)) refuse("stock: is 0");
  const tickets = sum(cards.map((c) => c.stock), 0);
  if (tickets < 1 || tickets > 1000) refuse("stock: not 1 to 1,000 tickets");
  const { total, perDay } = limitOf(file);
  return { id: file.id, price: file.price.one, cards, tickets, last: last ?? "", total, perDay: perDay ?? Math.min(5, total) };
}

// ---- A player's state ----------------------------------------------------------------------------

const atMost = (value, end) => (isCount(value) ? Math.min(value, end) : 0);

/** The state as it is written: `sections` are lists of [key, number]; without entries they are left out. */
function written(sections, step, points) {
  const state = {};
  for (const [key, entries] of Object.entries(sections))
    if (entries.length) state[key] = Object.assign(Object.create(null), Object.fromEntries(entries));
  if (step) state.step = step;
  return { ...state, points };
}
const not0 = (entries) => entries.filter(([, count]) => count);
const counting = ({ rarities }) => rarities.filter((r) => r.list.length > 1);
const guaranteed = ({ rarities }) => rarities.filter((r) => r.guarantee);
const remembering = ({ rarities }) => rarities.filter((r) => r.shares?.length > 1);
const drawnEntries = ({ groups }, drawn) => groups.flatMap(({ cards, until }) =>
  until.every((c) => drawn(c) >= c.stock) ? [] : not0(cards.map((c) => [c.id, Math.min(drawn(c), c.stock)])));

/** What a banner makes of a stored state before it draws. */
export function bring(banner, stored) {
  const get = (section, key) => (isObject(stored[section]) && Object.hasOwn(stored[section], key) ? stored[section][key] : 0);
  const promise = (p, value) => (value === true && p.once ? true : atMost(value, p.end));
  const rank = ([, value]) => (value === true ? Infinity : value);
  const others = !banner.carryOver ? [] : Object.entries(stored.promises ?? {})
    .filter(([key, value]) => (value === true || isCount(value)) && !banner.promises.some((p) => p.id === key))
    .sort((a, b) => (rank(a) === rank(b) ? byCodePoint(a[0], b[0]) : rank(b) - rank(a)))
    .slice(0, 8);
  const limits = !banner.limit ? [] : banner.limit.perDay ? ["all", "day", "today"] : ["all"];
  return written({
    since: counting(banner).map((r) => [r.id, atMost(get("since", r.id), r.list.length - 1)]),
    lost: guaranteed(banner).map((r) => [r.id, atMost(get("lost", r.id), r.guarantee)]),
    contested: remembering(banner).map((r) => [r.id, atMost(get("contested", r.id), r.shares.length - 1)]),
    promises: [...banner.promises.map((p) => [p.id, promise(p, get("promises", p.id))]), ...others],
    drawn: drawnEntries(banner, (c) => atMost(get("drawn", c.id), c.stock)),
    exchanged: not0([...banner.exchanged].map((c) => [c.id, atMost(get("exchanged", c.id), Infinity)])),
    limit: not0(limits.map((key) => [key, atMost(get("limit", key), Infinity)])),
  }, banner.stepUp ? atMost(stored.step, banner.stepUp.steps.length - 1) : 0, atMost(stored.points, Infinity));
}

/** The `limit` of a state after some cards, if the banner has one. */
function limitAfter({ limit }, state, cards) {
  const { all = 0, day, today = 0 } = state.limit ?? {};
  return !limit ? {} : { limit: limit.perDay ? { all: all + cards, day, today: today + cards } : { all: all + cards } };
}

const isDue = (state, p) => state.promises[p.id] === p.end;
const isSure = (state, r) => r.guarantee > 0 && state.lost[r.id] === r.guarantee;

/** The state after a card, each number by itself; `ended`: a step-up's pull that it ends, or null. */
function advance(banner, state, card, ended) {
  const promise = (p, value) => {
    if (!p || value === true) return value; // another banner's, or kept
    if (p.of.has(card) && (isDue(state, p) || !p.fixed)) return p.once ? true : 0;
    return !p.counts || p.counts === card.rarity ? Math.min(value + 1, p.end) : value;
  };
  const contested = (r, value) => (card.rarity !== r.id || isSure(state, r) ? value
    : card.featured ? 0 : Math.min(value + 1, r.shares.length - 1));
  const { step = 0 } = state;
  const next = !ended || (ended.repeatLast && step + 1 === ended.steps.length) ? step : (step + 1) % ended.steps.length;
  return written({
    since: counting(banner).map((r) => [r.id,
      card.rarity === r.id || r.resetBy.includes(card.rarity) ? 0 : Math.min(state.since[r.id] + 1, r.list.length - 1)]),
    lost: guaranteed(banner).map((r) => [r.id,
      card.rarity !== r.id ? state.lost[r.id] : card.featured ? 0 : Math.min(state.lost[r.id] + 1, r.guarantee)]),
    contested: remembering(banner).map((r) => [r.id, contested(r, state.contested[r.id])]),
    promises: Object.entries(state.promises ?? {}).map(([key, value]) => [key, promise(banner.promises.find((p) => p.id === key), value)]),
    drawn: drawnEntries(banner, (c) => (state.drawn?.[c.id] ?? 0) + (c === card ? 1 : 0)),
    exchanged: Object.entries(state.exchanged ?? {}),
    limit: Object.entries(limitAfter(banner, state, 1).limit ?? {}),
  }, next, state.points + (banner.exchange ? 1 : 0));
}

// ---- The row of a state ----------------------------------------------------------------------------

/** The step of a way to pull: its only one, but in a step-up that of the state. */
export const stepOf = ({ steps }, state) => steps[steps.length > 1 ? state.step ?? 0 : 0];

/** What the minima of a step lack after some cards. */
const missingAfter = (minima, cards) =>
  minima.map((m) => Math.max(0, m.count - cards.filter((c) => m.of.has(c)).length));

/**
 * The row of a state in a pull of some `way`: `cards` with their integer `weights`, and `T`. The pull has given the
 * cards `earlier`, its whole table is `whole`, and its rates are those of `since`.
 */
export function rowOf(banner, state, way, earlier = [], whole = NO_TABLE, since = state.since) {
  const step = stepOf(way, state), { minima, slots } = step, slot = earlier.length + 1, missing = missingAfter(minima, earlier);
  const due = banner.promises.filter((p) => isDue(state, p));
  const kept = sum(missing, 0) > way.size - slot ? minima[missing.findIndex((n) => n > 0)] : null;
  const given = whole.rates ?? slots.get(slot);
  const now = banner.rarities.map((r) => r.list[since?.[r.id] ?? 0]);
  const shares = banner.rarities.map((r) => r.shares && (isSure(state, r) ? ONE : r.shares[state.contested?.[r.id] ?? 0]));

  // Equal situations have equal rows, and most repeat.
  const text = (f) => f && `${f.n}/${f.d}`;
  const key = JSON.stringify([now.map(text), shares.map(text), due.map((p) => p.id), state.drawn,
    given && [...given].map(([id, rate]) => [id, text(rate)]), kept && [way.size, way.steps.indexOf(step), minima.indexOf(kept)]]);
  if (banner.rows.has(key)) return banner.rows.get(key);

  const only = new Set(banner.cards.filter((c) => (!kept || kept.of.has(c)) && due.every((p) => p.at || p.of.has(c))));
  const weighed = []; // a card's probability is n / d
  const share = (rate, parts) => { // [card, part], to be divided by their sum
    const all = sum(parts.map(([, part]) => part));
    if (rate.n && !all) refuse("a rate that no card can have");
    if (rate.n) for (const [card, part] of parts) weighed.push({ card, n: rate.n * part, d: rate.d * all });
  };
  if (banner.isBox) share(ONE, banner.cards.map((c) => [c, c.weight * BigInt(c.stock - (state.drawn?.[c.id] ?? 0))]));
  else {
    if (!only.size) refuse("no card can keep what is due at once");
    const taken = takenRates(banner, now, given), hasOne = (r) => r.cards.some((c) => only.has(c));
    const lowest = banner.rarities.findLastIndex(hasOne);
    banner.rarities.forEach((r, i) => {
      if (hasOne(r)) return;
      taken[lowest] = plus(taken[lowest], taken[i]);
      taken[i] = ZERO;
    });
    banner.rarities.forEach((r, i) => {
      const can = r.cards.filter((c) => only.has(c) && due.every((p) => p.at !== r.id || p.of.has(c)));
      share(taken[i], r.no_repeats ? freshOf(can, state) : partsOf(r, shares[i]).filter(([c]) => can.includes(c)));
    });
  }

  const row = rowOver(weighed);
  if (banner.rows.size > 1000) banner.rows.clear();
  banner.rows.set(key, row);
  return row;
}

/** The row of { card, n, d }: over one denominator D, the least common one is D / gcd(D, all numerators). */
function rowOver(weighed) {
  let D = 1n;
  for (const { d } of weighed) if (D % d) D *= d / gcd(D, d);
  const present = weighed.filter(({ n }) => n > 0n).map(({ card, n, d }) => ({ card, n: n * (D / d) }));
  const g = present.reduce((a, { n }) => gcd(a, n), D);
  return { T: D / g, cards: present.map(({ card }) => card), weights: present.map(({ n }) => n / g) };
}

/** What each rarity takes, in the file's order; the last one takes what is left. `given`: base rates of a slot or table. */
function takenRates(banner, now, given) {
  let left = ONE, rest = ONE;
  return banner.rarities.map((r, i) => {
    const base = given ? given.get(r.id) ?? ZERO : r.rate;
    const changed = given ? above(now[i], r.rate) && above(now[i], base) : !same(now[i], r.rate);
    let take = changed ? now[i] : banner.raiseAll && rest.n ? over(times(base, left), rest) : base;
    take = i === banner.rarities.length - 1 ? left : lower(take, left);
    left = minus(left, take);
    rest = minus(rest, base);
    return take;
  });
}

/** The parts of a rarity's cards, as integers that need only be divided by their sum. */
function partsOf({ cards }, share) {
  if (!share) return cards.map((c) => [c, c.weight]);
  const all = (featured) => sum(cards.filter((c) => c.featured === featured).map((c) => c.weight)) || 1n;
  const { n, d } = share, featured = all(true), others = all(false);
  return cards.map((c) => [c, c.featured ? n * c.weight * others : (d - n) * c.weight * featured]);
}

/** Without repeats: those that have not come, or all if there is none. */
function freshOf(cards, { drawn }) {
  const fresh = cards.filter((c) => !drawn?.[c.id]);
  return (fresh.length ? fresh : cards).map((c) => [c, c.weight]);
}

// ---- Draws -----------------------------------------------------------------------------------------

export const message = (clientSeed, nonce, cursor) => `v1|${clientSeed}|${nonce}|${cursor}`;
export const wordOf = (serverSeed, text) => hmac(serverSeed, text).readBigUInt64BE();

/** The card that a word decides, or null if the row rejects it. */
export function cardOf({ T, cards, weights }, word) {
  let v = word / ((1n << 64n) / T);
  if (v >= T) return null;
  let i = 0;
  while (v >= weights[i]) v -= weights[i++];
  return cards[i];
}

/** The card of the first word that the row does not reject; `messageOf` gives a cursor's message. */
export function draw(row, serverSeed, messageOf) {
  if (row.T >= 1n << 56n) refuse("T is not below 2^56");
  for (let cursor = 0; ; cursor++) {
    const card = cardOf(row, wordOf(serverSeed, messageOf(cursor)));
    if (card) return card;
  }
}

/** A pull: the cards' ids, and the state after them. */
export function pull(banner, before, { count, nonce, clientSeed, serverSeed }) {
  const way = banner.ways.get(count), cards = [];
  const whole = way.whole ? draw(way.whole, serverSeed, (cursor) => message(clientSeed, nonce, `pack|${cursor}`)) : NO_TABLE;
  let state = before;
  while (cards.length < count) {
    const row = rowOf(banner, state, way, cards, whole, (way.frozen ? before : state).since);
    const card = draw(row, serverSeed, (cursor) => message(clientSeed, nonce + cards.length, cursor));
    cards.push(card);
    state = advance(banner, state, card, way === banner.stepUp && cards.length === count ? way : null);
  }
  return { cards: cards.map((c) => c.id), after: state };
}

// ---- One receipt -------------------------------------------------------------------------------------

export const isPrevious = (value) => value === "" || isHash(value);
export const isIds = (value) => Array.isArray(value) && value.every(isString);
const FIELDS = {
  v: (value) => value === 1, interaction_id: (value) => isString(value) && /^(0|[1-9][0-9]{0,19})$/.test(value),
  user_id: isString, banner: isString, banner_hash: isHash, count: (value) => isCount(value) && value > 0, price: isCount,
  epoch: isCount, commitment: isHash, client_seed: isString, nonce: isCount, before: isObject, after: isObject,
  cards: isIds, previous: isPrevious,
};
const FIELDS_TOO = { counts: (value) => value === false, begun: isHash };

/** An entry of `receipts`: its receipt of version `v`, and `newer` if it has something newer than these fields. */
export function readReceipt(entry, v, must, may = {}) {
  exactly(entry, ["text", "hash"], "its entry");
  const { text, hash } = entry;
  if (!isString(text) || !isString(hash)) refuse("its entry: no text and hash");
  if (Buffer.byteLength(text) > BOUNDS.text) refuse(`text: more than ${BOUNDS.text} bytes`);
  if (sha256(text) !== hash) differ("hash", sha256(text), hash);
  const receipt = parseJson(text);
  if (!isObject(receipt)) refuse("text: is no object");
  if (canonical(receipt) !== text) refuse("text: is not canonical");
  if (Number.isInteger(receipt.v) && receipt.v > v) return { receipt, hash, later: true, newer: `it is of version ${receipt.v}` };
  const fields = { ...must, ...may };
  for (const key of Object.keys(must)) if (!(key in receipt)) refuse(`the field ${key} is missing`);
  for (const [key, check] of Object.entries(fields))
    if (key in receipt && !check(receipt[key])) refuse(`${key}: ${show(receipt[key])} is not allowed`);
  const unknown = Object.keys(receipt).find((key) => !Object.hasOwn(fields, key));
  return { receipt, hash, later: false, newer: unknown === undefined ? null : `it has the field ${show(unknown)}` };
}

/** What receipts are checked against: seeds and banners' texts, each looked at when first needed. */
export class Sources {
  constructor({ epochs, banners }, readBanner) {
    Object.assign(this, { epochs, banners, readBanner, read: new Map(), seeds: new Map() });
  }

  seedOf(epoch) {
    const { commitment, server_seed } = this.epochs.get(epoch) ?? refuse(`epoch ${epoch}: the file has no seed for it`);
    if (!this.seeds.has(epoch)) {
      if (!isHash(server_seed) || !isHash(commitment)) refuse(`epoch ${epoch}: no 64 hexadecimal digits`);
      const seed = Buffer.from(server_seed, "hex");
      if (sha256(seed) !== commitment) refuse(`epoch ${epoch}: the seed does not fit its commitment`);
      this.seeds.set(epoch, seed);
    }
    return { commitment, seed: this.seeds.get(epoch) };
  }

  textOf(hash) {
    const text = this.banners.get(hash);
    if (!isString(text)) refuse(`banner ${hash}: the file has no text for it`);
    if (Buffer.byteLength(text) > BOUNDS.banner) refuse(`banner ${hash}: more than ${BOUNDS.banner} bytes`);
    if (sha256(text) !== hash) refuse(`banner ${hash}: the text does not fit its hash`);
    return text;
  }

  /** The banner, or the Newer that it is. */
  bannerOf(hash) {
    if (!this.read.has(hash)) {
      try { this.read.set(hash, this.readBanner(this.textOf(hash))); }
      catch (error) {
        if (!(error instanceof Newer)) throw error;
        this.read.set(hash, error);
      }
    }
    return this.read.get(hash);
  }

  /** Also those that nothing needed. */
  checkAll() {
    for (const epoch of this.epochs.keys()) this.seedOf(epoch);
    for (const hash of this.banners.keys()) this.textOf(hash);
  }
}

// ---- A player's chain of receipts -----------------------------------------------------------------------

const HOUR = 3_600_000;

export class Chain {
  constructor({ user_id, epochs, banners }) {
    Object.assign(this, { userId: user_id, sources: new Sources({ epochs, banners }, readBanner), states: new Map() });
    this.last = null; // of the receipt before: hash, epoch, and the nonce that is next (null: unknown)
    this.fromStart = false; // whether a banner that was not seen yet begins with all counts at zero
    this.first = null;
    this.pulls = this.draws = this.spent = this.begun = 0; // points spent and boxes begun anew: unseen
    this.seedRuns = [];
    this.versionRuns = new Map();
    this.notes = [];
  }

  /** Checks the next receipt; gives what is newer in it than this program, or null. */
  check(entry) {
    const { receipt, hash, later, newer } = readReceipt(entry, 1, FIELDS, FIELDS_TOO);
    if (later) return this.believe(newer, { hash, epoch: this.last?.epoch ?? 0, next: null });
    const { last } = this, { epoch, nonce, count, previous } = receipt;
    if (receipt.user_id !== this.userId) differ("user_id", this.userId, receipt.user_id);
    if (last && previous !== last.hash) differ("previous", last.hash, previous);
    const { commitment, seed } = this.sources.seedOf(epoch);
    if (receipt.commitment !== commitment) differ("commitment", commitment, receipt.commitment);
    if (last && epoch < last.epoch) refuse(`epoch: ${epoch} after ${last.epoch}`);
    const next = !last ? (previous === "" ? 0 : nonce) : last.next === null ? nonce : epoch === last.epoch ? last.next : 0;
    if (nonce !== next) differ("nonce", next, nonce);
    if (!isCount(nonce + count)) refuse("nonce: too large");
    if (!last) this.fromStart = previous === "";

    this.remember(receipt);
    const now = { hash, epoch, next: nonce + count };
    const hashes = [receipt.banner_hash, ...("begun" in receipt ? [receipt.begun] : [])];
    for (const each of hashes) this.sources.textOf(each);
    const [banner, begunBy] = newer ? [] : hashes.map((each) => this.sources.bannerOf(each));
    const unknown = [banner, begunBy].find((each) => each instanceof Newer);
    if (newer || unknown) return this.believe(newer ?? unknown.message, now);
    this.replay(banner, begunBy, receipt, seed);
    this.last = now;
    return null;
  }

  /** After something newer, the state with which a banner begins is believed once more. */
  believe(newer, last) {
    Object.assign(this, { last, fromStart: false });
    this.states.clear();
    this.first ??= { nonce: 0, previous: null };
    return newer;
  }

  replay(banner, begunBy, { interaction_id, count, nonce, client_seed, before, after, ...receipt }, serverSeed) {
    if (receipt.banner !== banner.id) differ("banner", banner.id, receipt.banner);
    const way = banner.ways.get(count) ?? refuse(`count: ${count} is none of ${[...banner.ways.keys()]}`);
    this.checkBefore(banner, begunBy, before, interaction_id);
    const { all = 0, today = 0 } = before.limit ?? {}, { perDay, total, prices } = banner.limit ?? { prices: [] };
    if (count > total - all || count > perDay - today) refuse("count: more than the limit leaves");
    const price = (count === 1 ? prices[perDay ? today : all] : undefined) ?? stepOf(way, before).price;
    if (receipt.price !== price) differ("price", price, receipt.price);

    const uncounted = receipt.counts === false; // drawn from the start, and only the limit counts it
    if (uncounted && !banner.uncounted) refuse("counts: with this banner every pull counts");
    const found = pull(banner, uncounted ? bring(banner, {}) : before, { count, nonce, clientSeed: client_seed, serverSeed });
    if (uncounted) found.after = { ...before, ...limitAfter(banner, before, count) };
    if (receipt.cards.length !== count) differ("cards", `${count} of them`, receipt.cards.length);
    found.cards.forEach((card, i) => { if (card !== receipt.cards[i]) differ(`card ${i + 1}`, card, receipt.cards[i]); });
    if (canonical(found.after) !== canonical(after)) differ("after", found.after, after);
    this.states.set(banner.stateKey, found.after);
  }

  /**
   * `before` is what was left, brought to this banner. In between a day may have begun, a box have been begun
   * anew by choice, and points have been spent, also on copies that are counted.
   */
  checkBefore(banner, begunBy, before, interactionId) {
    const stored = this.states.get(banner.stateKey), believed = !stored && !this.fromStart;
    const note = (text) => this.notes.push(`before receipt ${interactionId}, unseen: ${text}`);
    let left = stored ?? (believed ? before : {});
    if (begunBy) {
      const { drawn } = believed ? {} : bring(begunBy, left), may = drawn && begunBy.resetAfter?.every((c) => drawn[c.id] >= c.stock);
      if (begunBy.stateKey !== banner.stateKey || !(believed ? begunBy.resetAfter && !("drawn" in before) : may))
        refuse("begun: the box could not be begun anew");
      left = Object.fromEntries(Object.entries(left).filter(([key]) => key !== "drawn"));
      this.begun += 1;
      note("a box was begun anew by choice");
    }
    const expected = bring(banner, left);
    if (believed) note(`the counts with which ${banner.stateKey} begins are believed`);
    if (banner.limit?.perDay) {
      const time = Number(BigInt(interactionId) >> 22n) + 1_420_070_400_000;
      const then = expected.limit?.day ?? 0, day = before.limit?.day;
      if (!isCount(day) || day < then) refuse(`day: ${show(day)} after ${then}`);
      if (day < Math.floor((time - 18 * HOUR) / (24 * HOUR))) refuse(`day: ${day} was over everywhere`);
      if (day > then && day > Math.floor((time + 14 * HOUR) / (24 * HOUR))) refuse(`day: ${day} had not begun anywhere`);
      if (day > then) {
        expected.limit = { ...expected.limit, day };
        delete expected.limit.today;
      }
    }
    const spent = isCount(before.points) ? expected.points - before.points : -1;
    if (spent < 0) differ("before points", expected.points, before.points);
    expected.points = before.points;
    this.spent += spent;
    if (spent) note(`${spent} points were spent`);
    const taken = bring(banner, before).exchanged;
    const more = [...banner.exchanged].map((c) => (taken?.[c.id] ?? 0) - (expected.exchanged?.[c.id] ?? 0));
    if (more.some((n) => n < 0) || sum(more, 0) > spent) differ("before exchanged", expected.exchanged, before.exchanged);
    if (taken) expected.exchanged = taken;
    if (canonical(expected) !== canonical(before)) differ("before", expected, before);
  }

  /** Runs of client seeds, and of each banner's versions. */
  remember({ client_seed, epoch, nonce, count, previous, banner, banner_hash }) {
    this.first ??= { epoch, nonce, previous };
    this.pulls += 1;
    this.draws += count;
    const extend = (runs, value, more) => {
      const run = runs.at(-1);
      if (run?.value === value && run.epoch === more.epoch) run.to = this.pulls;
      else runs.push({ value, from: this.pulls, to: this.pulls, ...more });
    };
    extend(this.seedRuns, client_seed, { epoch });
    if (!this.versionRuns.has(banner)) this.versionRuns.set(banner, []);
    extend(this.versionRuns.get(banner), banner_hash, {});
  }

  /** What is said if all verifies. */
  summary() {
    const { first, pulls, draws, spent, begun, seedRuns, versionRuns, notes, sources } = this;
    return { pulls, draws, spent, begun, epochs: new Set(seedRuns.map((run) => run.epoch)).size, unseen: first?.nonce ?? 0,
      beginsWithFirst: !first || first.previous === "", firstEpoch: first?.epoch, seedRuns, versionRuns, notes,
      commitments: new Map([...sources.epochs].map(([key, { commitment }]) => [key, commitment])) };
  }
}
