// The border of a print in the rail: what stands, and three ways to answer.

import { say } from "mpm/workbench/messages.js";

const WHOLE = [0, 0, 1, 0, 1, 1, 0, 1];
const same = (one, other) => one.every((value, at) => Math.abs(value - other[at]) < 1e-6);

export class Border {
  #draft = null;

  // `section` holds the sentence and the buttons data-corners, data-found and data-whole.
  constructor({ section, picture }) {
    this.picture = picture;
    this.said = section.querySelector("[data-said]");
    const [corners, found, whole] = ["corners", "found", "whole"].map((name) => section.querySelector(`[data-${name}]`));
    Object.assign(this, { corners, found, whole });
    corners.addEventListener("click", () => this.toggle());
    found.addEventListener("click", () => picture.useFound());
    whole.addEventListener("click", () => this.#clear());
    picture.addEventListener("tool", () => this.#sync());
  }

  show(draft) {
    this.#draft = draft;
    if (!draft) return;
    draft.addEventListener("change", () => this.#draft === draft && this.#sync());
    this.#sync();
  }

  toggle() {
    this.picture.setTool(this.picture.tool === "corners" ? null : "corners");
  }

  #clear() {
    this.#draft.change((state) => {
      state.corners = [...WHOLE];
    });
    this.picture.setTool(null);
  }

  #sync() {
    if (!this.#draft) return;
    const { task, state } = this.#draft;
    const isWhole = same(state.corners, WHOLE);
    const isGiven = Boolean(task.frame?.given) && same(state.corners, task.frame.corners);
    this.said.textContent = say(isWhole ? "borderWhole" : isGiven ? "borderGiven" : "borderSet");
    this.corners.setAttribute("aria-pressed", String(this.picture.tool === "corners"));
    this.found.disabled = !task.found_frame || same(state.corners, task.found_frame);
    this.whole.disabled = isWhole;
  }
}
