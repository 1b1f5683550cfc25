// The list of photos as a view: choosing, removing, trying again, how far all are, and the way on.
import { setUpChooser } from "mpm/give/chooser.js";
import { showRows } from "mpm/give/rows.js";
import { all, get, held, nextToMark } from "mpm/give/store.js";
import { isBusy, progress, remove, take, tellBy, tryAgain } from "mpm/give/uploads.js";
import { opened, showMark } from "mpm/give/views.js";
import { fill, speak, words } from "mpm/give/words.js";

const form = document.querySelector("[data-upload]");
const choose = form.querySelector("[data-choose]");
const input = document.getElementById("photos");
const rows = document.querySelector("[data-rows]");
const go = document.querySelector("[data-go]");
const hold = document.querySelector("[data-hold]");
const notices = document.querySelector("[data-notices]");
const allBox = document.querySelector("[data-all]");

/** `onward(photo or null)` is called by the button that leads on. */
export function setUpList(onward) {
  form.classList.add("with-script");
  form.addEventListener("submit", (event) => event.preventDefault());
  tellBy(tell);
  rows.addEventListener("submit", (event) => {
    event.preventDefault();
    remove(photoOf(event));
  });
  rows.addEventListener("click", (event) => {
    if (event.target.closest("[data-open]")) {
      event.preventDefault();
      showMark(photoOf(event));
    } else if (event.target.closest("[data-again]")) {
      tryAgain(photoOf(event));
    }
  });
  go.addEventListener("click", (event) => {
    event.preventDefault();
    onward(null);
  });
  setUpChooser(chosen);
}

/** The first new photo opens for marking at once, unless one is open already. */
function chosen(files) {
  notices.replaceChildren();
  const [first] = take(files);
  if (first && !opened()) {
    showMark(first);
  }
}

/** Bring the list to what is known. */
export function refreshList() {
  const ours = held();
  const isHeld = isBusy();
  showRows(input);
  hold.hidden = !isHeld;
  go.hidden = ours.length === 0;
  go.textContent = nextToMark() ? words.goMark : words.goReview;
  choose.classList.toggle("button-secondary", all().length > 0);
  if (all().length > 0) {
    choose.textContent = words.more;
  }
  showAll(isHeld, ours.length);
}

function showAll(isHeld, count) {
  const { here, all: whole, percent } = progress();
  allBox.hidden = !isHeld || count === 0;
  allBox.querySelector("[data-all-bar]").value = percent;
  const sentence = fill(words.here, { here, all: whole });
  const place = allBox.querySelector("[data-all-words]");
  if (place.textContent !== sentence) {
    place.textContent = sentence;
  }
}

function photoOf(event) {
  return get(event.target.closest("li").dataset.key);
}

function tell(sentence) {
  const box = document.createElement("div");
  box.className = "notice";
  const text = document.createElement("p");
  text.textContent = sentence;
  box.append(text);
  notices.replaceChildren(box);
  speak(sentence);
}
