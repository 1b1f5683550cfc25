// The boxes around heads, drawn and sized by pointer with Annotorious. It knows no person and keeps nothing: the Draft does,
// and what it says is shown here. Keys, zoom and quarter turns are ours: it only ever sees an upright ground of its own
// that has the shape of the picture as it stands on the screen.

import "mpm/workbench/process_for_vendor.js";
import { createImageAnnotator } from "vendor/annotorious/annotorious.es.js";
import { within } from "mpm/workbench/box.js";

// Annotorious's own unit; it takes no box of less than about 4 by 4 of them.
const WIDE = 2000;
const HAIR = 1e-6;
const THEIRS = "REMOTE";

export class Boxes {
  #ratio = null;
  #annotator = null;
  #ground = null;
  #selected = null;
  #isTold = false;
  #isDrawing = false;

  /** `acts`: select(id), drawn(box), changed(id, box, isMoved), dragged(), undo(). */
  constructor({ parent, acts }) {
    Object.assign(this, { parent, acts });
    parent.addEventListener("pointerdown", (event) => this.#grabbed(event), true);
    parent.addEventListener("pointerup", () => this.acts.dragged());
    parent.addEventListener("pointercancel", () => this.stop());
    new MutationObserver(() => this.#hide()).observe(parent, { childList: true, subtree: true });
    // Annotorious would undo on its own.
    window.addEventListener("keydown", (event) => this.#keepUndo(event), true);
  }

  /** `people` with boxes as the picture stands on the screen, `ratio` its width by its height. */
  show({ people, selected, ratio, isDrawing }) {
    this.#telling(() => {
      if (ratio !== this.#ratio) this.#begin(ratio);
      this.#bring(people.filter(({ box }) => box));
      this.#annotator.setDrawingEnabled(isDrawing);
      this.#isDrawing = isDrawing;
    });
    this.select(selected);
  }

  select(id) {
    this.#selected = id;
    const isThere = id !== null && !this.#isDrawing && this.#store.getAnnotation(id);
    this.#telling(() => {
      const { selection } = this.#annotator.state;
      if (!isThere) selection.clear();
      else if (!selection.isSelected(id)) selection.setSelected(id, true);
    });
  }

  /** Whether a press on this element is for a box, not for the picture. */
  takes(element) {
    return this.parent.contains(element) && (this.#isDrawing || element.closest(".a9s-annotation.selected") !== null);
  }

  /** Give up what is being drawn, and let go of what is being moved. */
  stop() {
    this.#annotator.cancelDrawing();
    this.#telling(() => this.#annotator.state.selection.clear());
    this.select(this.#selected);
  }

  get #store() {
    return this.#annotator.state.store;
  }

  get #high() {
    return WIDE / this.#ratio;
  }

  #begin(ratio) {
    this.#annotator?.destroy();
    this.#ground?.remove();
    this.#ratio = ratio;
    this.#ground = document.createElement("canvas");
    Object.assign(this.#ground, { width: WIDE, height: Math.round(this.#high) });
    this.parent.append(this.#ground);
    this.#annotator = createImageAnnotator(this.#ground, { drawingEnabled: false });
    this.#store.observe(({ changes }) => this.#told(changes), { origin: "LOCAL" });
    this.#annotator.state.selection.subscribe(({ selected }) => this.#chosen(selected));
    this.#hide();
  }

  // One by one: of several that change at once Annotorious would make all editable.
  #bring(people) {
    const ids = new Set(people.map(({ id }) => id));
    for (const { id } of this.#store.all()) {
      if (!ids.has(id)) this.#store.deleteAnnotation(id, THEIRS);
    }
    for (const { id, box } of people) {
      const known = this.#store.getAnnotation(id);
      if (!known) this.#store.addAnnotation({ id, bodies: [], target: this.#target(id, box) }, THEIRS);
      else if (this.#boxOf(known.target).some((value, at) => Math.abs(value - box[at]) > HAIR)) {
        this.#store.updateTarget(this.#target(id, box), THEIRS);
      }
    }
  }

  #target(id, [left, top, right, bottom]) {
    const bounds = { minX: left * WIDE, minY: top * this.#high, maxX: right * WIDE, maxY: bottom * this.#high };
    const [x, y, w, h] = [bounds.minX, bounds.minY, bounds.maxX - bounds.minX, bounds.maxY - bounds.minY];
    return { annotation: id, selector: { type: "RECTANGLE", geometry: { bounds, x, y, w, h, rot: 0 } } };
  }

  #boxOf({ selector: { geometry } }) {
    const { x, y, w, h } = geometry;
    return [x / WIDE, y / this.#high, (x + w) / WIDE, (y + h) / this.#high];
  }

  #told({ created, updated }) {
    for (const { id, target } of created) {
      // Annotorious chooses what it has made, and only then it may go: as a person's box it comes back.
      queueMicrotask(() => {
        this.#telling(() => this.#store.deleteAnnotation(id, THEIRS));
        this.acts.drawn(this.#boxOf(target).map((value) => within(value, 0, 1)));
      });
    }
    for (const { oldValue, newValue } of updated) {
      const [before, now] = [oldValue, newValue].map(({ target }) => target.selector.geometry);
      const isMoved = Math.abs(before.w - now.w) < HAIR && Math.abs(before.h - now.h) < HAIR;
      const box = this.#boxOf(newValue.target);
      this.acts.changed(newValue.id, isMoved ? box : box.map((value) => within(value, 0, 1)), isMoved);
    }
  }

  #chosen([first]) {
    if (this.#isTold || this.#isDrawing || (first?.id ?? null) === this.#selected) return;
    if (first) this.acts.select(first.id);
    // A press beside all boxes leaves the person chosen who was.
    else queueMicrotask(() => this.select(this.#selected));
  }

  #telling(change) {
    this.#isTold = true;
    change();
    this.#isTold = false;
  }

  // Annotorious does not follow a pointer that leaves the picture while it draws.
  #grabbed(event) {
    this.acts.dragged();
    if (this.#isDrawing) event.target.closest("svg")?.setPointerCapture(event.pointerId);
  }

  // All that can be done here by pointer, the marks do by keys; so nothing here is named or stopped at.
  #hide() {
    const layer = this.parent.querySelector(".a9s-annotationlayer");
    layer?.setAttribute("aria-hidden", "true");
    for (const stop of this.parent.querySelectorAll('[tabindex="0"]')) stop.setAttribute("tabindex", "-1");
  }

  #keepUndo(event) {
    if (!(event.ctrlKey || event.metaKey) || !["y", "z"].includes(event.key.toLowerCase())) return;
    event.stopPropagation();
    if (event.target.closest("input, textarea, dialog")) return;
    event.preventDefault();
    this.acts.undo();
  }
}
