// The list of keys, where each may be given another, and single letters may be switched off.

import { ask } from "mpm/workbench/ask.js";
import { address } from "mpm/workbench/addresses.js";
import { element } from "mpm/workbench/element.js";
import { say } from "mpm/workbench/messages.js";

const KEPT = new Set(["Tab", "Escape", "Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"]);
const shown = (key) => (key === "-" ? "−" : key.length === 1 ? key.toUpperCase() : key);

export class KeyMap {
  // `keymap` is changed in place and given to `use` whenever it was kept; `without`: actions that this page has not.
  constructor({ dialog, keymap, without, use }) {
    Object.assign(this, { dialog, keymap, use });
    this.rows = new Map();
    this.problem = dialog.querySelector("[role=alert]");
    this.letters = dialog.querySelector("input[type=checkbox]");
    const list = dialog.querySelector("[data-actions]");
    const offered = keymap.actions.filter(({ name }) => !without.includes(name));
    list.append(...offered.map((action) => this.#row(action)));
    this.letters.checked = keymap.letters_off;
    this.letters.addEventListener("change", () => this.#keep(this.#keys(), this.letters.checked));
    dialog.querySelector("[data-built]").addEventListener("click", () => this.#keep({}, this.letters.checked));
    this.hints();
  }

  open() {
    this.problem.hidden = true;
    this.dialog.showModal();
  }

  // Keys beside the buttons of the page are those of this person.
  hints() {
    const keys = new Map(this.keymap.actions.map(({ name, key }) => [name, key]));
    document.querySelectorAll("kbd[data-key]").forEach((hint) => {
      const key = keys.get(hint.dataset.key);
      hint.textContent = shown(key);
      hint.hidden = key.length === 1 && this.keymap.letters_off;
    });
    this.rows.forEach(({ button, action }, name) => {
      button.textContent = shown(keys.get(name));
      button.setAttribute("aria-label", say("changeKey", { action, key: shown(keys.get(name)) }));
    });
  }

  #row({ name, words }) {
    const button = element("button", { type: "button", className: "key" });
    button.addEventListener("click", () => {
      button.textContent = say("pressKey");
      button.addEventListener("keydown", (event) => this.#pressed(event, name), { once: true });
      button.addEventListener("blur", () => this.hints(), { once: true });
    });
    this.rows.set(name, { button, action: words });
    return element("div", { className: "key-row" }, element("dt", { textContent: words }), element("dd", {}, button));
  }

  #pressed(event, name) {
    if (KEPT.has(event.key)) {
      if (event.key === "Escape") event.preventDefault();
      this.hints();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    this.#keep({ ...this.#keys(), [name]: key }, this.letters.checked);
  }

  #keys() {
    return Object.fromEntries(this.keymap.actions.map(({ name, key }) => [name, key]));
  }

  async #keep(keys, lettersOff) {
    try {
      await ask(address("keys"), { keys, letters_off: lettersOff });
      this.keymap.letters_off = lettersOff;
      this.keymap.actions.forEach((action) => {
        action.key = keys[action.name] ?? action.built;
      });
      this.problem.hidden = true;
      this.use(this.keymap);
    } catch (refusal) {
      this.problem.textContent = refusal.message || say("offline");
      this.problem.hidden = false;
      this.letters.checked = this.keymap.letters_off;
    }
    this.hints();
  }
}
