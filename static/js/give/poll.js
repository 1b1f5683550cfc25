// Asks the server where each photo stands, for as long as one is being checked.
import { ask } from "mpm/give/ask.js";
import { all, byId, change, drop, put } from "mpm/give/store.js";
import { countFrom } from "mpm/give/uploads.js";
import { showOffline, speak, words } from "mpm/give/words.js";

const ASK_EVERY = 1200;
// The frame of a print is found just after a photo is ready.
const LOOKS_AFTER = 3;
let asking = null;
let looksLeft = 0;

/** Ask soon, if any photo waits to be checked. */
export function poll() {
  const isWaiting = all().some((photo) => photo.state === "received");
  if (asking === null && (isWaiting || looksLeft > 0)) {
    looksLeft -= isWaiting ? 0 : 1;
    asking = setTimeout(look, ASK_EVERY);
  }
}

async function look() {
  const before = new Set(all().map((photo) => photo.id));
  try {
    const state = await ask(words.stateUrl);
    countFrom(state.next_number);
    state.photos.forEach(hear);
    const there = new Set(state.photos.map((photo) => photo.id));
    // Removed in another window; one that arrived while we asked is not in the answer yet.
    all().filter((photo) => photo.id && before.has(photo.id) && !there.has(photo.id)).forEach(drop);
    showOffline(false, "state");
  } catch (error) {
    showOffline(error.status === 0, "state");
  }
  asking = null;
  poll();
}

/** Take over where a photo stands. Its people and its frame are not: this page may be ahead of the answer. */
function hear({ people, nobody, decade, frame, ...facts }) {
  const photo = byId(facts.id);
  if (!photo) {
    // Still being taken in here, or chosen in another window.
    if (!all().some((other) => other.state === "sending")) {
      put({ people, nobody, decade, frame, ...facts });
    }
  } else if (photo.state !== facts.state || photo.preview !== facts.preview || (facts.found_frame && !photo.found_frame)) {
    looksLeft = LOOKS_AFTER;
    if (facts.error) {
      speak(facts.error);
    }
    change(photo, facts);
  }
}
