// Live pages: a stream says that something has changed, and the page asks for its own
// new rows. It asks once at a time and not more than a few times a second, so that
// many requests a second do not freeze it.
const body = document.body;
const every = 700; // ms between two looks at most
let seen = null; // what the stream said last
let shown = null; // what the page shows
let waiting = false;
let last = 0;
let paused = false;

export function follow() {
  tick();
  setInterval(tick, 1000);
  const pause = document.getElementById("pause");
  pause?.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    renew();
  });
  const stream = new EventSource("/events?component=" + encodeURIComponent(body.dataset.component));
  const light = document.getElementById("live");
  const say = (on) => {
    light.classList.toggle("on", on);
    light.querySelector("span").textContent = on ? light.dataset.yes : light.dataset.no;
  };
  stream.onopen = () => say(true);
  stream.onerror = () => say(false);
  stream.onmessage = (event) => hear(JSON.parse(event.data));
  addEventListener("pagehide", () => stream.close());
}

function hear(now) {
  for (const counter of document.querySelectorAll("[data-count]")) {
    counter.textContent = now[counter.dataset.count];
  }
  setClock(now.clock);
  sample(now);
  seen = now;
  if (!shown) {
    shown = now; // the page was made a moment ago, but something may have come since
    renew(true);
  } else {
    renew();
  }
}

// changed says whether what the page shows has changed.
function changed() {
  const requests = body.dataset.live === "requests" && seen.requests !== shown.requests;
  return requests || seen.state !== shown.state || seen.clock.offset !== shown.clock.offset;
}

async function renew(always) {
  if (body.dataset.live === "no" || waiting || paused || !seen || document.hidden || !(always || changed())) {
    return;
  }
  waiting = true;
  await new Promise((done) => setTimeout(done, Math.max(0, every - (performance.now() - last))));
  const now = seen;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      put(new DOMParser().parseFromString(await answer.text(), "text/html"));
      shown = now;
    }
  } catch {
    // the server has gone; the stream says so, and comes back with it
  }
  last = performance.now();
  waiting = false;
  renew();
}

function put(page) {
  for (const part of document.querySelectorAll("[data-live][id]")) {
    const next = page.getElementById(part.id);
    if (!next || next.innerHTML === part.innerHTML || busy(part)) {
      continue;
    }
    const keys = keysOf(part);
    const fresh = [...next.querySelectorAll("tr[data-key]")].filter((row) => !keys.includes(row.dataset.key));
    if (part.matches(".list:hover") && keysOf(next).join() !== keys.join()) {
      offer(part, next, fresh);
    } else {
      replace(part, next, keys.length > 0 ? fresh : []);
    }
  }
}

// busy says whether somebody is at work in a part: it stays as it is.
function busy(part) {
  if (part.matches(":active")) {
    return true; // a click is under way: what it began on must not go
  }
  const focus = document.activeElement;
  if (part.contains(focus) && focus.matches("input, textarea, select")) {
    return true;
  }
  const typed = [...part.querySelectorAll("textarea, input:not([type=hidden]), select")].some((field) =>
    field.matches("select") ? field.selectedIndex > 0 : field.value !== field.defaultValue);
  return typed || part.querySelector("details[open]") !== null;
}

function keysOf(part) {
  return [...part.querySelectorAll("tr[data-key]")].map((row) => row.dataset.key);
}

// replace keeps the row that the keyboard is at.
function replace(part, next, fresh) {
  held.delete(part);
  fresh.forEach((row) => row.classList.add("fresh"));
  const at = part.querySelector("tr.at")?.dataset.key;
  const focused = at !== undefined && part.contains(document.activeElement);
  part.replaceChildren(...next.childNodes);
  const row = at !== undefined && part.querySelector(`tr[data-key="${CSS.escape(at)}"]`);
  if (row) {
    row.classList.add("at");
    if (focused) {
      row.querySelector("a")?.focus({ preventScroll: true });
    }
  }
}

// held are the lists that the pointer keeps still, each with what it will show.
const held = new Map();

// offer shows how many new rows there are where the pointer keeps the list still. They
// come in when it leaves, or when the pill is clicked.
function offer(part, next, fresh) {
  if (!held.has(part)) {
    part.addEventListener("mouseleave", () => held.get(part)?.(), { once: true });
  }
  held.set(part, () => replace(part, next, fresh));
  if (fresh.length === 0) {
    return; // rows have only changed places, or gone
  }
  let pill = part.querySelector(".new-rows");
  if (!pill) {
    pill = document.createElement("button");
    pill.type = "button";
    pill.className = "new-rows";
    pill.addEventListener("click", () => held.get(part)?.());
    part.append(pill);
  }
  pill.dataset.n = fresh.length;
  pill.textContent = body.dataset.fresh.replace("{n}", fresh.length);
}

// sample says on the page that not every request is shown.
let span = { at: performance.now(), requests: null };
function sample(now) {
  const note = document.getElementById("sampled");
  if (!note) {
    return;
  }
  const seconds = (performance.now() - span.at) / 1000;
  if (span.requests !== null && seconds >= 1) {
    const rate = Math.round((now.requests - span.requests) / seconds);
    note.hidden = rate < 50;
    note.textContent = body.dataset.sampled.replace("{n}", rate);
  }
  if (span.requests === null || seconds >= 1) {
    span = { at: performance.now(), requests: now.requests };
  }
}

const clock = document.getElementById("clock");
let base = { millis: Number(clock?.dataset.millis), zone: Number(clock?.dataset.zone), at: performance.now(), frozen: clock?.dataset.frozen === "true" };

function setClock(now) {
  base = { millis: now.millis, zone: now.zone, at: performance.now(), frozen: now.frozen };
  clock.dataset.changed = now.offset || now.frozen ? "yes" : "";
  clock.querySelector(".offset").textContent = now.offset;
  clock.querySelector(".frozen").hidden = !now.frozen;
  tick();
}

function tick() {
  const millis = base.millis + (base.frozen ? 0 : performance.now() - base.at);
  const text = new Date(millis + base.zone * 1000).toISOString(); // as the server has it, wherever the browser is
  clock.querySelector("time").textContent = text.slice(0, 10) + " " + text.slice(11, 19);
}
