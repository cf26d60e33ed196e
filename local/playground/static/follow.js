// Beside SimCord's own page, which it leaves as it is (docs/decisions/0040-playground.md).

// --- the view follows the conversation, as Discord's does ------------------------------------------
// Whoever looks at its end stays there, and whoever does something is taken to what comes of it. The
// reader who scrolls up meanwhile is left alone.

const timeline = document.querySelector("#channel-timeline");
const list = document.querySelector("#channel-message-list");

const READING_MS = 400; // between the events of one scroll of the reader's, such as a flick's
const END_PX = 2; // what zoomed pages are off

let follows = true;
let read = -Infinity; // when the reader last moved the view
let acted = null; // the newest message's id when something was last done

const newest = () => BigInt([...list.querySelectorAll("[data-message-id]")].at(-1)?.dataset.messageId ?? 0);
const end = () => timeline.scrollHeight - timeline.clientHeight;

function follow() {
  if (acted !== null && newest() > acted) {
    follows = true;
    acted = null;
  }
  if (follows) timeline.scrollTop = end();
}

new ResizeObserver(follow).observe(list);
new ResizeObserver(follow).observe(timeline);
new MutationObserver(follow).observe(list, { childList: true, subtree: true });

for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  timeline.addEventListener(kind, () => { read = performance.now(); }, { passive: true });
}
timeline.addEventListener("scroll", () => {
  const now = performance.now();
  if (now - read > READING_MS) return follow(); // SimCord's own, which holds a place
  read = now;
  follows = timeline.scrollTop >= end() - END_PX;
  if (!follows) acted = null;
}, { passive: true });

// What a button changes in an old message, where it stands, moves nothing: no message has come.
function act({ target }) {
  if (!target.closest("[data-workbench], .history-button")) acted = newest();
}
document.addEventListener("click", act, { capture: true });
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") act(event);
}, { capture: true });

// --- suggestions are there before the first letter -------------------------------------------------
// Discord asks the bot as soon as an option is entered; SimCord once something is typed.

document.addEventListener("focusin", ({ target }) => {
  const nothing = () => document.querySelector(".command-popup-list .command-empty");
  if (!target.matches(".command-option-input[role=combobox]") || target.value || !nothing()) return;
  target.dispatchEvent(new Event("input", { bubbles: true }));
  if (nothing()) nothing().textContent = "Loading options";
});
