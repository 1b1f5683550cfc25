// Keeps the photo while its page is open and in sight; says so when it is gone.

const EVERY = 120_000;

export function keepLease({ url, form, lost }) {
  const renew = async () => {
    if (document.hidden) return;
    const body = new URLSearchParams({
      lease: form.elements.lease.value,
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    });
    try {
      const response = await fetch(url, { method: "POST", body, credentials: "same-origin" });
      if (response.status === 409) {
        clearInterval(timer);
        lost();
      }
    } catch {
      // No connection just now: the next beat tries again, and saving says what happened.
    }
  };
  const timer = setInterval(renew, EVERY);
}
