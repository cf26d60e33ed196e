// Files of receipts: of players (gacha.mjs checks their chains), and of boxes that a server shares.
// Written from receipt-format.md alone. From the top: reading files, joining a player's, a box, the verdict.

import { BOUNDS, Chain, Newer, Refused, Sources, canonical, differ, draw, exactly, isCount, isHash, isIds, isObject,
  isPrevious, isString, parseJson, readReceipt, readShared, refuse, sha256, show } from "./gacha.mjs";

// ---- Reading a file ----------------------------------------------------------------------------------

/** What is no UTF-8 becomes another sign, so that the hash of a text which has it is another. */
const decode = (data, fatal = false) => {
  try { return new TextDecoder("utf-8", { fatal, ignoreBOM: true }).decode(data); } catch { return refuse("not UTF-8"); }
};

/** Which receipt is at fault in a file that is no JSON: { place, interactionId }, or null. */
function damagedReceipt(text) {
  const lines = text.split("\n"), isReceipt = (i) => /^\{"text":|"hash":"[0-9a-f]{64}"\},?[ \t\r]*$/.test(lines[i] ?? "");
  const places = lines.map((_, i) => i).filter(isReceipt);
  const isAtFault = (i) => {
    const comma = /,[ \t\r]*$/;
    try { parseJson(lines[i].replace(comma, "")); } catch { return true; }
    return isReceipt(i + 1) && !comma.test(lines[i]);
  };
  const fault = places.find(isAtFault);
  return fault === undefined ? null
    : { place: places.indexOf(fault) + 1, interactionId: /\\"interaction_id\\":\\"([0-9]{1,20})\\"/.exec(lines[fault])?.[1] ?? null };
}

const FORMS = {
  receipts: { format: isString, user_id: isString, epochs: Array.isArray, banners: isObject, receipts: Array.isArray },
  box: { format: isString, box: isString, epochs: Array.isArray, banners: isObject, receipts: Array.isArray },
};

/** A file's fields, its form checked; receipts are left as they are. Of a later format only `later` is given. */
function readFile({ name, data }) {
  const text = decode(data);
  let file;
  try { file = parseJson(text); }
  catch (error) { throw Object.assign(error, { file: name, ...damagedReceipt(text) }); }
  const [, kind, version] = (isString(file?.format) && /^gacha-([a-z-]{1,40})-([1-9][0-9]{0,8})$/.exec(file.format)) || refuse("This is not a receipts file");
  if (!Object.hasOwn(FORMS, kind) || version !== "1") return { name, later: file.format };
  exactly(file, Object.keys(FORMS[kind]), "file");
  for (const [key, check] of Object.entries(FORMS[kind])) if (!check(file[key])) refuse(`${key}: ${show(file[key])} is not allowed`);
  const epochs = new Map(), banners = new Map(Object.entries(file.banners));
  for (const entry of file.epochs) {
    exactly(entry, ["epoch", "commitment", "server_seed"], "epoch");
    if (!isCount(entry.epoch) || epochs.has(entry.epoch)) refuse(`epoch ${show(entry.epoch)}: is no epoch, or there twice`);
    if (!isString(entry.commitment) || !isString(entry.server_seed)) refuse(`epoch ${entry.epoch}: its commitment or seed is no text`);
    epochs.set(entry.epoch, entry);
  }
  if (file.receipts.length > BOUNDS.receipts) refuse(`receipts: more than ${BOUNDS.receipts}`);
  return { ...file, name, kind, data, epochs, banners };
}

/** Files of one player joined: in the order of their draws. */
function join(files) {
  const [{ user_id }] = files, epochs = new Map(), banners = new Map();
  const agree = (all, key, value, what) => {
    if (all.has(key) && canonical(all.get(key)) !== canonical(value)) refuse(`${what} ${key}: the files do not agree`);
    all.set(key, value);
  };
  for (const file of files) {
    if (file.user_id !== user_id) refuse("user_id: the files are of different players");
    for (const [key, value] of file.epochs) agree(epochs, key, value, "epoch");
    for (const [key, value] of file.banners) agree(banners, key, value, "banner");
  }
  const begin = ({ receipts: [entry] }) => { // what cannot be read sorts first, and is refused there
    try {
      const { epoch, nonce } = parseJson(entry.text);
      return isCount(epoch) && isCount(nonce) ? [epoch, nonce] : [-1, -1];
    } catch { return [-1, -1]; }
  };
  const parts = files.map((file) => ({ file, at: begin(file) })).sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
  return { user_id, epochs, banners, parts: parts.map(({ file }) => file) };
}

// ---- A box that a server shares --------------------------------------------------------------------------

const isBox = (value) => isString(value) && /^(?=[^#]{1,40}#)[a-z0-9]+(-[a-z0-9]+)*#[1-9][0-9]{0,8}@[0-9]+$/.test(value);
const FIELDS = {
  v: (value) => value === 2, box: isBox, banner_hash: isHash, position: isCount,
  count: (value) => isCount(value) && value >= 1, price: isCount,
  buyer: (value) => isString(value) && /^[0-9a-f]{32}$/.test(value), client: isHash, day: isCount,
  epoch: isCount, commitment: isHash, cards: isIds, last: isString, previous: isPrevious,
};

/** The row of what is left: each ticket is as likely as any other. */
function ticketRow(cards, left) {
  const row = cards.filter((c) => left.get(c) > 0), gcd = (a, b) => (b ? gcd(b, a % b) : a);
  const all = row.reduce((sum, c) => sum + left.get(c), 0), g = row.reduce((a, c) => gcd(a, left.get(c)), all);
  return { T: BigInt(all / g), cards: row, weights: row.map((c) => BigInt(left.get(c) / g)) };
}

class Box {
  constructor({ box, epochs, banners }) {
    Object.assign(this, { box, sources: new Sources({ epochs, banners }, readShared), buyers: new Map() });
    this.last = { hash: "", epoch: 0 };
    this.position = 0; // tickets drawn so far
    this.left = null; // tickets left of each card, from the first receipt on
    this.pulls = this.draws = 0;
  }

  /** Checks the next receipt; gives what is newer in it than this program, or null. */
  check(entry) {
    const { receipt, hash, later, newer } = readReceipt(entry, 2, FIELDS);
    const { epoch, count, position, banner_hash } = receipt;
    if (later) return newer;
    if (receipt.previous !== this.last.hash) differ("previous", this.last.hash, receipt.previous);
    if (newer) return newer;
    if (receipt.box !== this.box) differ("box", this.box, receipt.box);
    const { commitment, seed } = this.sources.seedOf(epoch);
    if (receipt.commitment !== commitment) differ("commitment", commitment, receipt.commitment);
    if (epoch < this.last.epoch) refuse(`epoch: ${epoch} after ${this.last.epoch}`);
    if (banner_hash !== (this.bannerHash ??= banner_hash)) differ("banner_hash", this.bannerHash, banner_hash);
    if (position !== this.position) differ("position", this.position, position);
    const banner = this.sources.bannerOf(banner_hash);
    if (banner instanceof Newer) return banner.message;
    this.buy(banner, receipt, seed);
    Object.assign(this, { last: { hash, epoch }, position: position + count });
    this.pulls += 1;
    this.draws += count;
    return null;
  }

  buy(banner, { count, position, price, buyer, client, day, cards, last }, seed) {
    if (this.box.split("#")[0] !== banner.id) differ("box", banner.id, this.box);
    if (count > 10) refuse(`count: ${count} is not 1 to 10`);
    if (count > banner.tickets - position) refuse(`count: ${count} of ${banner.tickets - position} tickets left`);
    if (price !== count * banner.price) differ("price", count * banner.price, price);
    const before = this.buyers.get(buyer) ?? { day: 0, today: 0, all: 0, clients: new Set() };
    if (day < before.day) refuse(`day: ${day} after ${before.day}`);
    const today = count + (day === before.day ? before.today : 0), all = count + before.all;
    if (today > banner.perDay || all > banner.total) refuse(`count: the buyer's ${today} of this day, or ${all} of the box, are too many`);
    this.buyers.set(buyer, { day, today, all, clients: before.clients.add(client) });
    if (cards.length !== count) differ("cards", `${count} of them`, cards.length);
    this.left ??= new Map(banner.cards.map((c) => [c, c.stock]));
    cards.forEach((found, i) => {
      const card = draw(ticketRow(banner.cards, this.left), seed, (cursor) => `v2|${client}|${position + i}|${cursor}`);
      if (card.id !== found) differ(`card ${i + 1}`, card.id, found);
      this.left.set(card, this.left.get(card) - 1);
    });
    const prize = position + count === banner.tickets ? banner.last : "";
    if (last !== prize) differ("last", prize, last);
  }

  summary() {
    const { pulls, draws, sources, bannerHash } = this;
    return { pulls, draws, unseen: 0, box: this.box, version: bannerHash, buyers: this.buyers,
      commitments: new Map([...sources.epochs].map(([key, { commitment }]) => [key, commitment])) };
  }
}

// ---- The verdict -------------------------------------------------------------------------------------------

/**
 * Verifies files ({ name, data: Buffer }) given at once. `outcome` is "verifies", with a summary; or "wrong" or
 * "newer", with a `message`, the file, the receipt's place in it and its number (null: what was given as a whole).
 */
export function verify(given) {
  let newer = null, chain, at = {};
  const verdict = (outcome, message, { file, place = null, interactionId = null }) => ({ outcome, message, file, place, interactionId });
  try {
    const once = given.filter(({ data }, i) => given.findIndex((other) => other.data.equals(data)) === i);
    if (once.reduce((sum, { data }) => sum + data.length, 0) > BOUNDS.files) refuse(`more than ${BOUNDS.files} bytes`);
    const files = once.map((one) => { at = { file: one.name }; return readFile(one); });
    const later = files.find((file) => file.later);
    if (later) return verdict("newer", `the file is of the format ${later.later}`, { file: later.name });
    at = {};
    if (files.length > 1 && files.some((file) => file.kind === "box")) refuse("the file of a box is checked alone");
    const isShared = files[0].kind === "box", all = isShared ? { ...files[0], parts: files } : join(files);
    chain = new (isShared ? Box : Chain)(all);
    for (const { name, receipts } of all.parts)
      receipts.forEach((entry, i) => {
        if (isShared && newer) return; // what a later version drew from the box is not known
        const interactionId = isString(entry?.text) ? /"interaction_id":"([0-9]{1,20})"/.exec(entry.text)?.[1] ?? null : null;
        at = { file: name, place: i + 1, interactionId };
        const message = chain.check(entry);
        if (message) newer ??= verdict("newer", message, at);
      });
    at = {};
    chain.sources.checkAll();
    for (const { name, data } of all.parts) {
      at = { file: name };
      decode(data, true);
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return verdict("wrong", error.message, { ...at, ...error });
  }
  return newer ?? { outcome: "verifies", ...chain.summary() };
}
