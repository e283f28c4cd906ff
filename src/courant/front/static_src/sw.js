// Keeps what a reader has read, so that it is there without a line. Everything stays on the phone.
// Bake puts the list of STATIC files in front; another look is another file, and replaces this one.

const LOOK = "courant-look-" + STATIC.join().split("").reduce((n, c) => (n * 31 + c.charCodeAt(0)) | 0, 7);
const READ = "courant-read"; // pages and pictures as they came by, the oldest thrown out
const SAVED = "courant-saved"; // what the reader saved, until it is taken out
const KEPT = 150;
const PATIENCE = 4000; // ms until a page that was read before is shown instead
const NOT_OURS = /^\/(desk|newsletter)\//;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(LOOK).then((cache) => cache.addAll([...STATIC, "/offline/"])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then(async (names) => {
    const old = names.filter((name) => name.startsWith("courant-look-") && name !== LOOK);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  }));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || NOT_OURS.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (/^\/(static|media)\//.test(url.pathname)) event.respondWith(file(event));
  else if (url.pathname.startsWith("/audio/")) event.respondWith(sound(request));
});

// The newest text if it comes in time; what was read before otherwise. Taken back is taken back.
async function page(event) {
  const { request } = event;
  const line = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected && (await mayStay(answer.clone()))) await keep(READ, request.url, answer.clone());
    else if (answer.status === 404 || answer.status === 410) await forget(request.url);
    return answer;
  });
  event.waitUntil(line.catch(() => {}));
  const before = await caches.match(bare(request.url));
  const late = new Promise((resolve) => setTimeout(resolve, before ? PATIENCE : 60000));
  const answer = await Promise.race([line, late]).catch(() => null);
  return answer || before || (await caches.match("/offline/")) || Response.error();
}

// Named by their content: what is here is right.
async function file(event) {
  const { request } = event;
  const here = await caches.match(request.url);
  if (here) return here;
  const answer = await fetch(request);
  if (answer.ok) event.waitUntil(keep(READ, request.url, answer.clone()));
  return answer;
}

// Players ask for a part of the sound; what was saved is whole.
async function sound(request) {
  const here = await caches.match(request.url);
  if (!here) return fetch(request);
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") || "");
  if (!asked) return here;
  const data = await here.blob();
  const first = Number(asked[1]);
  const last = Math.min(asked[2] ? Number(asked[2]) : data.size - 1, data.size - 1);
  const headers = {
    "Content-Type": here.headers.get("content-type"),
    "Content-Range": `bytes ${first}-${last}/${data.size}`,
    "Accept-Ranges": "bytes",
  };
  if (first > last) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${data.size}` } });
  return new Response(data.slice(first, last + 1), { status: 206, headers });
}

// A page for those who must leave no trace says so at its beginning.
async function mayStay(answer) {
  return !(await answer.text()).slice(0, 200).includes("data-unkept");
}

function bare(address) {
  return address.split(/[?#]/)[0];
}

async function keep(name, address, answer) {
  const cache = await caches.open(name);
  await cache.delete(bare(address)); // so that it is the newest of the list
  await cache.put(bare(address), answer);
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - KEPT)).map((old) => cache.delete(old)));
}

async function forget(address) {
  for (const name of [READ, SAVED]) await (await caches.open(name)).delete(bare(address));
}
