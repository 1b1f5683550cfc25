// A drag with the mouse, a pen or one finger, from the moment at which it is one.

const FROM = 4;

/**
 * Follow the pointer that went down on `target`. `begin()`, `move(dx, dy, event)` with the whole way in CSS pixels, and
 * `end()` are only called for a drag; a press that stays where it is remains a click.
 */
export function follow(target, down, { begin = () => {}, move, end = () => {} }) {
  let isDrag = false;
  const moving = (event) => {
    if (event.pointerId !== down.pointerId) return;
    const [dx, dy] = [event.clientX - down.clientX, event.clientY - down.clientY];
    if (!isDrag && Math.hypot(dx, dy) < FROM) return;
    if (!isDrag) {
      isDrag = true;
      // Not before: the capturing element would get the click of a press.
      target.setPointerCapture(down.pointerId);
      begin();
    }
    move(dx, dy, event);
  };
  const stop = (event) => {
    if (event.pointerId !== down.pointerId) return;
    document.removeEventListener("pointermove", moving);
    document.removeEventListener("pointerup", stop);
    document.removeEventListener("pointercancel", stop);
    if (isDrag) end();
  };
  document.addEventListener("pointermove", moving);
  document.addEventListener("pointerup", stop);
  document.addEventListener("pointercancel", stop);
}
