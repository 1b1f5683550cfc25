// The description: words of the vocabulary, found by typing, chosen by arrows and Enter or by a press, shown as chips.

import { element } from "mpm/workbench/element.js";
import { announce, say } from "mpm/workbench/messages.js";

const plain = (text) => text.toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

export class Describe {
  #draft = null;
  #active = null;
  #isOpen = false;

  // `field` is the combobox, `list` its listbox, `chips` what was chosen, `none` says that no word is like what was typed;
  // `groups` is the vocabulary.
  constructor({ field, list, chips, none, groups }) {
    Object.assign(this, { field, list, chips, none });
    this.groups = groups.map((group) => this.#group(group));
    this.options = this.groups.flatMap(({ options }) => options);
    field.addEventListener("focus", () => this.#open());
    field.addEventListener("input", () => this.#filter());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.#close());
    // A press in the list leaves the focus in the field, so the list stays.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  show(draft) {
    this.#draft = draft;
    this.#close();
    if (!draft) return;
    draft.addEventListener("change", () => this.#draft === draft && this.#sync());
    this.#sync();
  }

  focus() {
    this.field.focus();
  }

  #group({ group, label, terms }) {
    const name = element("span", { className: "terms-group", id: `terms-${group}`, textContent: label });
    const options = terms.map((term) => this.#option(term));
    const shown = element("div", {}, name, ...options.map(({ item }) => item));
    shown.setAttribute("role", "group");
    shown.setAttribute("aria-labelledby", name.id);
    this.list.append(shown);
    return { shown, options };
  }

  #option({ id, label }) {
    const item = element("span", { className: "term", id: `term-${id}`, textContent: label });
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const option = { id, label, item, plain: plain(label) };
    item.addEventListener("click", () => this.#toggle(option));
    return option;
  }

  #toggle({ id, label }) {
    const had = this.#draft.state.terms.includes(id);
    this.#draft.change((state) => {
      state.terms = had ? state.terms.filter((term) => term !== id) : [...state.terms, id];
    });
    announce(say(had ? "termGone" : "termChosen", { term: label }));
    this.field.value = "";
    this.#filter();
  }

  #sync() {
    const chosen = new Set(this.#draft.state.terms);
    this.options.forEach(({ id, item }) => item.setAttribute("aria-selected", String(chosen.has(id))));
    this.chips.replaceChildren(
      ...this.#draft.state.terms.map((id) => this.#chip(this.options.find((option) => option.id === id) ?? { id, label: id })),
    );
  }

  #chip(option) {
    const button = element("button", { type: "button", className: "chip", textContent: option.label });
    button.setAttribute("aria-label", say("removeTerm", { term: option.label }));
    button.addEventListener("click", () => {
      const next = button.closest("li").nextElementSibling ?? button.closest("li").previousElementSibling;
      const place = [...this.chips.children].indexOf(next);
      const byKey = document.activeElement === button;
      this.#toggle(option);
      if (byKey) (this.chips.children[Math.max(0, place - 1)]?.querySelector("button") ?? this.field).focus();
    });
    return element("li", {}, button);
  }

  #open() {
    this.#isOpen = true;
    this.#filter();
    this.#reveal();
  }

  // The words below the field are to be seen, too. Only the rail moves.
  #reveal() {
    const section = this.field.closest("section");
    const rail = section.parentElement;
    if (rail.scrollHeight > rail.clientHeight) rail.scrollTop = section.offsetTop - rail.offsetTop;
    else section.scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.#isOpen = false;
    this.field.value = "";
    this.#filter();
  }

  #filter() {
    const wanted = plain(this.field.value.trim());
    this.options.forEach((option) => {
      option.item.hidden = !option.plain.includes(wanted);
    });
    this.groups.forEach(({ shown, options }) => {
      shown.hidden = options.every(({ item }) => item.hidden);
    });
    const [best = null] = this.#visible();
    this.list.hidden = !this.#isOpen || !best;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.none.textContent = best ? "" : say("noTerm");
    // What was typed has a best answer; without a word nothing is chosen before an arrow says so.
    this.#activate(wanted ? best : null);
  }

  #visible() {
    return this.options.filter(({ item }) => !item.hidden);
  }

  #activate(option) {
    this.#active?.item.classList.remove("active");
    this.#active = option;
    option?.item.classList.add("active");
    if (option) {
      this.field.setAttribute("aria-activedescendant", option.item.id);
      option.item.scrollIntoView({ block: "nearest" });
    } else {
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const visible = this.#visible();
      const at = visible.indexOf(this.#active);
      if (!this.#isOpen) this.#open();
      else this.#activate(visible[(at < 0 && step < 0 ? visible.length - 1 : at + step + visible.length) % visible.length] ?? null);
    } else if (event.key === "Enter") {
      if (this.#active) this.#toggle(this.#active);
    } else if (event.key === "Backspace" && this.field.value === "") {
      const last = this.#draft.state.terms.at(-1);
      if (last) this.#toggle(this.options.find(({ id }) => id === last) ?? { id: last, label: last });
    } else {
      return;
    }
    event.preventDefault();
  }
}
