// Text on the print in the rail: where a machine saw some, what it reads, and what is covered.

import { ask } from "mpm/workbench/ask.js";
import { address } from "mpm/workbench/addresses.js";
import { isIn } from "mpm/workbench/box.js";
import { element } from "mpm/workbench/element.js";
import { say } from "mpm/workbench/messages.js";

const HINTS = { found: "textFound", none: "textNone", waiting: "textWaiting", failed: "textFailed" };

export class Prints {
  #draft = null;
  #rows = [];

  // `section` holds the hint, the list, and the buttons data-read and data-add.
  constructor({ section, picture, trouble }) {
    Object.assign(this, { picture, trouble });
    this.hint = section.querySelector("[data-hint]");
    this.list = section.querySelector("ul");
    this.read = section.querySelector("[data-read]");
    this.once = section.querySelector("[data-once]");
    this.add = section.querySelector("[data-add]");
    this.read.addEventListener("click", () => this.#read());
    // A pointer draws one; a key sets one down to be moved.
    this.add.addEventListener("click", ({ detail }) => (detail ? this.#draw() : picture.addCover()));
    picture.addEventListener("tool", ({ detail }) => this.add.setAttribute("aria-pressed", String(detail === "cover")));
  }

  show(draft) {
    this.#draft = draft;
    this.#rows = [];
    this.list.replaceChildren();
    if (!draft) return;
    const { texts, text_state: state, text_readable: isReadable } = draft.task;
    this.hint.textContent = say(HINTS[state]);
    this.read.hidden = this.once.hidden = !isReadable;
    this.read.disabled = false;
    this.#rows = texts.map((text, index) => this.#row(text, index + 1));
    draft.addEventListener("change", () => this.#draft === draft && this.#sync());
    this.#sync();
  }

  // To the first that nothing is done about yet, or to the button that covers something else.
  focus() {
    const open = this.#rows.find((row) => this.#coverOf(row) < 0);
    (open?.cover ?? this.add).focus();
  }

  #draw() {
    this.picture.setTool(this.picture.tool === "cover" ? null : "cover");
  }

  #row(text, number) {
    const name = say("text", { number });
    const row = {
      text,
      words: element("span", { className: "read-words" }),
      cover: element("button", { type: "button", className: "button button-quiet", textContent: say("coverIt") }),
    };
    row.cover.setAttribute("aria-label", `${name}: ${row.cover.textContent}`);
    row.cover.addEventListener("click", () => this.#toggle(row));
    this.list.append(element("li", {}, element("span", { textContent: name }), row.words, row.cover));
    return row;
  }

  #coverOf({ text }) {
    return this.#draft.state.covers.findIndex((cover) => isIn(text.box, cover));
  }

  #toggle(row) {
    const at = this.#coverOf(row);
    this.#draft.change((state) => {
      if (at < 0) state.covers.push([...row.text.box]);
      else state.covers.splice(at, 1);
    });
  }

  #sync() {
    this.#rows.forEach((row) => row.cover.setAttribute("aria-pressed", String(this.#coverOf(row) >= 0)));
  }

  // Shown as long as the photo is, and kept nowhere here.
  async #read() {
    const draft = this.#draft;
    this.read.disabled = true;
    try {
      const { words } = await ask(address("text", draft.task.task), { lease: draft.task.lease });
      if (draft !== this.#draft) return;
      this.#rows.forEach(({ text, words: shown }) => {
        shown.textContent = words[text.id] ? `“${words[text.id]}”` : "";
      });
      this.read.hidden = this.once.hidden = true;
      this.focus();
    } catch (refusal) {
      if (draft === this.#draft) this.hint.textContent = say("textUnreadable");
      if (refusal.status === 401) this.trouble(refusal);
    }
  }
}
