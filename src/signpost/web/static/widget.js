// One script tag puts Signpost on another page: <script src="https://…/widget.js" async></script>
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const words = document.currentScript.dataset;
  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  const open = words.label || "Ask about special needs help";
  const close = words.close || "Close";
  button.type = "button";
  button.textContent = open;
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, {
    position: "fixed", right: "1rem", bottom: "1rem", zIndex: 2147483000, font: "600 1rem/1.4 system-ui, sans-serif", padding: ".8rem 1.2rem",
    background: "#14505c", color: "#fff", border: "2px solid #fff", borderRadius: "2rem", cursor: "pointer",
  });
  frame.title = open;
  frame.hidden = true;
  frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads");
  frame.referrerPolicy = "no-referrer";
  Object.assign(frame.style, {
    position: "fixed", right: "1rem", bottom: "5rem", zIndex: 2147483000, width: "min(26rem, calc(100vw - 2rem))",
    height: "min(40rem, calc(100vh - 7rem))", border: "2px solid #14505c", borderRadius: "8px", background: "#fff",
  });
  const toggle = (show) => {
    if (show && !frame.src) frame.src = home + "/embed";
    frame.hidden = !show;
    button.textContent = show ? close : open;
    button.setAttribute("aria-expanded", String(show));
    (show ? frame : button).focus();
  };
  button.addEventListener("click", () => toggle(frame.hidden));
  document.addEventListener("keydown", (event) => event.key === "Escape" && !frame.hidden && toggle(false));
  document.body.append(frame, button);
})();
