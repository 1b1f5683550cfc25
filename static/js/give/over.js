// On pages where a sending is over: this tab, which somebody else may use next, remembers nothing of it.
import { forgetForTab } from "mpm/give/kept.js";

const stop = document.querySelector("form[data-stop]");
if (stop) {
  stop.addEventListener("submit", forgetForTab);
} else {
  forgetForTab();
}
