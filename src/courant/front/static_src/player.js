// The player of a spoken story: its controls, the sentence and word being read marked in the text,
// and what is to be heard next. Without this file the browser's own player is there.

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const AWAY = 8000; // ms after the reader's own scrolling in which the page does not follow the voice
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zm6 0h4v14h-4z",
  back: "M6 6h2v12H6zm12 0v12l-9-6z",
  next: "M16 6h2v12h-2zM6 6v12l9-6z",
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function make(tag, className, attributes = {}) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function clock(seconds) {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

function remembered(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) || {};
  } catch {
    return {};
  }
}

function remember(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // Private windows may refuse to keep anything: then the place is not kept.
  }
}

// What the reader put aside to hear next: [{path, title}, …].
const queue = {
  all: () => remembered("courant:queue").stories || [],
  set: (stories) => remember("courant:queue", stories.length ? { stories } : null),
  has: (path) => queue.all().some((story) => story.path === path),
  drop: (path) => queue.set(queue.all().filter((story) => story.path !== path)),
  add: (story) => queue.set([...queue.all().filter(({ path }) => path !== story.path), story]),
};

// The places of a sentence's characters in its elements, as a range that can be painted.
function rangeIn(element, start, length) {
  const range = new Range();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = start;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!begun && left < node.length) {
      range.setStart(node, left);
      begun = true;
      left += length;
    }
    if (begun && left <= node.length) {
      range.setEnd(node, left);
      return range;
    }
    left -= node.length;
  }
  return null;
}

class Player {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.audio = root.querySelector("audio");
    this.key = `courant:place:${root.dataset.key}`;
    this.seconds = 0;
    this.cues = [];
    this.current = this.word = -1;
    this.path = location.pathname;
    this.scrolled = -AWAY;
    this.place = remembered(this.key).at || 0;
    this.cuesAsked = this.loadCues();
    root.heard = () => this.heard(); // figures.js asks
    this.build();
    this.listen();
    this.restore();
    this.offer();
    this.cuesAsked.then(() => {
      this.arriveAtSentence();
      this.arriveFromQueue();
    });
  }

  async loadCues() {
    try {
      const response = await fetch(this.words.cues);
      if (!response.ok) return;
      const { v, seconds, cues } = await response.json();
      if (v !== 2) return;
      this.seconds = seconds;
      this.cues = cues
        .map(([id, start, end, words = []], number) => ({
          element: document.getElementById(id), start, end, words, number,
        }))
        .filter((cue) => cue.element);
      document.documentElement.classList.toggle("can-seek", this.cues.length > 0);
      this.show();
    } catch {
      // No cues: the sound still plays, nothing is marked.
    }
  }

  build() {
    const { play, seek, speed, back, next } = this.words;
    this.button = make("button", "player-play", { type: "button", "aria-label": play });
    this.button.append(icon("play"));
    this.back = make("button", "player-step", { type: "button", "aria-label": back, title: back });
    this.back.append(icon("back"));
    this.next = make("button", "player-step", { type: "button", "aria-label": next, title: next });
    this.next.append(icon("next"));
    this.bar = make("input", "player-bar", {
      type: "range", min: 0, max: 1000, value: 0, step: 1, "aria-label": seek,
    });
    this.time = make("span", "player-time");
    this.speed = make("select", "player-speed", { "aria-label": speed });
    for (const rate of SPEEDS) {
      const option = make("option", "", { value: rate });
      option.textContent = `${rate}×`;
      this.speed.append(option);
    }
    this.speed.value = "1";
    this.trouble = make("p", "player-trouble", { role: "alert" });
    this.later = make("button", "player-later", { type: "button" });
    this.list = make("ol", "player-queue", { "aria-label": this.words.queue });
    const controls = make("div", "player-controls");
    controls.append(this.back, this.button, this.next, this.bar, this.time, this.speed);
    this.audio.before(controls);
    this.audio.after(this.trouble, this.later, this.list);
    this.audio.controls = false;
    this.root.classList.add("player-made");
  }

  listen() {
    const { audio } = this;
    this.button.addEventListener("click", () => this.toggle());
    this.back.addEventListener("click", () => this.step(-1));
    this.next.addEventListener("click", () => this.step(1));
    this.bar.addEventListener("input", () => this.seek((this.bar.value / 1000) * this.length()));
    this.speed.addEventListener("change", () => this.setSpeed(Number(this.speed.value)));
    for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, () => this.show());
    for (const name of ["timeupdate", "seeked", "durationchange"]) {
      audio.addEventListener(name, () => this.tick());
    }
    audio.addEventListener("play", () => this.root.classList.add("player-used"));
    audio.addEventListener("play", () => this.follow());
    audio.addEventListener("play", () => this.announce(), { once: true });
    audio.addEventListener("ended", () => this.finish());
    audio.addEventListener("error", () => this.fail());
    // With several forms the element itself is silent about the last one that failed.
    [...audio.querySelectorAll("source")].at(-1)?.addEventListener("error", () => this.fail());
    this.later.addEventListener("click", () => this.putAside());
    this.list.addEventListener("click", (event) => this.takeOut(event));
    addEventListener("storage", () => this.offer());
    for (const name of ["wheel", "touchmove", "keydown"]) {
      addEventListener(name, (event) => this.noticeScroll(event), { passive: true });
    }
    document.addEventListener("click", (event) => this.clicked(event));
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    addEventListener("pagehide", () => this.keep());
  }

  restore() {
    const rate = remembered("courant:speed").rate;
    if (SPEEDS.includes(rate)) {
      this.speed.value = String(rate);
      this.setSpeed(rate);
    }
    this.show();
  }

  length() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : this.seconds;
  }

  at() {
    return this.audio.readyState && !this.awaited ? this.audio.currentTime : this.place;
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  play(from = null) {
    this.trouble.textContent = "";
    if (this.audio.error) {
      this.place = from ?? this.at(); // a phone that came out of a tunnel
      this.audio.load();
      from = this.place;
    }
    if (from !== null) this.seek(from);
    else if (!this.audio.readyState && this.place) this.seek(this.place);
    // A rejected play() also fires "error" when the file is at fault; a refusal needs no words.
    this.audio.play().catch((error) => (error.name === "NotSupportedError" ? this.fail() : this.show()));
  }

  seek(seconds) {
    this.place = Math.max(0, seconds);
    if (this.audio.readyState) {
      this.audio.currentTime = this.place;
    } else {
      this.awaited = true; // until then the place wanted counts, not the sound's first second
      this.audio.addEventListener("loadedmetadata", () => this.arrive(), { once: true });
      this.audio.preload = "metadata";
    }
    this.tick();
  }

  arrive() {
    this.awaited = false;
    this.audio.currentTime = this.place;
  }

  step(by) {
    if (!this.cues.length) return this.seek(this.at() + by * 10);
    const now = this.find(this.at());
    const late = now >= 0 && this.at() - this.cues[now].start > 1.5;
    const wanted = by < 0 && late ? now : now + by;
    this.seek(this.cues[Math.min(Math.max(wanted, 0), this.cues.length - 1)].start);
  }

  setSpeed(rate) {
    this.audio.defaultPlaybackRate = this.audio.playbackRate = rate;
    remember("courant:speed", { rate });
  }

  follow() {
    // timeupdate comes four times a second; a short sentence needs better.
    const again = () => {
      if (this.audio.paused) return;
      this.mark();
      requestAnimationFrame(again);
    };
    requestAnimationFrame(again);
  }

  tick() {
    this.mark();
    this.show();
    if (!this.audio.paused && Math.abs(this.at() - (this.kept || 0)) > 5) this.keep();
  }

  find(seconds) {
    let low = 0;
    let high = this.cues.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.cues[middle].start <= seconds + 0.01) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }

  // The numbers of the sentences that were played from beginning to end.
  heard() {
    const { played } = this.audio;
    const whole = ({ start, end }) => {
      for (let i = 0; i < played.length; i += 1) {
        if (played.start(i) <= start + 0.3 && played.end(i) >= end - 0.3) return true;
      }
      return false;
    };
    return this.cues.filter(whole).map(({ number }) => number);
  }

  mark() {
    const started = !this.audio.paused || this.audio.currentTime > 0;
    const index = started && !this.audio.ended ? this.find(this.at()) : -1;
    if (index === this.current) return this.markWord();
    this.unmark();
    this.current = index;
    if (index < 0) return;
    const { element } = this.cues[index];
    element.classList.add("reading");
    element.setAttribute("aria-current", "true");
    if (!this.audio.paused) this.scrollTo(element);
    this.markWord();
  }

  markWord() {
    const cue = this.cues[this.current];
    if (!cue?.words.length || !globalThis.CSS?.highlights) return;
    const at = (this.at() - cue.start) * 100 + 2;
    let word = -1;
    for (let i = 0; i < cue.words.length && cue.words[i] <= at; i += 3) word = i;
    if (word === this.word) return;
    this.word = word;
    const range = word >= 0 && rangeIn(cue.element, cue.words[word + 1], cue.words[word + 2]);
    if (range) CSS.highlights.set("courant-word", new Highlight(range));
    else CSS.highlights.delete("courant-word");
  }

  unmark() {
    this.word = -1;
    globalThis.CSS?.highlights?.delete("courant-word");
    const element = this.cues[this.current]?.element;
    element?.classList.remove("reading");
    element?.removeAttribute("aria-current");
    this.current = -1;
  }

  scrollTo(element) {
    if (performance.now() - this.scrolled < AWAY) return;
    const { top, bottom } = element.getBoundingClientRect();
    if (top >= innerHeight * 0.1 && bottom <= innerHeight * 0.85) return;
    // Somebody who has gone to another part of the page stays there.
    if (bottom < -innerHeight || top > innerHeight * 2) return;
    element.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  }

  noticeScroll(event) {
    const keys = ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "];
    if (event.type === "keydown" && (this.root.contains(event.target) || !keys.includes(event.key))) return;
    this.scrolled = performance.now();
  }

  clicked(event) {
    if (event.defaultPrevented || event.button || event.detail > 1) return;
    if (event.target.closest("a, button, input, select, summary, label")) return;
    if (String(getSelection())) return;
    const sentence = event.target.closest("[data-s]");
    const cue = sentence && this.cues.find(({ element }) => element === sentence);
    if (cue) this.play(cue.start);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const own = event.target.closest("button, select, input");
    const hop = own === this.bar && { ArrowLeft: -5, ArrowRight: 5 }[event.key];
    if (hop) {
      this.seek(this.at() + hop);
      event.preventDefault();
      return;
    }
    const act = { k: () => this.toggle(), j: () => this.step(-1), l: () => this.step(1) }[event.key];
    if (act) act();
    else if (event.key === " " && !own) this.toggle();
    else return;
    event.preventDefault();
  }

  show() {
    const playing = !this.audio.paused && !this.audio.ended;
    const { play, pause, of } = this.words;
    if (playing !== this.playing) {
      this.button.replaceChildren(icon(playing ? "pause" : "play"));
      this.button.setAttribute("aria-label", playing ? pause : play);
      this.root.classList.toggle("is-playing", playing);
      this.playing = playing;
    }
    const length = this.length();
    const at = Math.min(this.at(), length || Infinity);
    this.time.textContent = length ? `${clock(at)} / ${clock(length)}` : clock(at);
    const share = length ? Math.round((at / length) * 1000) : 0;
    this.bar.value = share;
    this.bar.style.setProperty("--done", `${share / 10}%`);
    this.tellLockScreen(at, length);
    this.bar.setAttribute("aria-valuetext", of.replace("{at}", clock(at)).replace("{all}", clock(length)));
  }

  tellLockScreen(position, duration) {
    if (!duration || this.audio.paused || !navigator.mediaSession?.setPositionState) return;
    const playbackRate = this.audio.playbackRate;
    navigator.mediaSession.setPositionState({ duration, playbackRate, position });
  }

  keep() {
    const at = this.at();
    this.kept = at;
    const worth = at > 5 && at < this.length() - 5;
    remember(this.key, worth ? { at } : null);
  }

  finish() {
    this.place = 0;
    this.root.classList.remove("player-used");
    this.unmark();
    remember(this.key, null);
    this.audio.currentTime = 0;
    this.goOn();
  }

  goOn() {
    queue.drop(this.path);
    const [next] = queue.all();
    this.offer();
    if (!next) return;
    remember("courant:go", { path: next.path, at: Date.now() });
    location.assign(next.path + "#listen");
  }

  // An address that names a sentence is a place in the sound too.
  arriveAtSentence() {
    const id = decodeURIComponent(location.hash.slice(1).split(":~:")[0]);
    const cue = id && this.cues.find(({ element }) => element.id === id);
    if (!cue || !this.audio.paused) return;
    this.place = cue.start;
    this.show();
  }

  // A story that another one led to begins by itself, where the browser lets it.
  arriveFromQueue() {
    const { path, at } = remembered("courant:go");
    if (path !== this.path) return;
    remember("courant:go", null);
    if (Date.now() - at > 60000) return;
    this.button.focus({ preventScroll: true });
    this.play(this.place);
  }

  putAside() {
    if (queue.has(this.path)) queue.drop(this.path);
    else queue.add({ path: this.path, title: this.words.title });
    this.offer();
  }

  takeOut(event) {
    const path = event.target.closest("button")?.value;
    if (!path) return;
    queue.drop(path);
    this.offer();
    this.later.focus();
  }

  offer() {
    const { later, remove, add } = this.words;
    const here = queue.has(this.path);
    this.later.textContent = later;
    this.later.setAttribute("aria-pressed", here);
    const rows = queue.all().filter(({ path }) => path !== this.path).map(({ path, title }) => {
      const row = make("li");
      const link = make("a", "", { href: path + "#listen" });
      const button = make("button", "", { type: "button", value: path, "aria-label": `${remove}: ${title}` });
      link.textContent = title;
      button.textContent = "×";
      row.append(link, button);
      return row;
    });
    this.list.replaceChildren(...rows);
    for (const mark of document.querySelectorAll(".card .card-audio")) this.offerCard(mark, add);
  }

  offerCard(mark, add) {
    const link = mark.closest(".card").querySelector(".card-headline a");
    const path = link.pathname;
    let button = mark.querySelector("button");
    if (!button) {
      button = make("button", "card-queue", { type: "button", "aria-label": `${add}: ${link.textContent}` });
      button.addEventListener("click", () => {
        if (queue.has(path)) queue.drop(path);
        else queue.add({ path, title: link.textContent });
        this.offer();
      });
      mark.append(button);
    }
    button.textContent = queue.has(path) ? "✓" : "+";
    button.setAttribute("aria-pressed", queue.has(path));
  }

  fail() {
    this.unmark();
    this.trouble.textContent = this.words.error;
    this.show();
  }

  announce() {
    if (!("mediaSession" in navigator)) return;
    const picture = document.querySelector('meta[property="og:image"]')?.content;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: this.words.title,
      artist: this.words.paper,
      artwork: picture ? [{ src: picture }] : [],
    });
    const actions = {
      play: () => this.play(),
      pause: () => this.audio.pause(),
      previoustrack: () => this.step(-1),
      nexttrack: () => this.step(1),
      seekbackward: () => this.seek(this.at() - 10),
      seekforward: () => this.seek(this.at() + 10),
      seekto: ({ seekTime }) => this.seek(seekTime),
    };
    if (queue.all().some(({ path }) => path !== this.path)) actions.nexttrack = () => this.goOn();
    for (const [name, act] of Object.entries(actions)) {
      try {
        navigator.mediaSession.setActionHandler(name, act);
      } catch {
        // This browser does not know that action.
      }
    }
  }
}

for (const root of document.querySelectorAll("[data-player]")) new Player(root);
