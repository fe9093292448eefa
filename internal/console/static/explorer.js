// The explorer with scripts: answers and programs change in place, the list filters
// while somebody types. Without them its forms do the same with a page each.
const form = document.getElementById("call");
const outcome = document.querySelector(".outcome");
const kept = "draftbox_program"; // the language that was looked at last
let turn = 0; // only the newest answer counts

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter?.value ?? "call");
  });
  let later = 0;
  const renew = () => {
    clearTimeout(later);
    outcome.setAttribute("aria-busy", "true");
    later = setTimeout(() => send("preview"), 250);
  };
  form.addEventListener("input", renew);
  form.addEventListener("change", renew);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      clearTimeout(later);
      send("call");
    }
  });
  outcome.addEventListener("change", (event) => {
    if (event.target.name === "language") {
      localStorage.setItem(kept, event.target.value);
    }
  });
  choose();
  show(document.querySelector("#endpoints [aria-current]"));
}

// show scrolls the list of calls, and nothing but it, to the one that is open.
function show(current) {
  const list = document.querySelector(".endpoints");
  if (current) {
    list.scrollTop += current.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
  }
}

const filter = document.querySelector(".endpoints .filter");
filter.addEventListener("submit", (event) => event.preventDefault());
filter.elements.q.addEventListener("input", sift);
sift();

// sift leaves the calls whose names have all the words.
function sift() {
  const words = filter.elements.q.value.toLowerCase().split(/\s+/);
  for (const family of document.querySelectorAll(".family")) {
    let left = 0;
    for (const item of family.querySelectorAll("li")) {
      item.hidden = !words.every((word) => item.dataset.find.includes(word));
      left += item.hidden ? 0 : 1;
    }
    family.hidden = left === 0;
  }
}

// send makes the call, or asks for its programs, and puts what comes in its place.
async function send(what) {
  const mine = ++turn;
  outcome.setAttribute("aria-busy", "true");
  outcome.classList.toggle("calling", what === "call");
  try {
    const sent = new FormData(form);
    sent.set("do", what);
    if (what !== "call") {
      nameFiles(sent);
    }
    const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) {
      return;
    }
    put(page, what === "call" ? ["answer", "programs", "codes", "notice"] : ["programs", "notice"]);
    const top = outcome.getBoundingClientRect().top;
    if (what === "call" && (top < 0 || top > innerHeight - 200)) { // on a phone it is below the form
      outcome.scrollIntoView();
    }
  } catch {
    say(form.dataset.failed);
  } finally {
    if (mine === turn) {
      outcome.setAttribute("aria-busy", "false");
      outcome.classList.remove("calling");
    }
  }
}

// nameFiles sends the names of files in place of the files: programs need no more.
function nameFiles(sent) {
  for (const [name, value] of [...sent.entries()]) {
    if (value instanceof File) {
      sent.delete(name);
      sent.set(name.replace("b.", "n."), value.name);
      sent.set(name.replace("b.", "t."), value.type);
    }
  }
}

function put(page, parts) {
  for (const id of parts) {
    const next = page.getElementById(id);
    if (next) {
      document.getElementById(id).replaceChildren(...next.childNodes);
    } else if (id === "answer") { // what came is another page: it says what is wrong
      say(page.querySelector("main p")?.textContent ?? form.dataset.failed);
    }
  }
  choose();
}

// choose shows the language that was looked at last.
function choose() {
  const tab = document.getElementById("tab-" + localStorage.getItem(kept));
  if (tab) {
    tab.checked = true;
  }
}

function say(text) {
  const line = document.createElement("p");
  line.className = "notice broken";
  line.textContent = text;
  document.getElementById("notice").replaceChildren(line);
}
