// Lets the paper be read without a line: starts the worker that keeps pages, saves a story with its
// sound when asked to, and lists on /offline/ what is there. Without it nothing is kept.

const SAVED = "courant-saved";

async function begin() {
  await navigator.serviceWorker.register("/sw.js");
  if (!navigator.serviceWorker.controller) {
    // The first page of all came before the worker; the browser has it still and need not ask again.
    await navigator.serviceWorker.ready;
    await (await caches.open("courant-read")).add(new Request(location.pathname, { cache: "force-cache" }));
  }
  for (const button of document.querySelectorAll("[data-keep]")) offer(button);
  for (const list of document.querySelectorAll("[data-kept]")) await show(list);
}

// The page with its pictures as they are shown here, the sound in the form that plays here, its cues.
function parts() {
  const sound = [...document.querySelectorAll("[data-player] source")].find(
    (source) => document.createElement("audio").canPlayType(source.type)
  );
  const pictures = [...document.querySelectorAll("article.story img")].map((image) => image.currentSrc);
  const cues = document.querySelector("[data-cues]")?.dataset.cues;
  return [location.pathname, sound?.getAttribute("src"), cues, ...pictures].filter(Boolean);
}

async function offer(button) {
  const cache = await caches.open(SAVED);
  const show = async (words) => {
    const here = Boolean(await cache.match(location.pathname));
    button.setAttribute("aria-pressed", here);
    button.textContent = words || (here ? button.dataset.done : button.dataset.keep);
    button.hidden = false;
    return here;
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    const here = Boolean(await cache.match(location.pathname));
    try {
      if (here) await Promise.all(parts().map((part) => cache.delete(part)));
      else await save(cache);
      await show();
    } catch {
      await cache.delete(location.pathname);
      await show(button.dataset.failed);
    }
    button.disabled = false;
  });
  await show();
}

// The page last: what has a page is whole.
async function save(cache) {
  for (const image of document.querySelectorAll("article.story img")) image.loading = "eager";
  const [page, ...rest] = parts();
  await cache.addAll([...new Set(rest)]);
  await cache.add(page);
}

async function show(list) {
  const rows = new Map();
  for (const name of [SAVED, "courant-read"]) {
    const cache = await caches.open(name);
    for (const request of (await cache.keys()).reverse()) {
      const { pathname } = new URL(request.url);
      if (!pathname.endsWith("/") || pathname === "/offline/" || rows.has(pathname)) continue;
      const html = await (await cache.match(request)).text();
      const page = new DOMParser().parseFromString(html, "text/html");
      const link = document.createElement("a");
      link.href = pathname;
      link.textContent = page.querySelector("h1")?.textContent || page.title;
      const row = document.createElement("li");
      row.append(link, name === SAVED ? ` ${list.dataset.kept}` : "");
      rows.set(pathname, row);
    }
  }
  list.replaceChildren(...rows.values());
}

if ("serviceWorker" in navigator && globalThis.caches) begin().catch(() => {});
