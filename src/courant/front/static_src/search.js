// Finds stories in the reader's own browser, from files that say in which stories each word stands.
// stories/searched.py and lib/words.py tell what these files hold; the words are cut here as there.

const INDEX = "/search/index.json";
const A_PAGE = 10;
const GUESSES = 4; // words that a misspelt one is taken for, at most, in stacks cut by four letters
const A_WORD = 1e6; // more than a story can score by how well it has its words
const SORTED = 1000; // results in order of how well they answer
const PHRASES = 80; // stories that are read, at most, to find a phrase
const WORD = /[\p{L}\p{N}]+(?:['’ʼ][\p{L}\p{N}]+)*/gu;
const PHRASE = /["“„«]([^"“”„«»]+)["“”»]/g;
const CYRILLIC = /[Ѐ-ӿ]/;
const VOWEL = /[aeiouyаеєиіїоуюя]/;

const asked = new Map(); // what was fetched, by address

function get(address, read) {
  if (!asked.has(address)) {
    const answer = fetch(address).then((response) => {
      if (response.ok) return read(response);
      if (response.status === 404 || response.status === 410) return null; // taken back meanwhile
      throw new Error(`${address}: ${response.status}`);
    });
    answer.catch(() => asked.delete(address));
    asked.set(address, answer);
  }
  return asked.get(address);
}

const json = (address) => get(address, (response) => response.json());
const text = (address) => get(address, (response) => response.text());

// ── Words ───────────────────────────────────────────────────────────────────────────────────────

let index; // which stacks of stories there are, and the rules for words
let stop;
const stems = new Map();

export function fold(word) {
  word = word.toLowerCase();
  if (CYRILLIC.test(word)) return word.replace(/['’ʼ]/g, "").replaceAll("ґ", "г").replaceAll("ё", "е");
  word = word.replace(/['’ʼ].$/u, "").normalize("NFD").replace(/\p{M}/gu, "");
  return word.replace(/['’ʼ]/g, "");
}

function takeOff(word, step) {
  for (const [ending, instead, stays] of step) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, word.length - ending.length);
    if ([...rest].length >= stays && (instead || VOWEL.test(rest))) return rest + instead;
  }
  return word;
}

export function stem(word) {
  if (!stems.has(word)) {
    const cyrillic = CYRILLIC.test(word);
    const { steps, forms } = index.rules;
    const start = Object.hasOwn(forms, word) ? forms[word] : word;
    stems.set(word, steps[cyrillic ? "cyrillic" : "latin"].reduce(takeOff, start));
  }
  return stems.get(word);
}

function* words(line) {
  for (const { 0: word, index: at } of line.normalize("NFC").matchAll(WORD)) {
    const folded = fold(word);
    if (folded && !stop.has(folded)) yield { term: stem(folded), folded, at, length: word.length };
  }
}

// ── The index ───────────────────────────────────────────────────────────────────────────────────

// The index is older than the files: they were laid out anew meanwhile.
class Outdated extends Error {}

// A stack as the index tells it: its number, first volume, end, in how many parts, how many stories.
async function partOf([number, first, end, parts], name) {
  const found = await text(`/search/words/${number}-${first}-${end}-${parts}-${name}.txt`);
  if (found === null) throw new Outdated();
  return found;
}

function nameOf(term, parts) {
  const [a, b = 0, c = 0, d = 0] = [...term].slice(0, 4).map((letter) => letter.codePointAt(0));
  const two = a * 31 + b;
  if (parts <= index.shards) return two % parts;
  const rest = Math.floor(two / index.shards);
  const more = parts > index.short ? rest * 961 + c * 31 + d : rest;
  return (two % index.shards) + index.shards * (more % (parts / index.shards));
}

// "12C3F1/7A": pass over 12 stories, the next has weight C; a / leads to the next volume.
function* postings(row, first) {
  let volume = first;
  let number = 0;
  let passed = 0;
  for (let at = 0; at < row.length; at++) {
    const code = row.charCodeAt(at);
    if (code >= 65) {
      number += passed;
      yield [volume * index.volume + number++, code - 64];
    } else if (code === 47) {
      volume += passed + 1;
      number = 0;
    }
    passed = code < 48 || code >= 65 ? 0 : passed * 10 + code - 48;
  }
}

function* lines(part) {
  for (const line of part.split("\n")) {
    const gap = line.indexOf(" ");
    if (gap > 0) yield [line.slice(0, gap), line.slice(gap + 1)];
  }
}

// The lines that begin in one of these ways, without a look at each of a large part.
function* linesFrom(part, beginnings) {
  const whole = `\n${part}`;
  for (const begins of beginnings.map((each) => `\n${each}`)) {
    for (let at = whole.indexOf(begins); at >= 0; at = whole.indexOf(begins, at + 1)) {
      yield* lines(whole.slice(at + 1, whole.indexOf("\n", at + 1)));
    }
  }
}

// Whether one letter more, less or another, or two exchanged, make the same word; two in long ones.
function isNear(one, other) {
  const most = one.length > 7 ? 2 : 1;
  if (Math.abs(one.length - other.length) > most) return false;
  let before = [];
  let last = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      const exchanged = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (i > 1 && j > 1 && exchanged) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return false;
    [before, last] = [last, row];
  }
  return last[other.length] <= most;
}

// The two letters with which a word may begin that was misspelt.
function beginnings(term) {
  const [a, b, c = ""] = term;
  return [...new Set([a + b, b + a, b + c, a + c])];
}

// What there is that begins so, and in how many volumes.
async function vocabulary(stacks, begins) {
  const known = new Map();
  const shards = new Set(begins.map((term) => nameOf(term, index.shards)));
  await Promise.all(stacks.flatMap((stack) => [...shards].map(async (shard) => {
    for (const [term, count] of linesFrom(await partOf(stack, `v${shard}`), begins)) {
      known.set(term, (known.get(term) || 0) + Number(count));
    }
  })));
  return known;
}

const isShort = ([, , , parts]) => parts <= index.short;

// A word of the question: the terms that answer it, and how well each story does.
class Wanted {
  constructor({ term, folded }, open) {
    this.term = term;
    this.folded = folded;
    this.open = open; // it may still be typed
    this.clear();
  }

  clear() {
    this.terms = new Map(); // with how many stories have each
    this.stories = new Map();
  }

  async look(stacks) {
    this.clear();
    await this.gather(stacks, [this.term], this.begins, (term) => this.fit(term));
    if (!this.stories.size && this.term.length > 3) await this.guess(stacks);
  }

  // The words that it may be: in one part where two letters tell it, else by the vocabulary.
  async guess(stacks) {
    const near = (term) => (isNear(this.term, term) ? 0.5 : 0);
    const begins = beginnings(this.term);
    const large = stacks.filter((stack) => !isShort(stack));
    const [known] = await Promise.all([vocabulary(large, begins), this.gather(stacks.filter(isShort), begins, begins, near)]);
    for (const [term, count] of this.terms) known.set(term, (known.get(term) || 0) + count);
    const close = [...known].filter(([term]) => near(term)).sort(([, one], [, other]) => other - one);
    const guesses = close.slice(0, GUESSES).map(([term]) => term);
    await this.gather(large, guesses, guesses.map((term) => `${term} `), near);
  }

  fit(term) {
    if (term === this.term) return 1;
    return this.open && (term.startsWith(this.term) || term.startsWith(this.folded)) ? 0.6 : 0;
  }

  // How lines begin that can fit.
  get begins() {
    if (!this.open) return [`${this.term} `];
    return this.folded.startsWith(this.term) ? [this.term] : [this.term, this.folded];
  }

  // Looks into the parts of these terms, at the lines that begin so, for terms that fit.
  async gather(stacks, terms, begins, fit) {
    const places = stacks.flatMap((stack) => {
      const names = new Set(terms.map((term) => nameOf(term, stack[3])));
      return [...names].map((name) => [stack, name]);
    });
    await Promise.all(places.map(async ([stack, name]) => {
      for (const [term, row] of linesFrom(await partOf(stack, name), begins)) {
        const share = fit(term);
        if (!share) continue;
        let count = 0;
        for (const [story, weight] of postings(row, stack[1])) {
          count += 1;
          if ((this.stories.get(story) || 0) < share * weight) this.stories.set(story, share * weight);
        }
        this.terms.set(term, (this.terms.get(term) || 0) + count);
      }
    }));
  }

  // How much finding it says: little if it stands in most stories.
  worth(all) {
    return Math.log(1 + (all - this.stories.size + 0.5) / (this.stories.size + 0.5));
  }
}

// The stories that the reader's choices leave; null when nothing was chosen.
async function chosen(choices, stacks) {
  const tests = ["s", "p", "k"].filter((name) => choices[name]).map((name) => [name, (fact) => fact === `@${name}:${choices[name]}`]);
  if (choices.from || choices.to) {
    const [from, to] = [`@d:${choices.from || "0"}`, `@d:${choices.to || "9"}`];
    tests.push(["d", (fact) => fact >= from && fact <= to]);
  }
  if (!tests.length) return null;
  const sets = await Promise.all(tests.map(async ([name, test]) => {
    const set = new Set();
    await Promise.all(stacks.map(async (stack) => {
      for (const [fact, row] of lines(await partOf(stack, name))) {
        if (test(fact)) for (const [story] of postings(row, stack[1])) set.add(story);
      }
    }));
    return set;
  }));
  return sets.reduce((left, set) => new Set([...left].filter((story) => set.has(story))));
}

// ── Ranking ─────────────────────────────────────────────────────────────────────────────────────

function ask(choices) {
  const typed = choices.q.normalize("NFC");
  const phrases = [...typed.matchAll(PHRASE)].map(([, phrase]) => [...words(phrase)].map(({ term }) => term));
  const found = new Map([...words(typed)].map((word) => [word.term, word]));
  const last = [...words(typed)].at(-1);
  const open = last && last.at + last.length === typed.length ? last.term : "";
  return {
    choices,
    phrases: phrases.filter((phrase) => phrase.length > 1),
    wanted: [...found.values()].map((word) => new Wanted(word, word.term === open)),
  };
}

async function rank({ choices, wanted }, stacks) {
  const [left] = await Promise.all([chosen(choices, stacks), ...wanted.map((word) => word.look(stacks))]);
  if (!wanted.length) return { stories: [...(left || [])].sort((a, b) => b - a), complete: true };
  const all = stacks.reduce((sum, [, , , , count]) => sum + count, 0);
  const scores = new Map(); // A_WORD for each word that a story has, and how well it has them
  for (const word of wanted) {
    const worth = word.worth(all);
    for (const [story, weight] of word.stories) {
      if (!left || left.has(story)) scores.set(story, (scores.get(story) || 0) + A_WORD + worth * weight);
    }
  }
  let most = 0;
  for (const score of scores.values()) most = Math.max(most, Math.floor(score / A_WORD));
  return { stories: ordered([...scores].filter(([, score]) => score >= most * A_WORD)), complete: most === wanted.length };
}

// The best first; what nobody will turn pages to is not sorted by how good it is, but by its age.
function ordered(found) {
  let rest = [];
  if (found.length > SORTED) {
    const least = Float64Array.from(found, ([, score]) => score).sort()[found.length - SORTED];
    rest = Float64Array.from(found.filter(([, score]) => score < least), ([story]) => story).sort().reverse();
    found = found.filter(([, score]) => score >= least);
  }
  found.sort(([a, one], [b, other]) => other - one || b - a);
  return [...found.map(([story]) => story), ...rest];
}

// ── Passages ────────────────────────────────────────────────────────────────────────────────────

async function storyPage(path) {
  const html = await text(path);
  return html && new DOMParser().parseFromString(html, "text/html");
}

// Sentences with an id where the story is spoken, else its blocks.
function sentences(page) {
  const spoken = [...page.querySelectorAll(".story [data-s]:not(.byline)")];
  const plain = ".story-headline, .story-standfirst, .story-body > p, .story-body h2, .story-body li, .story-body blockquote, .story-body .box p, .story-body td, .story-body figcaption";
  return spoken.length ? spoken : [...page.querySelectorAll(plain)];
}

function holds(terms, phrase) {
  return terms.some((_, at) => phrase.every((term, n) => terms[at + n] === term));
}

// The sentence that says most of what was asked: {line, id, marks, phrase}.
function passage(page, { wanted, phrases }) {
  let best = null;
  for (const element of sentences(page)) {
    const line = element.textContent.replace(/\s+/g, " ").trim().normalize("NFC");
    const found = [...words(line)];
    const marks = found.filter(({ term }) => wanted.some((word) => word.terms.has(term)));
    const kinds = wanted.filter((word) => marks.some(({ term }) => word.terms.has(term))).length;
    const terms = found.map(({ term }) => term);
    const said = phrases.filter((phrase) => holds(terms, phrase)).length;
    const inBody = element.closest(".story-body") ? 0.5 : 0;
    const score = said * 100 + (kinds && kinds + inBody);
    if (score > (best?.score || 0)) best = { score, line, id: element.id, marks, said };
  }
  return best;
}

function marked(line, marks) {
  const from = Math.max(0, line.lastIndexOf(" ", Math.max(0, (marks[0]?.at || 0) - 90)) + 1);
  const first = marks[0]?.at > 140 ? from : 0;
  const until = line.length - first > 280 ? line.lastIndexOf(" ", first + 280) : line.length;
  const parts = [first ? "… " : ""];
  let done = first;
  for (const { at, length } of marks) {
    if (at < done || at + length > until) continue;
    const mark = document.createElement("mark");
    mark.textContent = line.slice(at, at + length);
    parts.push(line.slice(done, at), mark);
    done = at + length;
  }
  return [...parts, line.slice(done, until), until < line.length ? " …" : ""];
}

// An address that leads to the sentence: by its id, and by its words where browsers know that.
function addressOf(path, { id, line }) {
  const of = (some) => encodeURIComponent(some.join(" ")).replaceAll("-", "%2D");
  const all = line.split(" ");
  const ends = all.length > 8 ? `${of(all.slice(0, 4))},${of(all.slice(-4))}` : of(all);
  return `${path}#${id}:~:text=${ends}`;
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
}

// ── The page ────────────────────────────────────────────────────────────────────────────────────

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

class Search {
  constructor(form) {
    this.form = form;
    this.said = document.querySelector("[data-said]");
    this.list = document.querySelector("[data-results]");
    this.more = document.querySelector("[data-more]");
    this.turn = 0;
    for (const plain of document.querySelectorAll("[data-plain]")) plain.remove();
    form.hidden = false;
    this.read();
    form.addEventListener("submit", (event) => { event.preventDefault(); this.search(); });
    form.addEventListener("change", () => this.search());
    form.elements.q.addEventListener("input", () => this.later());
    this.more.addEventListener("click", () => this.show(this.turn));
    addEventListener("popstate", () => { this.read(); this.search(); });
    if (location.search) this.search();
    else form.elements.q.focus();
  }

  read() {
    const asked = new URLSearchParams(location.search);
    for (const field of this.form.elements) if (field.name) field.value = asked.get(field.name) || "";
    this.form.querySelector("details").open = ["s", "p", "k", "from", "to"].some((name) => asked.get(name));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), 200);
  }

  // Everything that was asked before is out of date: only the newest turn may show anything.
  async search() {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    delete this.said.dataset.of;
    const given = [...new FormData(this.form)].filter(([, value]) => value.trim());
    const choices = { q: "", ...Object.fromEntries(given) };
    history.replaceState(null, "", given.length ? `?${new URLSearchParams(given)}` : location.pathname);
    clearTimeout(this.slow);
    this.slow = setTimeout(() => this.say(this.form.dataset.looking), 300);
    try {
      await this.find(choices, turn);
    } catch {
      if (turn === this.turn) this.say(this.form.dataset.failed);
    }
  }

  async find(choices, turn, again = true) {
    index = await json(INDEX);
    stop = new Set(index.rules.stop);
    const question = ask(choices);
    let found;
    try {
      found = await rank(question, index.stacks);
    } catch (error) {
      if (!(error instanceof Outdated && again)) throw error;
      asked.clear();
      return this.find(choices, turn, false);
    }
    if (turn === this.turn) await this.begin(question, found, turn);
  }

  async begin(question, { stories, complete }, turn) {
    this.question = question;
    this.waiting = stories;
    this.list.replaceChildren();
    const { found, nothing, instead, looking } = this.form.dataset;
    const asked = question.wanted.length || Object.keys(question.choices).length > 1;
    if (!asked) this.say("");
    else if (!stories.length) this.say(nothing);
    else if (!complete) this.say(instead);
    else this.say(question.phrases.length ? looking : found.replace("{n}", stories.length.toLocaleString(document.documentElement.lang)));
    if (question.phrases.length) await this.keepPhrases(question, turn);
    if (turn !== this.turn) return;
    await this.show(turn);
    if (turn === this.turn) this.said.dataset.of = question.choices.q; // all is shown
  }

  // A phrase is looked for in the stories that have all of its words.
  async keepPhrases(question, turn) {
    const kept = [];
    for (let first = 0; first < Math.min(this.waiting.length, PHRASES) && kept.length < A_PAGE; first += 8) {
      const some = this.waiting.slice(first, first + 8);
      const said = await Promise.all(some.map(async (story) => {
        const page = (await card(story)) && (await storyPage((await card(story)).path));
        return page && passage(page, question)?.said === question.phrases.length;
      }));
      kept.push(...some.filter((_, n) => said[n]));
    }
    if (turn !== this.turn) return;
    this.waiting = kept;
    const { found, nothing } = this.form.dataset;
    this.say(kept.length ? found.replace("{n}", kept.length) : nothing);
  }

  async show(turn) {
    const some = this.waiting.splice(0, A_PAGE);
    const cards = (await Promise.all(some.map(card))).filter(Boolean);
    if (turn !== this.turn) return;
    const rows = cards.map((facts) => this.row(facts));
    this.list.append(...rows.map(({ row }) => row));
    this.more.hidden = !this.waiting.length;
    await Promise.all(rows.map((row) => this.addPassage(row, this.question)));
  }

  row(facts) {
    const link = make("a", "", facts.headline);
    link.href = facts.path;
    const day = new Date(facts.published).toLocaleDateString(document.documentElement.lang, { dateStyle: "long", timeZone: index.zone });
    const kicker = make("p", "kicker", make("span", "kicker-section", facts.section));
    if (facts.kind) kicker.append(" ", make("span", "kicker-kind", facts.kind));
    const said = make("p", "card-standfirst", facts.standfirst);
    const meta = make("p", "card-meta", ...(facts.names ? [make("span", "card-names", facts.names)] : []));
    const words = make("article", "card row-words", kicker, make("h2", "card-headline", link), said, meta);
    const row = make("li", `row accent-${facts.accent || "blue"}`, make("p", "row-day", day), words);
    if (facts.language !== document.documentElement.lang) words.lang = facts.language;
    return { row, facts, link, said, meta };
  }

  async addPassage({ facts, link, said, meta }, question) {
    if (!question.wanted.length) return;
    const page = await storyPage(facts.path).catch(() => null);
    const best = page && passage(page, question);
    if (!best) return;
    said.replaceChildren(...marked(best.line, best.marks));
    said.classList.add("search-passage");
    link.href = addressOf(facts.path, best);
    const cues = page.querySelector("[data-cues]")?.dataset.cues;
    if (cues && best.id) await this.addSound(cues, facts, best, meta);
  }

  async addSound(cues, { path }, { id }, meta) {
    const found = (await json(cues).catch(() => null))?.cues.find(([name]) => name === id);
    if (!found) return;
    const time = clock(found[1]);
    const link = make("a", "search-listen", this.form.dataset.listen.replace("{time}", time));
    link.href = `${path}#${id}`;
    link.addEventListener("click", () => {
      try {
        localStorage.setItem("courant:go", JSON.stringify({ path, at: Date.now() }));
      } catch {
        // Then the player waits at that place until it is told to play.
      }
    });
    meta.append(" ", make("span", "", link));
  }

  // Whatever is said, nobody has to be told any more that it takes a while.
  say(words) {
    clearTimeout(this.slow);
    this.said.textContent = words;
  }
}

const CARD = ["path", "headline", "standfirst", "section", "accent", "kind", "names", "language", "published"];

// What is shown of a story; null when it was taken back meanwhile.
async function card(story) {
  const facts = (await json(`/search/cards/${Math.floor(story / index.cards)}.json`))?.[story];
  return facts ? Object.fromEntries(CARD.map((name, n) => [name, facts[n]])) : null;
}

for (const form of document.querySelectorAll("form[data-search]")) new Search(form);
