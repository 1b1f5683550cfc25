// The border of a print in the rail: what stands, and three ways to answer.

import { WHOLE, isWhole, same } from "mpm/workbench/frames.js";
import { say } from "mpm/workbench/messages.js";


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
    const isUncut = isWhole(state.corners);
    const isGiven = task.frame !== null && same(state.corners, task.frame);
    this.said.textContent = say(isUncut ? "borderWhole" : isGiven ? "borderGiven" : "borderSet");
    this.corners.setAttribute("aria-pressed", String(this.picture.tool === "corners"));
    this.found.disabled = !task.found_frame || same(state.corners, task.found_frame);
    this.whole.disabled = isUncut;
  }
}
