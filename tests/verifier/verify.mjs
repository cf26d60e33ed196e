#!/usr/bin/env node
// node verify.mjs FILE…          the files of a player, or that of a box, given at once
// node verify.mjs --json FILE…   the same as one JSON object
// node verify.mjs --batch        reads lines, each a JSON list of paths given at once; prints an object a line
// Exit code 0: every draw replays. 1: it does not verify. 3: not verified, newer than this program.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { sha256 } from "./gacha.mjs";
import { verify } from "./box.mjs";

const printable = /^(?! )(?!.* {2})[\x20-\x7e]{1,100}(?<! )$/;
const receipts = ({ from, to }) => (from === to ? `receipt ${from}` : `receipts ${from}-${to}`);
const quoted = (seed) => JSON.stringify(seed).replace(/[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
  (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
const comesBack = (runs) => {
  const values = runs.map((run) => run.value).filter((value, i, all) => value !== all[i - 1]);
  return new Set(values).size < values.length;
};

function report(verdict) {
  if (verdict.outcome !== "verifies") {
    const { outcome, message, file, place, interactionId } = verdict;
    const which = place === null ? "" : `receipt ${interactionId ?? "(without a readable number)"}, number ${place} of `;
    return outcome === "wrong" ? [`DOES NOT VERIFY: ${which}${file ?? "what was given"}`, `  ${message}`]
      : [`NOT VERIFIED, newer than this program: ${which}${file}`, `  ${message}`,
        "  Nothing that is known here is wrong, but this part was not checked. Take the newest verifier of the repository."];
  }
  const { pulls, draws, epochs, unseen, firstEpoch, beginsWithFirst, commitments, seedRuns, versionRuns, spent, begun, notes, box } = verdict;
  if (box) return [`Every ticket replays: box ${box}, ${pulls} receipts, ${draws} tickets.`,
    ...[...commitments].map(([epoch, commitment]) => `  epoch ${epoch}: commitment ${commitment}`),
    ...(pulls ? [`  version ${verdict.version.slice(0, 16)}`] : []),
    ...[...verdict.buyers].flatMap(([buyer, { all, clients }]) => [`  buyer ${buyer}: ${all} tickets`,
      ...[...clients].map((client) => `    client seed ${client === sha256(`${box}|${buyer}`) ? "never chosen" : `with the hash ${client}`}`)])];
  const lines = [];
  if (unseen) lines.push(`NOT WHOLE: draws 0 to ${unseen - 1} of epoch ${firstEpoch} are not in what was given`);
  lines.push(`Every draw replays: ${pulls} pulls, ${draws} draws, ${epochs} epochs.`);
  if (!beginsWithFirst) lines.push("It begins after the player's first receipt: what came before is out of sight.");
  if (comesBack(seedRuns)) lines.push("CLIENT SEEDS ALTERNATE: one comes back after another.");
  let epoch = null;
  for (const run of seedRuns) {
    if (run.epoch !== epoch) lines.push(`  epoch ${(epoch = run.epoch)}: commitment ${commitments.get(epoch)}`);
    lines.push(`  ${receipts(run)}: your client seed ${quoted(run.value)}`);
    if (!printable.test(run.value)) lines.push(`    SHA-256 of its UTF-8: ${sha256(run.value)}`);
  }
  for (const [banner, runs] of versionRuns) {
    if (comesBack(runs)) lines.push(`VERSIONS ALTERNATE: one of ${banner} comes back after another.`);
    for (const run of runs) lines.push(`  ${banner}, version ${run.value.slice(0, 16)}: ${receipts(run)}`);
  }
  if (spent || begun) lines.push(`Without a receipt, so not seen: ${spent} points were spent, ${begun} boxes begun anew by choice.`);
  return [...lines, ...notes.map((note) => `  note: ${note}`)];
}

const tried = (judge) => { // one set that cannot be read does not end a batch
  try { return judge(); } catch (error) { return { outcome: "failed", message: String(error) }; }
};
const given = (names) => names.map((name) => ({ name, data: readFileSync(name) }));
const asJson = ({ outcome, message = null, place = null, interactionId = null, pulls = null, draws = null, unseen = null }) =>
  JSON.stringify({ outcome, place, interaction_id: interactionId, pulls, draws, unseen, message });

const names = process.argv.slice(2), option = names[0]?.startsWith("--") ? names.shift() : null;
if (option === "--batch") {
  for await (const line of createInterface({ input: process.stdin }))
    if (line.trim()) console.log(asJson(tried(() => verify(given(JSON.parse(line))))));
} else if (!names.length || !["--json", null].includes(option)) {
  console.error("node verify.mjs [--json] FILE… | node verify.mjs --batch");
  process.exitCode = 2;
} else {
  const verdict = verify(given(names));
  console.log(option ? asJson(verdict) : report(verdict).join("\n"));
  process.exitCode = { verifies: 0, wrong: 1, newer: 3 }[verdict.outcome];
}
