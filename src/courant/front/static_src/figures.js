// Tells the paper that a story was opened, read or heard: numbers, nothing of who it was. The rules
// stand in docs/figures.md. Where the paper does not count, or the browser says no, it tells nothing.
const story = document.querySelector("[data-figures]");
const refused = navigator.doNotTrack === "1" || navigator.globalPrivacyControl;

function watch() {
  const body = story.querySelector(".story-body");
  const player = document.querySelector("[data-player]");
  const audio = player?.querySelector("audio");
  const sound = /-([0-9a-f]{12})\.json$/.exec(player?.dataset.cues)?.[1];
  const third = body.textContent.length / 72; // of the seconds that reading it takes
  const told = new Set();
  let seconds = 0; // in which the page was in front of somebody
  let seen = 0; // of the text
  let out = false;

  function tell() {
    let played = 0;
    for (let i = 0; i < audio?.played.length; i += 1) played += audio.played.end(i) - audio.played.start(i);
    const read = seconds >= 10 && seen >= 0.5;
    const now = { o: seconds, r: read, f: read && seen > 0.98 && seconds >= third, l: out || played >= 10, h: out };
    const did = Object.keys(now).filter((mark) => now[mark] && !told.has(mark));
    const heard = ((sound && player.heard?.()) || []).filter((number) => !told.has(number));
    if (!did.length && !heard.length) return;
    const report = new URLSearchParams({ story: story.dataset.story, did: did.join("") });
    if (heard.length) {
      report.set("sound", sound);
      report.set("heard", runs(heard));
    }
    if (navigator.sendBeacon(story.dataset.figures, report)) [...did, ...heard].forEach((one) => told.add(one));
  }

  setInterval(() => {
    if (document.hidden) return;
    seconds += 1;
    const { top, height } = body.getBoundingClientRect();
    seen = Math.max(seen, (innerHeight - top) / height);
  }, 1000);
  audio?.addEventListener("pause", tell);
  audio?.addEventListener("ended", () => {
    out = true;
    tell();
  });
  addEventListener("pagehide", tell);
  document.addEventListener("visibilitychange", () => document.hidden && tell());
}

// [0, 1, 2, 5] -> "0-2,5"
function runs(numbers) {
  const found = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([first, last]) => (first < last ? `${first}-${last}` : first)).join();
}

if (story && !refused) watch();
