// How much of a picture is seen: the plane (the whole picture) lies behind the stage (what shows of it).

const LARGEST = 6;
const STEP = 1.6;

export class Zoom {
  /** `part`: how much of the stage the fitting picture takes, in fractions of its width and height. */
  constructor(stage, plane, group, part = { width: 1, height: 1 }) {
    Object.assign(this, { stage, plane, group, part, scale: 1, x: 0, y: 0 });
    group.addEventListener("click", (event) => this.#press(event.target.closest("[data-zoom-by]")?.dataset.zoomBy));
    this.fit();
  }

  get isZoomed() {
    return this.scale > 1;
  }

  fit() {
    this.to(1);
  }

  in() {
    this.to(this.scale * STEP);
  }

  out() {
    this.to(this.scale / STEP);
  }

  /** Show `scale` times the fitting size; the point `at` (fractions of the stage) stays where it is. */
  to(scale, at = { x: 0.5, y: 0.5 }) {
    const wanted = Math.min(LARGEST, Math.max(1, scale));
    const factor = wanted / this.scale;
    this.x = at.x - (at.x - this.x) * factor;
    this.y = at.y - (at.y - this.y) * factor;
    this.scale = wanted;
    this.#show();
  }

  /** Push the picture by fractions of the stage. */
  by(x, y) {
    this.x += x;
    this.y += y;
    this.#show();
  }

  /** The stage has another shape, or the picture has. */
  reshape(part) {
    this.part = part;
    this.#show();
  }

  /** Bring a place of the photo (fractions of it) well inside of what shows. */
  reveal({ x, y }) {
    if (this.isZoomed) {
      const left = this.x + x * this.scale * this.part.width;
      const top = this.y + y * this.scale * this.part.height;
      this.by(inner(left) - left, inner(top) - top);
    }
  }

  #press(which) {
    if (which) {
      this[which]();
    }
  }

  #show() {
    this.x = held(this.x, 1 - this.scale * this.part.width);
    this.y = held(this.y, 1 - this.scale * this.part.height);
    this.stage.toggleAttribute("data-zoomed", this.isZoomed);
    this.plane.style.setProperty("--zoom", this.scale);
    this.plane.style.setProperty("--pan-x", this.x);
    this.plane.style.setProperty("--pan-y", this.y);
    this.group.querySelector("[data-zoom-by=in]").toggleAttribute("data-end", this.scale >= LARGEST);
    this.group.querySelector("[data-zoom-by=out]").toggleAttribute("data-end", !this.isZoomed);
    this.group.querySelector("[data-zoom-by=fit]").toggleAttribute("data-end", !this.isZoomed);
  }
}

/** No edge of the picture comes inside the stage; a picture that is smaller than the stage stands in its middle. */
function held(offset, room) {
  return room > 0 ? room / 2 : Math.min(0, Math.max(room, offset));
}

function inner(place) {
  return Math.min(0.85, Math.max(0.15, place));
}
