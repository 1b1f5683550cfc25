// Elements on the picture that are drawn afresh after every change, and stay themselves meanwhile: what has the focus, or is
// being dragged, keeps it.

export class Layer {
  #shown = new Map();

  /** `make(key)` gives a new element; `draw(element, item, index)` brings it to what is known of an item. */
  constructor(parent, { make, draw }) {
    Object.assign(this, { parent, make, draw });
  }

  get(key) {
    return this.#shown.get(key);
  }

  get elements() {
    return [...this.parent.children];
  }

  /** Show these items, [key, item] each, in this order; gives back where focus was lost: an index, or null. */
  show(entries) {
    const keys = new Set(entries.map(([key]) => key));
    let lost = null;
    for (const [key, element] of [...this.#shown]) {
      if (keys.has(key)) continue;
      if (element === document.activeElement) lost = this.elements.indexOf(element);
      element.remove();
      this.#shown.delete(key);
    }
    entries.forEach(([key, item], index) => {
      const element = this.#shown.get(key) ?? this.make(key);
      this.#shown.set(key, element);
      // Moving an element takes its focus away.
      if (this.parent.children[index] !== element) this.parent.insertBefore(element, this.parent.children[index] ?? null);
      this.draw(element, item, index);
    });
    return lost;
  }
}
