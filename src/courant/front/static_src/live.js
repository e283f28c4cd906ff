// Live coverage that goes on: looks now and then whether there are new updates, and says how many.
// Nothing moves until the reader asks to see them. Then the page is loaded anew, at the newest of
// them: its sound is of its text. Without this file readers load the page themselves.

const EVERY = 30000; // ms
const LONGEST = 300000; // where the line or the server is bad

class Coverage {
  constructor(box) {
    this.box = box;
    this.words = box.querySelector("[data-new]");
    this.known = new Set(ids(document));
    this.pause = EVERY;
    this.looked = Date.now();
    box.querySelector("button").addEventListener("click", () => this.show());
    document.addEventListener("visibilitychange", () => this.wait());
    this.wait();
  }

  // Readers who came together do not ask together.
  wait() {
    clearTimeout(this.timer);
    if (document.hidden || this.over) return;
    const left = this.looked + this.pause - Date.now();
    this.timer = setTimeout(() => this.look(), Math.max(0, left) + Math.random() * 0.2 * EVERY);
  }

  async look() {
    try {
      const headers = this.etag ? { "If-None-Match": this.etag } : {};
      const answer = await fetch(location.pathname, { headers, cache: "no-store" });
      if (answer.ok) this.read(answer.headers.get("etag"), await answer.text());
      this.over ||= answer.status === 404 || answer.status === 410;
      this.pause = answer.ok || answer.status === 304 ? EVERY : Math.min(2 * this.pause, LONGEST);
    } catch {
      this.pause = Math.min(2 * this.pause, LONGEST);
    }
    this.looked = Date.now();
    this.wait();
  }

  read(etag, html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = ids(page).filter((id) => !this.known.has(id));
    this.etag = etag;
    this.over = !page.querySelector("[data-live]");
    if (!fresh.length || fresh.length === this.told) return;
    [this.newest] = fresh;
    this.told = fresh.length;
    this.words.textContent = this.words.dataset.new.replace("{n}", fresh.length);
    this.box.dataset.live = "new";
  }

  show() {
    history.scrollRestoration = "manual"; // the place to go to is the new one
    history.replaceState(null, "", `#${this.newest}`);
    location.reload();
  }
}

// The newest stands first.
function ids(page) {
  return [...page.querySelectorAll(".update")].map((update) => update.id);
}

// Loaded anew for its updates, it begins at the newest: a reload alone goes to no place.
if (history.scrollRestoration === "manual" && location.hash) {
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
  // Not before it is loaded: until then the browser would still go back to where the reader was.
  addEventListener("load", () => setTimeout(() => { history.scrollRestoration = "auto"; }, 1000));
}

// Not where the page is looked at elsewhere than at its own address, as at the desk.
const own = document.querySelector("link[rel=canonical]");
const box = document.querySelector("[data-live]");
if (box && own && new URL(own.href).pathname === location.pathname) new Coverage(box);
