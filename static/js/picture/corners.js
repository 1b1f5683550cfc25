// Four corners over a photo: drawn in fractions of it, moved by drag, by arrows, or by a tap on a corner and then one on
// its place. A corner never goes where the four would not be a frame any more.
import { ARROWS, clamp } from "mpm/picture/place.js";

const STEP = 0.005;
const LEAP = 10;
const STILL = 6;
const LEAST_AREA = 0.1;
const LEAST_SINE = 0.05;
const LEAST_SIDE = 0.02;

/** Whether eight numbers are a frame, as contributions.frames says: convex, inside the photo, nothing flat or short. */
function isFrame(corners) {
  const points = pointsOf(corners);
  const sides = points.map((point, at) => distance(point, points[(at + 1) % 4]));
  const turns = points.every((point, at) => {
    const least = LEAST_SINE * sides[at] * sides[(at + 1) % 4];
    return sides[at] >= LEAST_SIDE && turn(point, points[(at + 1) % 4], points[(at + 2) % 4]) >= least;
  });
  const area = points.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = points[(at + 1) % 4];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
  return turns && area >= LEAST_AREA && corners.every((value) => value >= 0 && value <= 1);
}

export class Corners {
  #corners = [];
  #picked = null;
  #skipsClick = false;

  /** `acts`: moved(button, x, y), picked(button), refused(), reveal(x, y), left(). */
  constructor(plane, shape, acts) {
    Object.assign(this, { plane, acts });
    this.layer = shape.content.firstElementChild.cloneNode(true);
    this.buttons = [...this.layer.querySelectorAll("button")];
    // First in the plane: marks lie above a frame that is only shown.
    plane.prepend(this.layer);
    // What happens on the frame is not a tap on the photo.
    for (const kind of ["pointerdown", "pointermove", "pointerup", "click"]) {
      this.layer.addEventListener(kind, (event) => this.layer.hasAttribute("data-moving") && event.stopPropagation());
    }
    this.layer.addEventListener("click", (event) => this.#click(event));
    this.layer.addEventListener("keydown", (event) => this.#key(event));
    this.layer.addEventListener("focusin", (event) => this.#reveal(event.target));
    this.buttons.forEach((button) => button.addEventListener("pointerdown", (event) => this.#drag(event, button)));
  }

  get corners() {
    return [...this.#corners];
  }

  /** Show a frame; with `moving` its corners can be moved and nothing below takes a tap. */
  show(corners, { moving = false } = {}) {
    this.#corners = [...corners];
    this.#pick(null);
    this.layer.toggleAttribute("data-moving", moving);
    this.plane.toggleAttribute("data-framing", moving);
    this.buttons.forEach((button) => (button.hidden = !moving));
    this.#draw();
  }

  remove() {
    this.plane.removeAttribute("data-framing");
    this.layer.remove();
  }

  #draw() {
    const points = pointsOf(this.#corners);
    const around = `M${points.map((point) => point.join(" ")).join("L")}Z`;
    const [shade, ...lines] = this.layer.querySelectorAll("path");
    shade.setAttribute("d", `M0 0H1V1H0Z${around}`);
    lines.forEach((line) => line.setAttribute("d", around));
    this.buttons.forEach((button, at) => {
      button.style.setProperty("--x", `${points[at][0] * 100}%`);
      button.style.setProperty("--y", `${points[at][1] * 100}%`);
    });
  }

  /** Put a corner somewhere, if the four are a frame then. */
  #put(button, [x, y]) {
    const at = this.buttons.indexOf(button);
    const wanted = [...this.#corners];
    wanted.splice(2 * at, 2, clamp(x), clamp(y));
    if (!isFrame(wanted)) {
      return false;
    }
    this.#corners = wanted;
    this.#draw();
    return true;
  }

  #placeOf(event) {
    const box = this.plane.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  #pointOf(button) {
    return pointsOf(this.#corners)[this.buttons.indexOf(button)];
  }

  #drag(down, button) {
    if (down.button > 0) {
      return;
    }
    const start = this.#pointOf(button);
    const from = this.#placeOf(down);
    let isMoved = false;
    const move = (event) => {
      isMoved ||= Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > STILL;
      if (isMoved && event.pointerId === down.pointerId) {
        const to = this.#placeOf(event);
        this.#put(button, [start[0] + to[0] - from[0], start[1] + to[1] - from[1]]);
      }
    };
    const stop = () => {
      button.removeEventListener("pointermove", move);
      button.removeEventListener("pointerup", stop);
      button.removeEventListener("pointercancel", stop);
      this.#skipsClick = isMoved;
      if (isMoved) {
        this.#pick(null);
        this.acts.moved(button, ...this.#pointOf(button));
        // Where no click follows the drag, the next one counts again.
        setTimeout(() => (this.#skipsClick = false));
      }
    };
    button.setPointerCapture(down.pointerId);
    button.addEventListener("pointermove", move);
    button.addEventListener("pointerup", stop);
    button.addEventListener("pointercancel", stop);
  }

  #click(event) {
    if (!this.layer.hasAttribute("data-moving") || this.#skipsClick) {
      return;
    }
    const button = event.target.closest("button");
    if (button) {
      this.#pick(button === this.#picked ? null : button);
    } else if (this.#picked) {
      const picked = this.#picked;
      if (this.#put(picked, this.#placeOf(event))) {
        this.#pick(null);
        picked.focus({ preventScroll: true });
        this.acts.moved(picked, ...this.#pointOf(picked));
      } else {
        this.acts.refused();
      }
    }
  }

  #pick(button) {
    this.#picked = button;
    this.buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    this.layer.toggleAttribute("data-picked", Boolean(button));
    if (button) {
      this.acts.picked(button);
    }
  }

  #key(event) {
    const button = event.target.closest("button");
    const arrow = ARROWS[event.key];
    if (button && arrow) {
      event.preventDefault();
      event.stopPropagation();
      const reach = STEP * (event.shiftKey ? LEAP : 1);
      const [x, y] = this.#pointOf(button);
      const isPut = this.#put(button, [x + arrow[0] * reach, y + arrow[1] * reach]);
      this.#reveal(button);
      isPut ? this.acts.moved(button, ...this.#pointOf(button)) : this.acts.refused();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#picked ? this.#pick(null) : this.acts.left();
    }
  }

  #reveal(button) {
    if (this.buttons.includes(button)) {
      this.acts.reveal(...this.#pointOf(button));
    }
  }
}

function pointsOf(corners) {
  return [0, 2, 4, 6].map((at) => [corners[at], corners[at + 1]]);
}

const distance = ([ax, ay], [bx, by]) => Math.hypot(bx - ax, by - ay);

function turn([ax, ay], [bx, by], [cx, cy]) {
  return (bx - ax) * (cy - by) - (by - ay) * (cx - bx);
}
