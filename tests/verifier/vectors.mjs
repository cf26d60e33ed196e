#!/usr/bin/env node
// node vectors.mjs FOLDER   Runs all vectors; exit code 1 if one fails.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as gacha from "./gacha.mjs";
import { verify } from "./box.mjs";

const folder = process.argv[2] ?? ".";
const load = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const given = (name) => ({ name, data: readFileSync(join(folder, name)) });
const hex = (text) => Buffer.from(text, "utf8").toString("hex");

/** Pairs of what is wanted and what was found. */
const differences = (pairs) => Object.entries(pairs)
  .map(([what, [wanted, found]]) => [what, gacha.canonical(wanted), gacha.canonical(found)])
  .filter(([, wanted, found]) => wanted !== found)
  .map(([what, wanted, found]) => `${what}: wanted ${wanted}, found ${found}`);

function run(kind, vectors, nameOf, check) {
  let passed = 0;
  const failures = [];
  const start = performance.now();
  vectors.forEach((vector, i) => {
    let wrong;
    try { wrong = check(vector); } catch (error) { wrong = [error.stack]; }
    if (wrong.length) failures.push(`  ${nameOf(vector, i)}: ${wrong.join("; ")}`);
    else passed++;
  });
  console.log(`${kind}: ${passed} of ${vectors.length} (${((performance.now() - start) / 1000).toFixed(2)} s)`);
  failures.forEach((line) => console.log(line));
  if (failures.length) process.exitCode = 1;
}

const numbered = (_, i) => `number ${i + 1}`;
const index = load("index.json");

const judge = (files) => verify(files.map(given));
const outcome = (found, wanted) => (found.outcome === wanted ? [] : [`${found.outcome} instead of ${wanted}: ${found.message ?? ""}`]);
const fault = (v, found) => differences({ place: [v.place, found.place], interaction_id: [v.interaction_id, found.interactionId] })
  .map((line) => `${line} (${found.message})`);

run("good", index.good, (v) => v.file, (v) => {
  const found = judge([v.file]), wrong = outcome(found, "verifies");
  return wrong.length ? wrong : differences({ pulls: [v.pulls, found.pulls], draws: [v.draws, found.draws], epochs: [v.epochs, found.epochs],
    begins_with_first: [v.begins_with_first, found.beginsWithFirst], unseen: [v.unseen, found.unseen] });
});

for (const [kind, wanted] of [["bad", "wrong"], ["newer", "newer"]])
  run(kind, index[kind], (v) => v.file, (v) => {
    const found = judge([v.file]);
    return [...outcome(found, wanted), ...fault(v, found)];
  });

run("together", index.together, (v) => `${v.files.join(" ")} (${v.about})`, (v) => {
  const found = judge(v.files), wrong = outcome(found, v.verifies ? "verifies" : "wrong");
  if (wrong.length || !v.verifies) return [...wrong, ...differences({ interaction_id: [v.interaction_id, found.interactionId ?? null] })];
  // The vectors count a file that is there twice twice; the verifier counts it once.
  const twice = v.files.filter((file, i) => v.files.indexOf(file) < i).map((file) => judge([file]));
  const sum = (key) => twice.reduce((total, one) => total + one[key], found[key]);
  return differences({ pulls: [v.pulls, sum("pulls")], draws: [v.draws, sum("draws")], unseen: [v.unseen, found.unseen] });
});

run("boxes", index.boxes, (v) => v.file, (v) => {
  const found = judge([v.file]);
  return "tickets" in v ? [...outcome(found, "verifies"), ...differences({ tickets: [v.tickets, found.draws ?? null] })]
    : [...outcome(found, v.newer ? "newer" : "wrong"), ...differences({ place: [v.place, found.place] })];
});

run("words", load("words.json"), numbered, (v) => {
  const text = gacha.message(v.client_seed, v.nonce, v.pack ? `pack|${v.cursor}` : v.cursor), seed = Buffer.from(v.server_seed, "hex");
  return differences({ message: [v.message, text], message_utf8: [v.message_utf8, hex(text)],
    hmac: [v.hmac, gacha.hmac(seed, text).toString("hex")],
    word: [v.word, gacha.wordOf(seed, text).toString(16).padStart(16, "0")] });
});

const { secret, secret_utf8, seeds } = load("seeds.json");
run("seeds", seeds, numbered, (v) => {
  const text = `${v.user_id}|${v.epoch}`, seed = gacha.hmac(secret, text);
  return differences({ secret_utf8: [secret_utf8, hex(secret)], message: [v.message, text],
    server_seed: [v.server_seed, seed.toString("hex")], commitment: [v.commitment, gacha.sha256(seed)] });
});

const banners = (texts) => new Map(Object.entries(texts).map(([hash, text]) => {
  if (gacha.sha256(text) !== hash) throw new Error(`banner ${hash}: the hash of its text is another`);
  return [hash, gacha.readBanner(text)];
}));

const rows = load("rows.json"), rowBanners = banners(rows.banners);
run("rows", rows.rows, numbered, (v) => {
  const banner = rowBanners.get(v.banner_hash);
  const earlier = v.earlier.map((id) => banner.cards.find((card) => card.id === id));
  const way = banner.ways.get(v.count), row = gacha.rowOf(banner, v.state, way, earlier, v.whole && way.whole.cards[v.whole - 1]);
  const words = v.words.map(({ word }) => ({ word, card: gacha.cardOf(row, BigInt(`0x${word}`))?.id ?? null }));
  return differences({ T: [v.T, Number(row.T)], words: [v.words, words],
    row: [v.row, row.cards.map((card, i) => [card.id, Number(row.weights[i])])] });
});

const states = load("states.json"), stateBanners = banners(states.banners);
run("states", states.states, numbered, (v) =>
  differences({ brought: [v.brought, gacha.bring(stateBanners.get(v.banner_hash), v.stored)] }));
