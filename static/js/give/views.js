// The two views of the one document, the list and one photo, and their addresses: Back and reload show the same again.
import { all, byId, get, held } from "mpm/give/store.js";
import { fill, words } from "mpm/give/words.js";

const heading = document.querySelector("[data-heading]");
const place = document.querySelector("[data-place]");
const parts = document.querySelectorAll("[data-only]");
const suffix = document.title.slice(document.title.lastIndexOf(" – "));
let current = null;
let onShow = () => {};

/** The photo that is open for marking, or null while the list shows. */
export function opened() {
  return current;
}

/** Show what the server's page showed, and from then on what the address says; `shown(photo or null)` is called each time. */
export function setUpViews(shown) {
  onShow = shown;
  addEventListener("popstate", (event) => show(photoOf(event.state)));
  const first = byId(words.open) ?? null;
  history.replaceState({ key: first?.key }, "", location.href);
  show(first, { isFirst: true });
}

export function showList() {
  history.pushState({}, "", words.listUrl);
  show(null);
}

export function showMark(photo) {
  history.pushState({ key: photo.key }, "", photo.mark || location.pathname);
  show(photo);
}

/** The open photo has an address once it is on the server; without the photo the list is left. */
export function follow() {
  if (current && !held().includes(current)) {
    history.replaceState({}, "", words.listUrl);
    show(null);
  } else if (current?.mark && location.pathname !== current.mark) {
    history.replaceState({ key: current.key }, "", current.mark);
  }
  describe();
}

function photoOf(state) {
  const named = get(state?.key) ?? all().find((photo) => photo.mark === location.pathname);
  return named && named.state !== "refused" ? named : null;
}

function show(photo, { isFirst = false } = {}) {
  current = photo;
  for (const part of parts) {
    part.hidden = part.dataset.only !== (photo ? "mark" : "list");
  }
  describe();
  if (!isFirst) {
    const { top } = heading.parentElement.getBoundingClientRect();
    scrollTo({ top: scrollY + top - 8, behavior: "instant" });
    heading.focus({ preventScroll: true });
  }
  onShow(photo);
}

function describe() {
  const ours = held();
  const where = { title: current?.title, at: ours.indexOf(current) + 1, of: ours.length };
  heading.textContent = current ? words.headingMark : words.headingList;
  place.textContent = current ? fill(words.place, where) : "";
  document.title = (current ? fill(words.titleMark, where) : words.headingList) + suffix;
}
