// What machines saw, dashed and labelled: faces that one press takes, lines of text, and the frame of the print.

import { holds, isIn, middle, place } from "mpm/workbench/box.js";
import { element } from "mpm/workbench/element.js";
import { isAway } from "mpm/workbench/frames.js";
import { Layer } from "mpm/workbench/layer.js";
import { turnedBox } from "mpm/workbench/turns.js";

/** The faces that nobody's mark lies on, in reading order; one is offered again when its mark goes. */
export function openFaces({ task, state }) {
  const { people } = state;
  return task.faces.filter(({ id, box }) => !people.some((one) => one.suggestion === id || holds(box, one)));
}

/** The lines of text that are neither covered nor outside of the frame, with their numbers. */
function openTexts({ task, state }) {
  const { covers, corners } = state;
  return task.texts
    .map((text, index) => ({ ...text, number: index + 1 }))
    .filter(({ box }) => !covers.some((cover) => isIn(box, cover)) && !isAway(box, corners));
}

export class Seen {
  /** `take(face)` is called when an offered face is pressed. */
  constructor({ faces, texts, words, take }) {
    this.faces = new Layer(faces, {
      make: () => element("button", { type: "button", className: "suggested" }, label(words.suggested)),
      draw: (shown, { face, box }) => {
        shown.setAttribute("aria-label", words.face);
        shown.onclick = () => take(face);
        place(shown, box);
      },
    });
    this.texts = new Layer(texts, {
      make: () => element("div", { className: "suggested suggested-text" }, label("")),
      draw: (shown, { number, box }) => {
        shown.firstElementChild.textContent = words.text.replace("{number}", String(number));
        place(shown, box);
      },
    });
  }

  show(draft, turns) {
    const asShown = (seen) => [seen.id, { ...seen, face: seen, box: turnedBox(seen.box, turns) }];
    this.faces.show(openFaces(draft).map(asShown));
    this.texts.show(openTexts(draft).map(asShown));
  }
}

/** What a person is, who is taken from a face. */
export const personOn = ({ id, box }) => ({ ...middle(box), suggestion: id });

const label = (words) => element("span", { className: "suggested-label", textContent: words });
