// "Cannot decide": another person answers, and is told the question in words.

import { say } from "mpm/workbench/messages.js";

export function undecided({ dialog, answer }) {
  const note = dialog.querySelector("input");
  const problem = dialog.querySelector("[role=alert]");
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    problem.hidden = note.value.trim() !== "";
    if (!problem.hidden) {
      problem.textContent = say("needQuestion");
      note.focus();
      return;
    }
    dialog.close();
    answer(note.value.trim());
  });
  return (words = "") => {
    note.value = words;
    problem.hidden = true;
    dialog.showModal();
    note.focus();
  };
}
