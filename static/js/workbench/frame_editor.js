// The frame of the print on the picture: drawn when something is cut away, its corners movable with the tool in hand; and
// the frame that a machine found, dashed, while nobody has answered it.

import { Corners } from "mpm/picture/corners.js";
import { place } from "mpm/workbench/box.js";
import { isWhole } from "mpm/workbench/frames.js";

const SAY_AFTER = 300;

export class FrameEditor {
  #corners = null;
  #shown = "";
  #saying = null;

  /** `acts`: set(corners), speak(sentence), reveal(place), left(). */
  constructor({ plane, shape, found, words, acts }) {
    Object.assign(this, { plane, shape, found, words, acts });
  }

  /** The frame as the picture stands on the screen; `found` is null or another such frame. */
  show({ corners, found, isMoving }) {
    this.#offer(isMoving || isWhole(corners) ? found : null);
    const wanted = JSON.stringify([corners, isMoving]);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    if (isWhole(corners) && !isMoving) {
      this.#corners?.remove();
      this.#corners = null;
      return;
    }
    this.#corners ??= new Corners(this.plane, this.shape, {
      moved: (button) => this.#moved(button),
      picked: (button) => this.#say(this.words.cornerPicked, button),
      refused: () => this.#say(this.words.cornerRefused),
      reveal: (x, y) => this.acts.reveal({ x, y }),
      left: () => this.acts.left(),
    });
    this.#corners.show(corners, { moving: isMoving });
  }

  focus() {
    this.#corners?.buttons[0].focus({ preventScroll: true });
  }

  get hasFocus() {
    return Boolean(this.#corners?.layer.contains(document.activeElement));
  }

  #moved(button) {
    const { corners } = this.#corners;
    // What comes back of it is what stands there already.
    this.#shown = JSON.stringify([corners, true]);
    this.acts.set(corners);
    const at = 2 * this.#corners.buttons.indexOf(button);
    const [x, y] = [corners[at], corners[at + 1]].map((value) => String(Math.round(value * 100)));
    this.#say(this.words.cornerAt.replace("{x}", x).replace("{y}", y), button);
  }

  // Arrows come quickly: only where a corner came to rest is spoken.
  #say(sentence, button = null) {
    clearTimeout(this.#saying);
    const said = sentence.replace("{corner}", button?.getAttribute("aria-label") ?? "");
    this.#saying = setTimeout(() => this.acts.speak(said), SAY_AFTER);
  }

  #offer(found) {
    this.found.hidden = !found;
    if (!found) return;
    const points = [0, 2, 4, 6].map((at) => `${found[at]} ${found[at + 1]}`);
    for (const line of this.found.querySelectorAll("path")) line.setAttribute("d", `M${points.join("L")}Z`);
    const [xs, ys] = [0, 1].map((from) => [0, 2, 4, 6].map((at) => found[from + at]));
    place(this.found.querySelector(".suggested-label"), [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
  }
}
