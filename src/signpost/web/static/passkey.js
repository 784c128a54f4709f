// Carries what the server asks to the person's device, and what the device signs back in the form. Checks nothing itself.
(() => {
  "use strict";
  const passkeys = window.PublicKeyCredential;
  if (!passkeys?.parseCreationOptionsFromJSON) return;
  const form = document.querySelector("form[data-passkey]");
  const status = form.querySelector("[role=status]");
  document.getElementById("no-passkey").hidden = true;
  form.hidden = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = form.dataset.waiting;
    try {
      const body = new URLSearchParams(new FormData(form));
      const asked = await fetch(`${form.action}/challenge`, { method: "POST", body });
      const options = await asked.json();
      const made = form.dataset.passkey === "new"
        ? await navigator.credentials.create({ publicKey: passkeys.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: passkeys.parseRequestOptionsFromJSON(options) });
      form.elements.proof.value = JSON.stringify(made);
      form.submit();
    } catch {
      status.textContent = form.dataset.failed;
    }
  });
})();
