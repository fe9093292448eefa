// Uploads with progress: dropped files and chosen ones go one after the other, each
// with a version of its own.
export function receive() {
  const form = document.getElementById("upload");
  if (!form) {
    return;
  }
  form.elements.package.multiple = true; // without a script the form sends one
  const over = (event, on) => {
    event.preventDefault();
    form.classList.toggle("over", on);
  };
  form.addEventListener("dragover", (event) => over(event, true));
  form.addEventListener("dragleave", (event) => over(event, false));
  form.addEventListener("drop", (event) => {
    over(event, false);
    sendAll(form, event.dataTransfer.files);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll(form, form.elements.package.files);
  });
}

async function sendAll(form, files) {
  if (!form.elements.version.reportValidity()) {
    return;
  }
  let next = "";
  let refused = false;
  const version = form.elements.version;
  for (const file of files) {
    const location = await send(form, file);
    next = location || next;
    refused ||= !location;
    if (location) {
      version.value = countOn(version.value);
    }
  }
  if (next && !refused) {
    location.href = next;
  }
}

// countOn is the version after one, as the server offers it.
function countOn(version) {
  return version.replace(/\d{1,9}$/, (last) => String(Number(last) + 1));
}

// send uploads one file and returns where its draft is; empty if it was refused.
function send(form, file) {
  const line = document.createElement("li");
  const name = document.createElement("code");
  const bar = document.createElement("progress");
  const said = document.createElement("span");
  name.textContent = `${file.name} ${form.elements.version.value}`;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  line.append(name, bar, said);
  form.querySelector(".progress").append(line);
  const fields = new FormData();
  for (const field of ["source", "version", "description", "developer"]) {
    if (form.elements[field]) {
      fields.append(field, form.elements[field].value);
    }
  }
  fields.append("package", file);
  return new Promise((done) => {
    const call = new XMLHttpRequest();
    const refuse = (text) => {
      said.className = "bad";
      said.textContent = text;
      done("");
    };
    call.upload.addEventListener("progress", (event) => {
      bar.value = event.total ? event.loaded / event.total : 0;
    });
    call.addEventListener("error", () => refuse(form.dataset.failed));
    call.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(call.responseText);
      } catch {
        // no answer of ours: the text below says so
      }
      if (call.status !== 200) {
        refuse(answer.error || form.dataset.failed);
        return;
      }
      bar.value = 1;
      said.textContent = form.dataset.done;
      done(answer.location);
    });
    call.open("POST", form.action);
    call.setRequestHeader("Accept", "application/json");
    call.send(fields);
  });
}
