// The frame of a print: what was found is offered, can be moved, used, or left; nothing of it stops anybody from marking.
import { commit } from "mpm/give/changes.js";
import { Corners } from "mpm/picture/corners.js";
import { fill } from "mpm/give/words.js";

const WHOLE = [0, 0, 1, 0, 1, 1, 0, 1];
const INSET = [0.06, 0.06, 0.94, 0.06, 0.94, 0.94, 0.06, 0.94];
const SAY_AFTER = 300;

const panel = document.querySelector("[data-frame]");
const part = (name) => panel.querySelector(`[data-frame-${name}]`);
let current = null;

/**
 * Show the frame of the photo on the stage; call it with each photo that is shown, and again when more is known of it.
 * `photo`: found_frame and frame (eight fractions or null), frame_url; the answer is kept in photo.frame.
 */
export function setUpFrame(stage, { photo, speak }) {
  if (!panel) {
    return;
  }
  const plane = stage.querySelector("[data-plane]") ?? stage;
  if (current?.photo !== photo) {
    current?.overlay?.remove();
    current = { photo, isMoving: false };
  }
  Object.assign(current, { stage, plane, speak });
  if (!current.isMoving) {
    show();
  }
}

part("use").addEventListener("click", () => answer(current.overlay.corners));
part("all").addEventListener("click", () => answer(null));
part("move").addEventListener("click", begin);
part("begin").addEventListener("click", begin);
part("leave").addEventListener("click", leave);

/** What is known of the open photo's frame, and what can be done about it. */
function show() {
  const { photo, isMoving } = current;
  const isSet = Boolean(photo.frame) && !isWhole(photo.frame);
  const isOffered = !photo.frame && Boolean(photo.found_frame);
  panel.hidden = !photo.frame_url;
  panel.toggleAttribute("data-noticed", isOffered || isMoving);
  part("words").textContent = isMoving ? panel.dataset.moving : isOffered ? panel.dataset.offered : isSet ? panel.dataset.set : "";
  part("help").hidden = !isMoving;
  part("use").hidden = !isMoving && !isOffered;
  part("move").hidden = isMoving || !(isOffered || isSet);
  part("all").hidden = !isMoving && !isOffered && !isSet;
  part("leave").hidden = !isMoving;
  part("begin").hidden = isMoving || isOffered || isSet;
  draw(isMoving || isOffered || isSet);
}

function draw(isShown) {
  const { photo, plane, isMoving, overlay } = current;
  if (!isShown || !photo.frame_url) {
    overlay?.remove();
    current.overlay = null;
    return;
  }
  current.overlay ??= new Corners(plane, part("shape"), { moved, picked, refused, reveal, left: leave });
  if (!isMoving || !overlay?.layer.hasAttribute("data-moving")) {
    current.overlay.show(starting(photo), { moving: isMoving });
  }
}

function starting({ frame, found_frame: found }) {
  return frame && !isWhole(frame) ? frame : (found ?? INSET);
}

function begin() {
  current.isMoving = true;
  show();
  current.overlay.buttons[0].focus();
  current.speak(panel.dataset.begun);
}

function leave() {
  current.isMoving = false;
  show();
  focusPanel();
  current.speak(panel.dataset.left);
}

/** Show the answer at once; it goes the way of all changes, and a refusal of it is said here. */
function answer(corners) {
  const { photo } = current;
  const frame = corners?.map((value) => Math.round(value * 1e5) / 1e5) ?? WHOLE;
  current.isMoving = false;
  part("error").hidden = true;
  const fields = { corners: corners ? frame.join(",") : "" };
  commit(photo, { kind: "frame", fields, shown: { frame } }).catch((refusal) => sayWhy(photo, refusal));
  show();
  focusPanel();
  current.speak(corners ? panel.dataset.set : panel.dataset.kept);
}

function sayWhy(photo, refusal) {
  if (current.photo === photo) {
    show();
    part("error").textContent = refusal.body?.error || panel.dataset.trouble;
    part("error").hidden = false;
  }
}

function moved(button, x, y) {
  const [across, down] = [x, y].map((value) => Math.round(value * 100));
  say(fill(panel.dataset.at, { corner: button.getAttribute("aria-label"), x: across, y: down }));
}

function picked(button) {
  say(fill(panel.dataset.picked, { corner: button.getAttribute("aria-label") }));
}

function refused() {
  say(panel.dataset.edge);
}

/** A corner that has the focus is brought into sight where the photo is enlarged. */
function reveal(x, y) {
  current.stage.scrollTo(0, 0);
  current.stage.dispatchEvent(new CustomEvent("reveal", { detail: { x, y } }));
}

/** Arrows come quickly: only where a corner came to rest is spoken. */
function say(sentence) {
  clearTimeout(current.saying);
  current.saying = setTimeout(() => current.speak(sentence), SAY_AFTER);
}

function focusPanel() {
  [...panel.querySelectorAll("button")].find((button) => !button.closest("[hidden]"))?.focus({ preventScroll: true });
}

function isWhole(frame) {
  return frame.every((value, at) => Math.abs(value - WHOLE[at]) < 1e-4);
}
