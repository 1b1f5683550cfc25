// My last photos by their names, in words and without pictures; each may be corrected as long as nobody else has answered since.

import { ask } from "mpm/workbench/ask.js";
import { address } from "mpm/workbench/addresses.js";
import { element } from "mpm/workbench/element.js";
import { moment, say } from "mpm/workbench/messages.js";

export function lastReadings({ dialog, correct, trouble }) {
  const list = dialog.querySelector("ol");
  const note = dialog.querySelector("[role=status]");

  function row({ reading, photo, at, text, can_take_back: canTakeBack }) {
    const name = element("span", { className: "code", textContent: photo });
    const time = element("time", { textContent: moment(at), dateTime: at });
    const item = element("li", {}, name, time, element("span", { className: "last-answer", textContent: text }));
    if (canTakeBack) {
      const button = element("button", { type: "button", className: "button button-quiet", textContent: say("correct") });
      button.setAttribute("aria-label", say("correctThis", { photo, time: time.textContent, text }));
      button.addEventListener("click", () => {
        dialog.close();
        correct(reading);
      });
      item.append(button);
    }
    return item;
  }

  return async () => {
    note.textContent = say("loading");
    list.replaceChildren();
    dialog.showModal();
    try {
      const { readings } = await ask(address("last"));
      list.replaceChildren(...readings.map(row));
      note.textContent = readings.length === 0 ? say("noneRead") : "";
      list.querySelector("button")?.focus();
    } catch (refusal) {
      note.textContent = say("offline");
      trouble(refusal);
    }
  };
}
