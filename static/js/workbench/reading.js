// Asking once what the print reads. The server destroys it with its answer, so nothing here keeps it either.

export function offerReading({ offer, url, form, tell, refuse }) {
  const button = offer?.querySelector("button");
  button?.addEventListener("click", async () => {
    button.disabled = true;
    const body = new URLSearchParams({
      lease: form.elements.lease.value,
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    });
    try {
      const response = await fetch(url, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
      if (!response.ok) throw new Error(String(response.status));
      tell((await response.json()).words);
      offer.hidden = true;
    } catch {
      refuse();
    }
  });
}
