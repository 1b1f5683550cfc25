// Changes on their way, remembered by this tab until they arrive or the sending ends; a killed page loses none.
const NAME = "give-changes";

export function keepForTab(changes) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(changes));
  } catch {
    // A browser that keeps nothing loses only what was on its way.
  }
}

export function keptForTab() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? "[]");
  } catch {
    return [];
  }
}

export function forgetForTab() {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // Nothing was kept.
  }
}
