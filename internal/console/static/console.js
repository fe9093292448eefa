// What a page adds with scripts: live rows, the keyboard, copying, uploads. Without
// them every page still reads, and every form still works.
import { follow } from "./live.js";
import { listen } from "./keys.js";
import { receive } from "./upload.js";

document.documentElement.classList.add("js");
follow();
listen();
receive();

const own = document.querySelector('#zones [value="local"]');
if (own) {
  own.value = "local:" + Intl.DateTimeFormat().resolvedOptions().timeZone; // the server may be elsewhere
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (row && !event.target.closest("a, button")) {
    location.href = row.dataset.href;
    return;
  }
  const copied = event.target.closest("[data-copy]");
  if (copied && !String(getSelection())) {
    copy(copied);
  }
  for (const open of document.querySelectorAll("details.drop[open], .more details[open]")) {
    if (!open.contains(event.target)) {
      open.open = false;
    }
  }
});

async function copy(from) {
  try {
    await navigator.clipboard.writeText(from.dataset.copy || from.textContent);
  } catch {
    return; // the browser does not let us: the text can still be marked
  }
  const note = document.getElementById("notice");
  note.innerHTML = "";
  const line = document.createElement("p");
  line.className = "notice ok";
  line.textContent = document.body.dataset.copied;
  note.append(line);
  setTimeout(() => line.remove(), 1500);
}
