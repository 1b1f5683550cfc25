// Fingers and mouse on the photo. What a press becomes is decided once: a tap, aiming with the loupe, a mark that is
// dragged, the picture pushed, or two fingers that make it larger.
import { clamp } from "mpm/give/place.js";

const DRAG_FROM = 6;
const STILL = 10;
const AIM_AFTER = 180;
const GHOST = 500;

/** acts: add(place), open(id), move(id, place), moved(id); places are fractions of the photo. */
export class Stage {
  #fingers = new Map();
  #mode = "idle";
  #start = null;
  #spread = null;
  #timer = null;
  #ghostUntil = 0;

  constructor({ stage, plane, zoom, loupe, acts }) {
    Object.assign(this, { stage, plane, zoom, loupe, acts });
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    stage.addEventListener("pointermove", (event) => this.#moved(event));
    stage.addEventListener("pointerup", (event) => this.#up(event));
    stage.addEventListener("pointercancel", (event) => this.#cancel(event));
    stage.addEventListener("click", (event) => this.#click(event));
    stage.addEventListener("contextmenu", (event) => this.#mode === "aim" && event.preventDefault());
    stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    // Without this the browser scrolls or enlarges the page meanwhile, or makes a click of a long press.
    stage.addEventListener("touchmove", (event) => this.#isOurs(event) && event.preventDefault(), { passive: false });
    stage.addEventListener("touchend", (event) => event.timeStamp < this.#ghostUntil && event.preventDefault());
  }

  /** Where an event is on the photo, in fractions, not beyond its edges. */
  placeOf({ clientX, clientY }) {
    const box = this.plane.getBoundingClientRect();
    return { x: clamp((clientX - box.left) / box.width), y: clamp((clientY - box.top) / box.height) };
  }

  get #isOff() {
    return this.plane.hasAttribute("data-framing");
  }

  #isOurs(event) {
    return event.cancelable && !this.#isOff && (event.touches.length > 1 || ["aim", "drag", "push", "spread"].includes(this.#mode));
  }

  #down(event) {
    if (this.#isOff || event.button > 0) {
      return;
    }
    this.#ghostUntil = 0;
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#fingers.size > 1) {
      this.#leave();
      this.#mode = "spread";
      this.#spread = this.#span();
      return;
    }
    const mark = event.target.closest(".mark");
    this.#start = { x: event.clientX, y: event.clientY, id: mark?.dataset.person, isTouch: event.pointerType !== "mouse" };
    this.#mode = mark ? "mark" : "press";
    if (mark) {
      mark.setPointerCapture(event.pointerId);
    } else if (this.#start.isTouch) {
      this.#timer = setTimeout(() => this.#aim(event), AIM_AFTER);
    }
  }

  #moved(event) {
    const before = this.#fingers.get(event.pointerId);
    if (!before) {
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    this.#fingers.set(event.pointerId, now);
    this.#decide(event);
    if (this.#mode === "spread") {
      this.#spreadOn();
    } else if (this.#mode === "push") {
      this.zoom.by((now.x - before.x) / this.stage.clientWidth, (now.y - before.y) / this.stage.clientHeight);
    } else if (this.#mode === "aim") {
      this.loupe.show(this.placeOf(event), event);
    } else if (this.#mode === "drag") {
      this.acts.move(this.#start.id, this.placeOf(event));
      this.#look(event);
    }
  }

  #decide(event) {
    const far = this.#start && Math.hypot(event.clientX - this.#start.x, event.clientY - this.#start.y);
    if (this.#mode === "mark" && far > DRAG_FROM) {
      this.#mode = "drag";
    } else if (this.#mode === "press" && far > STILL) {
      clearTimeout(this.#timer);
      this.#mode = this.zoom.isZoomed ? "push" : "scroll";
      if (this.zoom.isZoomed) {
        this.stage.setPointerCapture(event.pointerId);
      }
    }
  }

  #aim(event) {
    this.#mode = "aim";
    const [finger] = this.#fingers.values();
    const at = finger ? { clientX: finger.x, clientY: finger.y } : event;
    this.loupe.show(this.placeOf(at), at);
  }

  #look(event) {
    if (this.#start.isTouch) {
      this.loupe.show(this.placeOf(event), event);
    }
  }

  #up(event) {
    if (!this.#fingers.delete(event.pointerId)) {
      return;
    }
    const { id } = this.#start;
    const mode = this.#mode;
    if (["aim", "drag", "push", "spread"].includes(mode)) {
      this.#ghostUntil = event.timeStamp + GHOST;
    }
    if (this.#fingers.size) {
      return;
    }
    this.#leave();
    if (mode === "aim") {
      this.acts.add(this.placeOf(event));
    } else if (mode === "drag") {
      this.acts.moved(id);
    }
  }

  #cancel(event) {
    this.#fingers.delete(event.pointerId);
    if (this.#mode === "drag") {
      this.acts.moved(this.#start.id);
    }
    if (!this.#fingers.size) {
      this.#leave();
    }
  }

  #leave() {
    clearTimeout(this.#timer);
    this.loupe.hide();
    this.#mode = "idle";
  }

  #click(event) {
    // A key's click has no place and is never the ghost of a press.
    if (this.#isOff || (event.detail > 0 && event.timeStamp < this.#ghostUntil)) {
      return;
    }
    const mark = event.target.closest(".mark");
    if (mark) {
      this.acts.open(mark.dataset.person);
    } else if (this.plane.contains(event.target)) {
      this.acts.add(this.placeOf(event));
    }
  }

  #wheel(event) {
    if (event.ctrlKey) {
      event.preventDefault();
      this.zoom.to(this.zoom.scale * Math.exp(-event.deltaY / 200), this.#within(event.clientX, event.clientY));
    }
  }

  #spreadOn() {
    if (this.#fingers.size !== 2) {
      return;
    }
    const now = this.#span();
    this.zoom.to((this.zoom.scale * now.length) / this.#spread.length, now.middle);
    this.zoom.by(now.middle.x - this.#spread.middle.x, now.middle.y - this.#spread.middle.y);
    this.#spread = now;
  }

  #span() {
    const [one, two] = this.#fingers.values();
    const length = Math.max(1, Math.hypot(one.x - two.x, one.y - two.y));
    return { length, middle: this.#within((one.x + two.x) / 2, (one.y + two.y) / 2) };
  }

  #within(clientX, clientY) {
    const box = this.stage.getBoundingClientRect();
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  }
}
