// Fingers and mouse on the photo. What a press becomes is decided once: a tap, aiming with the loupe, a mark that is
// dragged, the picture pushed, or two fingers that make it larger.
import { Pinch } from "mpm/picture/pinch.js";
import { clamp } from "mpm/picture/place.js";

const DRAG_FROM = 6;
const STILL = 10;
const AIM_AFTER = 180;
const GHOST = 500;

/** acts: add(place), open(id), move(id, place), moved(id); places are fractions of the photo. */
export class Stage {
  #pinch;
  #mode = "idle";
  #start = null;
  #timer = null;
  #ghostUntil = 0;

  constructor({ stage, plane, zoom, loupe, acts }) {
    Object.assign(this, { stage, plane, zoom, loupe, acts });
    this.#pinch = new Pinch(stage, zoom);
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
    this.#pinch.down(event);
    if (this.#pinch.count > 1) {
      this.#leave();
      this.#mode = "spread";
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
    const before = this.#pinch.move(event);
    if (!before) {
      return;
    }
    this.#decide(event);
    if (this.#mode === "spread") {
      this.#pinch.spread();
    } else if (this.#mode === "push") {
      const { clientWidth: width, clientHeight: height } = this.stage;
      this.zoom.by((event.clientX - before.x) / width, (event.clientY - before.y) / height);
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
    const finger = this.#pinch.first;
    const at = finger ? { clientX: finger.x, clientY: finger.y } : event;
    this.loupe.show(this.placeOf(at), at);
  }

  #look(event) {
    if (this.#start.isTouch) {
      this.loupe.show(this.placeOf(event), event);
    }
  }

  #up(event) {
    if (!this.#pinch.up(event)) {
      return;
    }
    const { id } = this.#start;
    const mode = this.#mode;
    if (["aim", "drag", "push", "spread"].includes(mode)) {
      this.#ghostUntil = event.timeStamp + GHOST;
    }
    if (this.#pinch.count) {
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
    this.#pinch.up(event);
    if (this.#mode === "drag") {
      this.acts.moved(this.#start.id);
    }
    if (!this.#pinch.count) {
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
      this.zoom.to(this.zoom.scale * Math.exp(-event.deltaY / 200), this.#pinch.within(event.clientX, event.clientY));
    }
  }
}
