// Text on the print: where a machine saw some, what it reads (shown once), and what is done about it.

import { element } from "mpm/workbench/element.js";
import { cutAway, isOutside, place } from "mpm/workbench/box.js";

// A cut that leaves less than this of the picture is no offer.
const LEAST_LEFT = 0.6;

export class Texts {
  constructor({ stage, list, words, texts, covers, crop, people }) {
    Object.assign(this, { stage, list, words, covers, crop, people });
    this.rows = texts.map((box, index) => this.#row(box, index + 1));
    covers.onChange = () => this.#show();
    crop.onChange = () => this.#show();
    this.#show();
  }

  // To the first that nothing is done about yet, or to the button that covers something else.
  focus() {
    const open = this.rows.find((row) => !row.coverIt.hidden && row.coverIt.getAttribute("aria-pressed") !== "true");
    (open?.coverIt ?? document.getElementById("add-cover")).focus();
  }

  // What the texts read, by their ids.
  tell(read) {
    this.rows.forEach((row) => {
      row.read.textContent = read[row.box.id] ? `“${read[row.box.id]}”` : "";
    });
  }

  #row(box, number) {
    const name = this.words.text.replace("{number}", String(number));
    const row = { box, cover: null };
    row.shown = element(
      "div",
      { className: "suggested suggested-text" },
      element("span", { className: "suggested-label", textContent: `${name}, ${this.words.suggested}` }),
    );
    place(row.shown, box);
    this.stage.append(row.shown);
    row.name = element("strong", { id: `text-${number}`, textContent: name });
    row.read = element("span", { className: "read-words" });
    row.coverIt = this.#button(row, this.words.cover, () => this.#toggle(row));
    row.cutIt = this.#button(row, this.words.cropAway, () => this.#cut(row));
    row.away = element("span", { className: "muted", textContent: this.words.cropped });
    row.item = element("li", {}, row.name, row.read, row.coverIt, row.cutIt, row.away);
    this.list.append(row.item);
    return row;
  }

  #button(row, text, press) {
    const made = element("button", { type: "button", className: "button button-quiet", textContent: text });
    made.setAttribute("aria-label", `${row.name.textContent}: ${text}`);
    made.addEventListener("click", press);
    return made;
  }

  #toggle(row) {
    if (row.cover && this.covers.covers.includes(row.cover)) {
      this.covers.remove(row.cover);
    } else {
      row.cover = this.covers.add(row.box);
      this.#show();
    }
  }

  #cut(row) {
    const cut = cutAway(this.crop.box(), row.box, this.people.places(), LEAST_LEFT);
    if (cut) this.crop.set(cut);
    // Its own button is gone now: on to what is still to be done.
    this.focus();
  }

  #show() {
    const picture = this.crop.box();
    this.rows.forEach((row) => {
      const covered = this.covers.covers.includes(row.cover);
      const away = isOutside(row.box, picture);
      row.coverIt.setAttribute("aria-pressed", String(covered));
      row.shown.hidden = covered || away;
      row.away.hidden = !away;
      row.coverIt.hidden = away && !covered;
      row.cutIt.hidden = covered || away || cutAway(picture, row.box, this.people.places(), LEAST_LEFT) === null;
    });
  }
}
