// The picture of the workbench: all that is drawn on a photo and moved there. It meets the rest of the page only in a Draft.
//
// "digit" (detail {id, digit}): a digit was pressed on a mark. "tool" (detail: its name or null): another tool is in hand.
// "left": what had the focus is gone and nothing on the picture can take it.

import { between, place } from "mpm/workbench/box.js";
import { Boxes } from "mpm/workbench/boxes.js";
import { Covers } from "mpm/workbench/covers.js";
import { FrameEditor } from "mpm/workbench/frame_editor.js";
import { Hand } from "mpm/workbench/hand.js";
import { Marks } from "mpm/workbench/marks.js";
import { Seen, openFaces, personOn } from "mpm/workbench/seen.js";
import { TurnedDraft } from "mpm/workbench/turned_draft.js";
import { View } from "mpm/workbench/view.js";

// A cover that is added without a pointer.
const COVER = [0.35, 0.45, 0.65, 0.55];
// One that is drawn smaller than this, in fractions of the picture, was a slip.
const SLIP = 0.01;

export class Picture extends EventTarget {
  tool = null;
  #draft = null;
  #turned = null;
  #render = () => this.#draw();
  #choose = () => this.#select();

  /** `host`: the element of templates/annotation/_stage.html; it holds the words, too. */
  constructor({ host }) {
    super();
    const part = (name) => host.querySelector(`[data-${name}]`);
    const [view, plane, words] = [part("view"), part("plane"), host.dataset];
    Object.assign(this, { host, plane, words, photo: part("photo-here"), drawn: part("drawn"), said: part("said") });
    this.view = new View({ view, plane, photo: this.photo, group: part("look-at"), changed: this.#render });
    this.seen = new Seen({ faces: part("faces"), texts: part("texts"), words, take: (face) => this.#take(face) });
    this.marks = new Marks({ layer: part("marks"), plane, words, acts: this.#actsOfMarks() });
    this.covers = new Covers({ layer: part("covers"), plane, words, acts: this.#actsOfCovers() });
    this.boxes = new Boxes({ parent: part("boxes"), acts: this.#actsOfBoxes() });
    const [shape, found] = [part("frame-shape"), part("found")];
    this.frame = new FrameEditor({ plane, shape, found, words, acts: this.#actsOfFrame() });
    new Hand({ view, zoom: this.view.glass, acts: this.#actsOfHand() });
  }

  /** Show what is answered for a photo; the image may come later, the picture has its size before. */
  show(draft, image = null) {
    if (draft !== this.#draft) {
      this.clear();
      this.#draft = draft;
      this.#turned = new TurnedDraft(draft, this.view);
      draft.addEventListener("change", this.#render);
      draft.addEventListener("select", this.#choose);
      this.view.begin(draft.task);
      this.plane.hidden = false;
    }
    if (image) {
      image.draggable = false;
      image.alt = this.words.photo;
      this.photo.replaceChildren(image);
    }
    this.#draw();
  }

  clear() {
    this.#draft?.removeEventListener("change", this.#render);
    this.#draft?.removeEventListener("select", this.#choose);
    this.#draft = this.#turned = null;
    this.setTool(null);
    this.photo.replaceChildren();
    this.plane.hidden = true;
  }

  focusPerson(id) {
    this.marks.focus(id);
  }

  /** What a drag on the picture does: null (push it), "person" (a box), "corners" or "cover". */
  setTool(tool) {
    if (tool === this.tool) return;
    const hadFocus = this.frame.hasFocus;
    this.tool = tool;
    this.host.dataset.tool = tool ?? "";
    this.#draft?.pause();
    this.#draw();
    // On a narrow screen the tools are taken from below the picture.
    if (tool) this.host.scrollIntoView({ block: "nearest" });
    if (tool === "corners") this.frame.focus();
    else if (hadFocus) this.#focusSomewhere();
    this.dispatchEvent(new CustomEvent("tool", { detail: tool }));
  }

  /** One more cover, in the middle of the picture, ready to be moved. */
  addCover() {
    this.#cover(COVER);
  }

  /** Take the first face that is left as a person; false where none is. */
  takeFace() {
    const [face] = this.#draft ? openFaces(this.#draft) : [];
    if (face) this.#take(face);
    return Boolean(face);
  }

  /** Take the frame that a machine found; false where it found none. */
  useFound() {
    const found = this.#draft?.task.found_frame;
    if (found) this.#draft.change((state) => Object.assign(state, { corners: [...found] }));
    return Boolean(found);
  }

  #draw() {
    if (!this.#draft) return;
    const { people, covers, corners, found } = this.#turned;
    const selected = this.#draft.selected?.id ?? null;
    this.seen.show(this.#draft, this.view.turns);
    this.boxes.show({ people, selected, ratio: this.view.ratio, isDrawing: this.tool === "person" });
    this.covers.show(covers);
    this.marks.show(people, selected);
    this.frame.show({ corners, found, isMoving: this.tool === "corners" });
  }

  #select() {
    const id = this.#draft.selected?.id ?? null;
    this.marks.select(id);
    this.boxes.select(id);
  }

  #take(face) {
    this.focusPerson(this.#draft.add({ ...personOn(face), box: [...face.box] }));
  }

  #cover(box) {
    this.#turned.addCover(box);
    this.covers.focus(this.#turned.covers.length - 1);
  }

  #focusSomewhere() {
    const next = this.#draft?.selected ?? this.#draft?.state.people[0];
    if (next) this.focusPerson(next.id);
    else this.dispatchEvent(new CustomEvent("left"));
  }

  #actsOfMarks() {
    return {
      select: (id) => this.#draft.select(id),
      move: (id, dx, dy) => this.#turned.move(id, dx, dy),
      dragged: () => this.#draft.pause(),
      size: (id, dx, dy) => this.#turned.size(id, dx, dy),
      unbox: (id) => this.#draft.edit(id, { box: null }),
      remove: (id) => this.#draft.remove(id),
      digit: (id, digit) => this.dispatchEvent(new CustomEvent("digit", { detail: { id, digit } })),
      reveal: (place) => this.view.glass.reveal(place),
      left: () => this.dispatchEvent(new CustomEvent("left")),
    };
  }

  #actsOfBoxes() {
    return {
      select: (id) => this.focusPerson(id),
      drawn: (box) => {
        const id = this.#turned.drawBox(box);
        this.setTool(null);
        this.focusPerson(id);
      },
      changed: (id, box, isMoved) => this.#turned.changeBox(id, box, isMoved),
      dragged: () => this.#draft?.pause(),
      undo: () => this.#draft?.undo(),
    };
  }

  #actsOfCovers() {
    return {
      set: (index, box) => this.#turned.setCover(index, box),
      dragged: () => this.#draft.pause(),
      remove: (index) => this.#turned.removeCover(index),
      left: () => this.#focusSomewhere(),
    };
  }

  #actsOfFrame() {
    return {
      set: (corners) => this.#turned.setCorners(corners),
      speak: (sentence) => (this.said.textContent = sentence),
      reveal: (place) => this.view.glass.reveal(place),
      left: () => this.setTool(null),
    };
  }

  #actsOfHand() {
    return {
      draws: () => this.tool === "cover",
      holds: (element) => this.boxes.takes(element),
      draw: (from, to) => {
        this.drawn.hidden = false;
        place(this.drawn, this.#between(from, to));
      },
      drawn: (from, to) => {
        this.drawn.hidden = true;
        const box = this.#between(from, to);
        if (box[2] - box[0] < SLIP || box[3] - box[1] < SLIP) return;
        this.setTool(null);
        this.#cover(box);
      },
      stopped: () => {
        this.drawn.hidden = true;
        if (this.#draft) this.boxes.stop();
      },
    };
  }

  #between(from, to) {
    const { left, top, width, height } = this.plane.getBoundingClientRect();
    const at = ({ clientX, clientY }) => ({ x: (clientX - left) / width, y: (clientY - top) / height });
    return between(at(from), at(to));
  }
}
