// Places on a photo: fractions of its width and height, from the top left.

/** What an arrow key does to a place, in steps. */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The nearest fraction that lies on the photo. */
export function clamp(fraction) {
  return Math.min(1, Math.max(0, fraction));
}
