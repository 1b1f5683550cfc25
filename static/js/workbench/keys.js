// Keys of the workbench. They work after any mouse click, and never while something is being written.

export const WRITING = "input, textarea, select, [contenteditable]";
const CONTROL = "button, a, summary, [role=option]";
// On these Enter means: save, and a digit is an age.
export const ON_PICTURE = ".mark, .cover, .frame-corner";

const named = (event) => (event.key.length === 1 ? event.key.toLowerCase() : event.key);

export class Keys {
  #actions;
  #fixed;
  #canvas;

  // `actions`: what each name does; `fixed`: Escape, Delete, digit, tab; `canvas` has the focus when nothing else has.
  constructor({ keymap, actions, fixed, canvas }) {
    this.#actions = actions;
    this.#fixed = fixed;
    this.#canvas = canvas;
    this.use(keymap);
    document.addEventListener("keydown", (event) => this.#pressed(event));
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  use({ actions, letters_off: lettersOff }) {
    this.byKey = new Map(actions.map(({ name, key }) => [key, name]));
    this.lettersOff = lettersOff;
    // For those who listen to keys of their own.
    document.body.toggleAttribute("data-letters-off", lettersOff);
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    const { target } = event;
    const key = named(event);
    if (target.matches(WRITING)) {
      this.#written(event, key);
      return;
    }
    if (key === "Enter" && target.closest(CONTROL) && !target.closest(ON_PICTURE)) return;
    if (target.closest("header")) return;
    if (this.#fixedKey(event, key)) return;
    if (key.length === 1 && this.lettersOff) return;
    const action = this.#actions[this.byKey.get(key)];
    if (!action) return;
    event.preventDefault();
    // A key that is held down saves one photo, not ten.
    if (!event.repeat) action();
  }

  #written(event, key) {
    if (key === "Enter" && event.target.dataset.enter === "save") {
      event.preventDefault();
      if (!event.repeat) this.#actions.save();
    } else if (key === "Escape") {
      this.#fixed.back();
    }
  }

  #fixedKey(event, key) {
    const nowhere = event.target === document.body || event.target === this.#canvas;
    let done = false;
    if (key === "Escape") done = this.#fixed.back();
    else if (key === "Tab" && nowhere && !event.shiftKey) done = this.#fixed.tab();
    else if (key === "Delete" || key === "Backspace") done = this.#fixed.remove();
    else if (/^[1-9]$/.test(key) && !this.lettersOff) done = this.#fixed.digit(key);
    if (done) event.preventDefault();
    return done;
  }

  // A button that was clicked does not keep the keys: Enter saves again. `detail` is 0 when it was a key.
  #clicked(event) {
    const button = event.target.closest("main button");
    if (!button || event.detail === 0 || button.closest("dialog")) return;
    if (document.activeElement === button && !button.matches(ON_PICTURE)) this.#canvas.focus({ preventScroll: true });
  }
}
