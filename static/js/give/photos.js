// Choosing and marking, one document: what the server holds is the truth, what is on its way is shown at once.
import { isPending, restore } from "mpm/give/changes.js";
import { refreshList, setUpList } from "mpm/give/list.js";
import { failed, refresh, setUpMarking, showPhoto } from "mpm/give/mark.js";
import { poll } from "mpm/give/poll.js";
import { adoptRows } from "mpm/give/rows.js";
import { all, held, nextToMark, put, watch } from "mpm/give/store.js";
import { isBusy } from "mpm/give/uploads.js";
import { follow, opened, setUpViews, showList, showMark } from "mpm/give/views.js";
import { words } from "mpm/give/words.js";

const PATIENCE = 1000;
const goingOn = document.querySelector("[data-going-on]");
// Whether somebody said everything and waits for the last page.
let isThrough = false;
// Pressed on the list, where everything that was not kept can be read.
let isPressed = false;
let isDue = false;

for (const photo of JSON.parse(document.getElementById("give-photos").textContent)) {
  put(photo);
}
adoptRows();
setUpMarking(goOn);
setUpList(goOn);
setUpViews((photo) => {
  if (photo) {
    isThrough = false;
    showPhoto(photo);
  }
  showSoon();
});
watch(showSoon);
restore(failed);
showSoon();
addEventListener("beforeunload", (event) => {
  if (isBusy() || isPending()) {
    event.preventDefault();
  }
});

/** On to the next photo with something missing, and after the last one to the review. */
function goOn(photo) {
  const next = nextToMark(photo) ?? (photo && nextToMark());
  if (next) {
    showMark(next);
    return;
  }
  isThrough = true;
  isPressed = photo === null;
  leaveWhenHere();
  setTimeout(() => {
    if (isThrough && opened()) {
      showList();
    }
  }, PATIENCE);
}

/** Whether everything is on the server and was checked there. */
function isAllHere() {
  return !isBusy() && !isPending() && held().length > 0 && held().every((photo) => photo.state === "ready");
}

/** What never reached the server stands on this page alone, so nobody is led away from it unasked. */
function isReadFirst() {
  return !isPressed && all().some((photo) => photo.state === "refused" && !photo.id);
}

function leaveWhenHere() {
  isThrough &&= nextToMark() === null && held().length > 0;
  goingOn.hidden = !isThrough || isReadFirst();
  if (isThrough && isAllHere() && !isReadFirst()) {
    location.assign(words.reviewUrl);
  }
}

/** Many changes at once are shown once. */
function showSoon() {
  if (!isDue) {
    isDue = true;
    queueMicrotask(show);
  }
}

function show() {
  isDue = false;
  follow();
  refreshList();
  if (opened()) {
    refresh(opened());
  }
  // For whoever watches from outside: whether anything that was changed is still on its way.
  document.documentElement.dataset.changes = isPending() ? "waiting" : "kept";
  poll();
  leaveWhenHere();
}
