"use strict";
// Keeps the page as it is now: asks for it again and puts the new part in the place of the old one.
// What a reader has opened stays open, and nothing is replaced while they select text in it.

const lost = document.getElementById("lost");
let shown = "";

function live() {
  return document.getElementById("live");
}

async function look() {
  const every = Number(live().dataset.every || 0);
  if (!every) return;
  if (!document.hidden && !String(getSelection())) {
    try {
      const answer = await fetch(location.href, { redirect: "error", cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = fresh.getElementById("live");
      if (!next) throw new Error(`HTTP ${answer.status}`);
      lost.hidden = true;
      if (next.outerHTML !== shown) {
        shown = next.outerHTML;
        for (const each of live().querySelectorAll("details[open]")) {
          const same = next.querySelector(`#${CSS.escape(each.id)}`);
          if (!same) continue;
          same.open = true;
          const [before, after] = [each, same].map((of) => of.querySelector("pre"));
          if (before && after) setTimeout(() => { after.scrollTop = before.scrollTop; });
        }
        live().replaceWith(document.adoptNode(next));
      }
    } catch {
      lost.hidden = false;
    }
  }
  setTimeout(look, every);
}

shown = live().outerHTML;
setTimeout(look, Number(live().dataset.every || 0));
