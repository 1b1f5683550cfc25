// What an adjudicator settles: two readings side by side, only where they differ, or the question of somebody who could not
// decide. `1` and `2` bring a reading into the draft, which the picture and the rail show; it may be changed there.

import { element } from "mpm/workbench/element.js";
import { ON_PICTURE, WRITING } from "mpm/workbench/keys.js";
import { refuse } from "mpm/workbench/messages.js";
import { Sides } from "mpm/workbench/sides.js";

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Show what there is to settle in `host`; `submit({kind, adopts})` answers with the draft and the reading found right;
 * `leave()` has the focus go to where keys mean what they meant.
 */
export function compare({ host, draft, task, submit, leave }) {
  return new Settling({ host, draft, task, submit, leave });
}

class Settling {
  #own = false;
  #taking = false;
  #end = new AbortController();

  constructor({ host, draft, task, submit, leave }) {
    Object.assign(this, { draft, task, submit, leave });
    this.panel = document.getElementById("settle-template").content.firstElementChild.cloneNode(true);
    this.said = this.#part("said");
    this.#fill();
    host.replaceChildren(this.panel);
    this.sides = new Sides(task, this.panel.dataset);
    const { signal } = this.#end;
    draft.addEventListener("change", () => this.#changed(), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    this.#tell();
    this.#show();
  }

  /** Whether saving is done with, or not to be: a reading that stands as it was is saved here, nothing chosen is refused. */
  save() {
    if (this.task.readings.length === 0) return false;
    const taken = this.taken;
    if (taken >= 0) {
      const { answer, reading } = this.task.readings[taken];
      this.submit({ kind: answer, adopts: reading });
      return true;
    }
    if (this.#own) return false;
    const { firstOne, firstTwo } = this.panel.dataset;
    refuse(this.buttons.length === 1 ? firstOne : firstTwo);
    this.buttons[0].focus({ preventScroll: true });
    return true;
  }

  /** The photo leaves. */
  close() {
    this.#end.abort();
    this.sides.clear();
    this.panel.remove();
  }

  /** Which reading stands in the draft as it was: 0, 1, or -1. */
  get taken() {
    return this.task.readings.findIndex(({ state }) => same(state, this.draft.state));
  }

  #part(name) {
    return this.panel.querySelector(`[data-${name}]`);
  }

  #fill() {
    const { readings, rows, question } = this.task;
    const { two, one } = this.panel.dataset;
    this.panel.querySelector("h2").textContent = rows.length > 0 ? two : one;
    this.#part("question").textContent = question;
    this.#part("question").hidden = !question;
    this.#part("rows").hidden = rows.length === 0;
    this.#part("rows").append(...rows.map(difference));
    this.buttons = readings.map((_reading, index) => this.#button(index));
    this.#part("take").append(...this.buttons);
  }

  #button(index) {
    const button = document.getElementById("settle-take").content.firstElementChild.cloneNode(true);
    const words = button.firstElementChild;
    words.textContent = words.textContent.replace("{number}", String(index + 1));
    button.querySelector("kbd").textContent = String(index + 1);
    button.addEventListener("click", () => this.#take(index));
    return button;
  }

  #take(index) {
    const { state } = this.task.readings[index];
    this.#taking = true;
    this.draft.change((now) => Object.assign(now, structuredClone(state)));
    this.#taking = false;
    this.draft.pause();
    this.#show();
  }

  // The list of people has moved its current one into sight.
  #show() {
    this.panel.querySelector("h2").scrollIntoView({ block: "nearest" });
  }

  #changed() {
    if (!this.#taking) this.#own = true;
    this.#tell();
  }

  #tell() {
    const { taken } = this;
    this.buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === taken)));
    const { own, choose, taken: words } = this.panel.dataset;
    if (taken >= 0) this.said.textContent = words.replace("{number}", String(taken + 1));
    else if (this.task.readings.length > 0) this.said.textContent = this.#own ? own : choose;
  }

  #key(event) {
    if (!this.panel.isConnected) {
      this.close();
      return;
    }
    const index = ["1", "2"].indexOf(event.key);
    if (index < 0 || this.#isMeantElsewhere(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    // Where nobody could decide there is no reading to take, and no age is typed by mistake.
    if (index >= this.buttons.length) return;
    this.#take(index);
    // On a button of the other reading Enter would take that one.
    if (this.buttons.includes(document.activeElement)) this.leave();
  }

  #isMeantElsewhere({ ctrlKey, metaKey, altKey, target }) {
    if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open], body[data-letters-off]")) return true;
    return target.closest(`${WRITING}, ${ON_PICTURE}, header`) !== null;
  }
}

function difference({ label, sides }) {
  const heading = element("th", { colSpan: 2, scope: "rowgroup", textContent: label });
  const cells = sides.map((words) => element("td", { textContent: words }));
  return element("tbody", {}, element("tr", {}, heading), element("tr", {}, ...cells));
}
