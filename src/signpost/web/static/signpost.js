// Makes the page better where scripts run: answers arrive without a new page. Everything works without this file.
(() => {
  "use strict";
  const log = document.getElementById("log");
  const ask = document.getElementById("ask");

  document.querySelector("[data-exit]")?.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.textContent = "";
    location.replace(event.currentTarget.href);
  });

  const wake = (root) => root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  wake(document);
  if (!log || !ask) return;

  const box = ask.elements.q;
  const status = ask.querySelector("[role=status]");
  let busy = false;

  const send = async (form, data) => {
    if (busy) return;
    busy = true;
    status.textContent = status.dataset.thinking;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(data), headers: { "X-Fragment": "1" },
      });
      const html = await answer.text();
      if (!answer.ok && !html.includes("<article")) throw new Error(String(answer.status));
      document.querySelector(".lead")?.remove();
      const part = document.createElement("div");
      part.innerHTML = html; // our own template, every value escaped by the server
      const reply = part.querySelector("article");
      wake(part);
      log.append(...part.childNodes);
      ask.elements.topics.value = reply.dataset.topics;
      ask.elements.milestones.value = reply.dataset.milestones;
      ask.elements.misses.value = reply.dataset.misses;
      ask.elements.urgent.value = reply.dataset.urgent;
      status.textContent = "";
      if (form === ask) box.value = "";
      (reply.previousElementSibling?.classList.contains("mine") ? reply.previousElementSibling : reply).scrollIntoView({ block: "start" });
    } catch {
      status.textContent = status.dataset.failed;
    } finally {
      busy = false;
      if (form === ask) box.focus({ preventScroll: true });
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    if (form !== ask) data.set("role", ask.elements.role.value);
    if (form === ask && !box.value.trim()) return;
    send(form, data);
  });

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      ask.requestSubmit();
    }
  });
})();
