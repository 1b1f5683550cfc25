// Keys of the workbench. They work after any mouse click, and never while something is being written.

const WRITING = new Set(["INPUT", "TEXTAREA", "SELECT"]);

export function listen(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const writing = WRITING.has(event.target.tagName);
    const control = event.target.closest("button, a, summary, select");
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    // Enter belongs to a focused button, except to a mark or a cover, where it means: save.
    const onPicture = control?.matches(".mark, .cover");
    if (key === "Enter" && ((control && !onPicture) || writing)) return;
    if (writing && key !== "Enter") return;
    const action = actions[key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
