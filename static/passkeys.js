"use strict";

// Lets a button ask the browser for a passkey and send its answer with the form around it.
// Where a browser knows no passkeys, the page stays as it came: the six digits do the same.
(() => {
  const kind = window.PublicKeyCredential;
  if (!kind?.parseCreationOptionsFromJSON || !kind.parseRequestOptionsFromJSON || !kind.prototype.toJSON) {
    return;
  }

  const asks = {
    create: (options) => navigator.credentials.create({ publicKey: kind.parseCreationOptionsFromJSON(options) }),
    get: (options) => navigator.credentials.get({ publicKey: kind.parseRequestOptionsFromJSON(options) }),
  };

  const answer = async (button) => {
    const form = button.form;
    const failure = form.querySelector("[data-passkey-failed]");
    failure.hidden = true;
    const empty = [...form.querySelectorAll("[data-passkey-needs]")].find((field) => !field.value.trim());
    if (empty) {
      form.submit(); // The page says what is missing, before any device is asked.
      return;
    }
    button.disabled = true;
    try {
      const given = await asks[button.dataset.passkeyAct](JSON.parse(button.dataset.passkey));
      form.querySelector("[data-passkey-answer]").value = JSON.stringify(given.toJSON());
      form.submit();
    } catch {
      button.disabled = false;
      failure.hidden = false;
    }
  };

  for (const button of document.querySelectorAll("button[data-passkey]")) {
    button.addEventListener("click", () => answer(button));
  }
  for (const part of document.querySelectorAll("[data-with-passkeys]")) {
    part.hidden = false;
  }
  for (const part of document.querySelectorAll("[data-without-passkeys]")) {
    part.hidden = true;
  }
})();
