// The keyboard: / filters, j and k move, Enter opens, Esc goes back.
export function listen() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Escape") {
      escape(typing);
    } else if (!typing) {
      act(event);
    }
  });
}

function escape(typing) {
  const open = document.querySelector("details.drop[open], .more details[open], .confirm[open]");
  if (open) {
    open.open = false;
  } else if (typing) {
    typing.blur();
  } else if (document.body.dataset.up) {
    location.href = document.body.dataset.up;
  }
}

function act(event) {
  const rows = [...document.querySelectorAll("tr[data-href]")];
  if (event.key === "/") {
    const filter = document.querySelector(".filter input[type=search]");
    if (filter) {
      event.preventDefault();
      filter.focus();
      filter.select();
    }
  } else if (event.key === "j" || event.key === "k") {
    // The list may have been renewed: where we are is what it shows.
    let at = rows.findIndex((row) => row.classList.contains("at"));
    if (at < 0) {
      at = rows.findIndex((row) => row.classList.contains("open"));
    }
    at = Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)));
    rows.forEach((row, i) => row.classList.toggle("at", i === at));
    rows[at]?.querySelector("a")?.focus();
  } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
    const row = rows.find((row) => row.classList.contains("at"));
    if (row) {
      location.href = row.dataset.href;
    }
  }
}
