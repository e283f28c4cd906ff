// Opens a story's pictures large, one after the other. Without this file their links lead to them.
const links = [...document.querySelectorAll("a.enlarge")];
const words = document.querySelector("[data-pictures]")?.dataset;

function button(name, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `lightbox-${name}`;
  made.setAttribute("aria-label", label);
  made.textContent = { close: "×", back: "‹", next: "›" }[name];
  made.addEventListener("click", act);
  return made;
}

class Lightbox {
  constructor() {
    this.at = 0;
    this.dialog = document.createElement("dialog");
    this.dialog.className = "lightbox";
    this.dialog.setAttribute("aria-label", words.pictures);
    this.figure = document.createElement("figure");
    this.count = document.createElement("p");
    this.count.setAttribute("role", "status");
    const close = button("close", words.close, () => this.dialog.close());
    this.dialog.append(close, this.figure, this.count);
    if (links.length > 1) {
      const back = button("back", words.back, () => this.show(this.at - 1));
      this.dialog.append(back, button("next", words.next, () => this.show(this.at + 1)));
    }
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => links[this.at].focus());
    document.body.append(this.dialog);
  }

  open(link) {
    this.dialog.showModal();
    this.show(links.indexOf(link));
  }

  show(wanted) {
    this.at = (wanted + links.length) % links.length;
    const link = links[this.at];
    const image = new Image();
    image.alt = link.querySelector("img").alt;
    image.src = link.href;
    this.figure.replaceChildren(image);
    const caption = link.closest("figure")?.querySelector("figcaption");
    if (caption) this.figure.append(caption.cloneNode(true));
    this.count.textContent = `${this.at + 1} / ${links.length}`;
  }

  pressed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || links.length < 2) return;
    this.show(this.at + step);
    event.preventDefault();
  }
}

let lightbox;
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.enlarge");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (!globalThis.HTMLDialogElement || !words) return;
  event.preventDefault();
  lightbox ??= new Lightbox();
  lightbox.open(link);
});
