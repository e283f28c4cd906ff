// Shows a video or sound of another server where the reader asks for it. Without this file, and until
// then, it is a link: nothing is asked of that server.

function shown(card) {
  const { frame, shape } = card.dataset;
  const made = document.createElement("iframe");
  made.src = frame;
  made.title = card.querySelector(".embed-title").textContent;
  made.className = `embed-frame embed-${shape}`;
  made.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  // It may run its own scripts and open its own pages; it may not lead this one away.
  made.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-presentation");
  return made;
}

for (const card of document.querySelectorAll("[data-frame]")) {
  const ask = card.querySelector(".embed-ask");
  ask.hidden = false;
  ask.querySelector("button").addEventListener("click", () => {
    const made = shown(card);
    ask.replaceWith(made);
    made.focus();
  });
}
