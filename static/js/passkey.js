// Passkeys: makes or uses one when a form marked data-passkey is sent, puts the answer into its field, and sends the form.
// "create" and "get" read their options from the page; "fetch" asks the form's address for them at the press.

const supported = globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON !== undefined;

async function optionsFor(form) {
  if (form.dataset.passkey === "fetch") {
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("options");
    return (await response.json()).request_options.publicKey;
  }
  const data = JSON.parse(form.querySelector("#passkey-options").textContent);
  return (data.creation_options ?? data.request_options).publicKey;
}

async function credentialFor(form) {
  const options = await optionsFor(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const message = form.querySelector("[data-passkey-message]");
  message.textContent = "";
  if (!supported) {
    message.textContent = message.dataset.tooOld;
    return;
  }
  try {
    const credential = await credentialFor(form);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    message.textContent = message.dataset.failed;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", send);
  // Until now a press would have sent the form without an answer.
  form.querySelector("button[type=submit]").disabled = false;
}
