// The loupe above a finger: what lies under it, larger, with a cross where the mark will be.

const SIZE = 140;
const TIMES = 2.5;
const ABOVE = 44;
const BESIDE = 56;

/** Draw what lies around a place of the photo (fractions); `part` is how much of the photo's width is seen. */
export function drawAround(canvas, source, { x, y, part }) {
  const context = canvas.getContext("2d");
  const width = source.naturalWidth ?? source.width;
  const height = source.naturalHeight ?? source.height;
  const reach = part * width;
  const { width: side } = canvas;
  context.fillStyle = "#111111";
  context.fillRect(0, 0, side, side);
  context.drawImage(source, x * width - reach / 2, y * height - reach / 2, reach, reach, 0, 0, side, side);
}

export class Loupe {
  constructor(canvas, frame, plane) {
    Object.assign(this, { canvas, frame, plane });
  }

  /** Show what lies at a place of the photo (fractions), under a finger at `clientX`, `clientY`. */
  show({ x, y }, { clientX, clientY }) {
    const source = this.plane.querySelector("[data-image]");
    if (!source) {
      return;
    }
    this.canvas.hidden = false;
    this.#place(clientX, clientY);
    this.#draw(source, x, y);
  }

  hide() {
    this.canvas.hidden = true;
  }

  /** Above the finger; beside it where there is no room above. */
  #place(clientX, clientY) {
    const box = this.frame.getBoundingClientRect();
    let left = clientX - SIZE / 2;
    let top = clientY - SIZE - ABOVE;
    if (top < 4) {
      top = Math.max(4, clientY - SIZE / 2);
      left = clientX > innerWidth / 2 ? clientX - SIZE - BESIDE : clientX + BESIDE;
    }
    left = Math.min(innerWidth - SIZE - 4, Math.max(4, left));
    this.canvas.style.setProperty("--left", `${left - box.left}px`);
    this.canvas.style.setProperty("--top", `${top - box.top}px`);
  }

  #draw(source, x, y) {
    const context = this.canvas.getContext("2d");
    const { width: side } = this.canvas;
    drawAround(this.canvas, source, { x, y, part: SIZE / TIMES / this.plane.clientWidth });
    for (const [colour, line] of [["#111111", 9], ["#ffffff", 4]]) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.beginPath();
      for (const sign of [-1, 1]) {
        context.moveTo(side / 2 + sign * 14, side / 2);
        context.lineTo(side / 2 + sign * 52, side / 2);
        context.moveTo(side / 2, side / 2 + sign * 14);
        context.lineTo(side / 2, side / 2 + sign * 52);
      }
      context.stroke();
    }
  }
}
