// Keeps photos while their page is open and in sight; gives them back as the page is left.

import { ask, Refused, token } from "mpm/workbench/ask.js";
import { address } from "mpm/workbench/addresses.js";

const EVERY = 120_000;

function form(leases) {
  return new URLSearchParams({ csrfmiddlewaretoken: token(), leases: leases.join(",") });
}

// Done before anything else is asked, whatever a page said as it was left.
export async function giveBack(leases) {
  if (leases.length === 0) return;
  let response;
  try {
    response = await fetch(address("giveBack"), {
      method: "POST",
      body: form(leases),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
  } catch {
    throw new Refused(0);
  }
  if (!response.ok) throw new Refused(response.status);
}

// `renewed` is called when all are held for longer, `lost` with the ids of photos that are gone, `trouble` with what hindered.
export function keepLeases({ session, keep, renewed, lost, trouble }) {
  let beat = Date.now();

  async function renew() {
    const leases = session.held.map(({ task, lease }) => ({ task, lease }));
    if (document.hidden || leases.length === 0) return;
    beat = Date.now();
    try {
      const answer = await ask(address("renew"), { leases });
      session.renewed(answer.until);
      renewed();
      if (answer.lost.length > 0) lost(answer.lost);
    } catch (refusal) {
      // Without a connection the next beat tries again, and saving says what happened.
      if (refusal.status === 401) trouble(refusal);
    }
  }

  setInterval(renew, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - beat > EVERY) renew();
  });
  addEventListener("pagehide", () => {
    const held = session.held.map(({ task, lease, version }) => ({ task, lease, version }));
    if (held.length === 0) return;
    keep.givenBack = held;
    navigator.sendBeacon(address("giveBack"), form(held.map(({ lease }) => lease)));
  });
  // A page that comes out of the browser's store holds nothing any more.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
