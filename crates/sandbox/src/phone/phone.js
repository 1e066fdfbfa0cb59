// The page: its tabs, its language, and the state that it asks for once a second.

import { at, read } from "/dom.js";
import { drawFaults, drawMore, drawSessions, startPanel } from "/panel.js";
import { drawScan, startScan } from "/scan.js";
import { choose, currentLanguage, translate } from "/words.js";

const PAGES = ["scan", "sessions", "faults", "more"];
let state;

function open(page) {
  for (const name of PAGES) {
    at(`page-${name}`).hidden = name !== page;
    at(`tab-${name}`).setAttribute("aria-selected", String(name === page));
  }
  history.replaceState(null, "", `#${page}`);
}

function draw() {
  if (!state) return;
  const language = currentLanguage() === "zh" ? "zh-CN" : "en-GB";
  at("clock").textContent = new Date(state.now).toLocaleString(language, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  at("fault-count").hidden = state.faults.length === 0;
  at("fault-count").textContent = state.faults.length;
  drawScan(state);
  drawSessions(state);
  drawFaults(state);
  drawMore(state);
}

async function refresh() {
  try {
    state = await read("/__ctl/state");
    at("offline").hidden = true;
    draw();
  } catch {
    at("offline").hidden = false;
  }
}

for (const button of document.querySelectorAll("[data-page]")) {
  button.addEventListener("click", () => open(button.dataset.page));
}
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    choose(button.dataset.language);
    translate(document);
    for (const node of document.querySelectorAll("[data-shown]")) delete node.dataset.shown;
    draw();
  });
}

translate(document);
const wanted = location.hash.slice(1);
open(PAGES.includes(wanted) ? wanted : "scan");
startScan(refresh);
startPanel(refresh);
await refresh();
setInterval(() => document.visibilityState === "visible" && refresh(), 1000);
