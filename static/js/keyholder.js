// The whole script of Keyholder. Every page works without it; it adds: the quick Leave key, the cover
// and the idle close, fields that open below a choice, showing a passphrase, and the start code that
// stands in the address's fragment.

const page = document.body;
page.classList.add("kh-js");

const other = "BroadcastChannel" in window ? new BroadcastChannel("pages") : null;

function blank() {
  const sheet = document.createElement("div");
  sheet.className = "kh-cover kh-cover--blank";
  page.append(sheet);
  document.title = "";
}

// Leave: cover at once, then replace this page in the history.
function leave() {
  blank();
  other?.postMessage("closed");
  window.location.replace("/leave");
}

for (const link of document.querySelectorAll("[data-leave]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
}

// Shift pressed alone three times within five seconds. A Shift that makes a capital, or any key in
// between, starts the count again.
let presses = [];
let alone = false;
document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") {
    alone = false;
    presses = [];
  } else if (!event.repeat) {
    alone = !event.ctrlKey && !event.altKey && !event.metaKey;
  }
}, true);
document.addEventListener("keyup", (event) => {
  if (event.key !== "Shift" || !alone) return;
  alone = false;
  const now = Date.now();
  presses = presses.filter((at) => now - at < 5000);
  presses.push(now);
  if (presses.length >= 3) leave();
}, true);
document.addEventListener("pointerdown", () => { alone = false; presses = []; }, true);

// A page taken out of the browser's own store after Leave or Lock must not show.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// Idle: the server locks by itself; the page closes at the same moment and tells the other tabs.
const idle = Number(page.dataset.idle || 0) * 1000;
const coverAfter = Number(page.dataset.cover || 0) * 1000;
const awake = page.dataset.awake;
let last = Date.now();
let told = Date.now();
let cover = null;

function uncover() {
  cover?.remove();
  cover = null;
}

function seen(event) {
  last = Date.now();
  if (cover && event) {
    event.preventDefault();
    uncover();
  }
  if (awake && last - told > 30000) {
    told = last;
    other?.postMessage("awake");
    const form = new URLSearchParams({ _token: page.dataset.token });
    fetch(awake, { method: "POST", body: form }).then((answer) => {
      if (answer.status === 403) close();
    }, () => {});
  }
}

function close() {
  blank();
  window.location.replace("/closed");
}

function look() {
  const still = Date.now() - last;
  if (awake && idle > 0 && still > idle) close();
  else if (awake && coverAfter > 0 && still > coverAfter && !cover) {
    cover = document.createElement("button");
    cover.type = "button";
    cover.className = "kh-cover";
    cover.textContent = page.dataset.covered;
    page.append(cover);
    cover.focus();
  }
}

if (awake) {
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, seen, true);
  for (const kind of ["pointermove", "scroll", "input"]) {
    document.addEventListener(kind, () => { if (!cover) seen(); }, { passive: true, capture: true });
  }
  setInterval(look, 1000);
  for (const form of document.querySelectorAll('form[action$="/lock"]')) {
    form.addEventListener("submit", () => other?.postMessage("closed"));
  }
}
other?.addEventListener("message", (event) => {
  if (event.data === "closed" && awake) close();
  if (event.data === "awake") last = Date.now();
});

// What belongs to a choice shows when it is chosen.
function open(group) {
  for (const item of group.querySelectorAll("[data-opens]")) {
    const more = document.getElementById(item.dataset.opens);
    if (!more) continue;
    more.toggleAttribute("data-hidden", !item.checked);
    item.setAttribute("aria-expanded", String(item.checked));
  }
}
for (const group of document.querySelectorAll("[data-choices]")) {
  open(group);
  group.addEventListener("change", (event) => {
    const changed = event.target;
    if (changed.type === "checkbox" && changed.checked) {
      const single = changed.hasAttribute("data-alone");
      for (const box of group.querySelectorAll('input[type="checkbox"]')) {
        if (box !== changed && box.name === changed.name && (single || box.hasAttribute("data-alone"))) {
          box.checked = false;
        }
      }
    }
    open(group);
  });
}

// Passphrases: show and hide, and how hard they are to guess.
for (const group of document.querySelectorAll("[data-password]")) {
  const field = group.querySelector("input");
  const button = group.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => {
    const show = field.type === "password";
    field.type = show ? "text" : "password";
    button.textContent = show ? button.dataset.hide : button.dataset.show;
  });
  field.form.addEventListener("submit", () => { field.type = "password"; });
  const words = group.querySelector("[data-strength]");
  if (!words) continue;
  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const form = new URLSearchParams({ passphrase: field.value });
      const answer = await fetch("/strength", { method: "POST", body: form });
      words.textContent = field.value && answer.ok ? await answer.text() : "";
    }, 300);
  });
}

// The start code: out of the address first, then sent once.
const start = document.querySelector("[data-start]");
function sendCode() {
  const code = window.location.hash.slice(1);
  if (!code) return;
  window.history.replaceState(null, "", window.location.pathname);
  start.elements.token.value = code;
  start.submit();
}
if (start) {
  sendCode();
  window.addEventListener("hashchange", sendCode);
}

// After an error or a notice the page begins there.
document.querySelector("[data-focus]")?.focus();
