// A Draft as the picture stands on the screen: what is read from it and written to it are places on the turned picture, and
// it keeps the places of the photo.

import { holds, middle, sizedAround, within } from "mpm/workbench/box.js";
import {
  turned,
  turnedBox,
  turnedCorners,
  unturnedBox,
  unturnedCorners,
  unturnedWay,
} from "mpm/workbench/turns.js";

// Half of a box around a mark that has none, as a fraction of the picture's width.
const HALF = 0.05;

export class TurnedDraft {
  /** `view` says how often the picture is turned, and its width by its height then. */
  constructor(draft, view) {
    Object.assign(this, { draft, view });
  }

  get people() {
    return this.draft.state.people.map((person) => this.#turned(person));
  }

  get covers() {
    return this.draft.state.covers.map((cover) => turnedBox(cover, this.view.turns));
  }

  get corners() {
    return turnedCorners(this.draft.state.corners, this.view.turns);
  }

  /** The frame that a machine found, where the contributor said nothing of it; null else. */
  get found() {
    const { found_frame: found, frame } = this.draft.task;
    return found && !frame ? turnedCorners(found, this.view.turns) : null;
  }

  move(id, dx, dy) {
    this.draft.move(id, ...unturnedWay(dx, dy, this.view.turns));
  }

  /** Make a person's box wider and higher, to all sides; the first time there comes to be one. */
  size(id, dx, dy) {
    const { x, y, box } = this.#person(id);
    const high = HALF * this.view.ratio;
    const first = [x - HALF, y - high, x + HALF, y + high].map((value) => within(value, 0, 1));
    this.#setBox(id, box ? sizedAround(box, dx, dy) : first);
  }

  /** A box was drawn. Around a mark that has none it is that person's; else it is one more person: whose it is now. */
  drawBox(box) {
    const { x, y } = middle(box);
    const far = (one) => Math.hypot(one.x - x, one.y - y);
    const [whose] = this.people.filter((one) => !one.box && holds(box, one)).sort((one, other) => far(one) - far(other));
    const kept = unturnedBox(box, this.view.turns);
    if (!whose) return this.draft.add({ ...middle(kept), box: kept });
    this.draft.edit(whose.id, { box: kept });
    return whose.id;
  }

  /** A box was dragged: all of it, and its mark goes with it, or one of its edges. */
  changeBox(id, box, isMoved) {
    const person = this.#person(id);
    if (!person?.box) return;
    if (isMoved) this.move(id, box[0] - person.box[0], box[1] - person.box[1]);
    else this.#setBox(id, box);
  }

  addCover(box) {
    this.draft.change((state) => state.covers.push(unturnedBox(box, this.view.turns)));
  }

  setCover(index, box) {
    const kept = unturnedBox(box, this.view.turns);
    this.draft.change((state) => state.covers.splice(index, 1, kept), { merge: `cover ${index}` });
  }

  removeCover(index) {
    this.draft.change((state) => state.covers.splice(index, 1));
  }

  setCorners(corners) {
    const kept = unturnedCorners(corners, this.view.turns);
    this.draft.change((state) => Object.assign(state, { corners: kept }), { merge: "corners" });
  }

  // A mark stays in its box.
  #setBox(id, box) {
    const kept = unturnedBox(box, this.view.turns);
    const { x, y } = this.draft.state.people.find((one) => one.id === id);
    const place = { x: within(x, kept[0], kept[2]), y: within(y, kept[1], kept[3]) };
    this.draft.edit(id, { box: kept, ...place }, { merge: `size ${id}` });
  }

  #person(id) {
    return this.people.find((one) => one.id === id);
  }

  #turned(person) {
    const { turns } = this.view;
    return { ...person, ...turned(person, turns), box: person.box && turnedBox(person.box, turns) };
  }
}
