// Sessions, faults, and everything else that can be turned.

import { at, face, make, mark, order, remove, show } from "/dom.js";
import { currentLanguage, kindWords, modeWords, platformName, word } from "/words.js";

const TONES = { alive: "good", expired: "bad", logged_out: "", renewed: "" };
const STEPS = [
  ["minutes", 1, 60],
  ["minutes", 3, 180],
  ["days", 1, 86_400],
  ["days", 30, 30 * 86_400],
];

let state;
let refresh = () => {};
const chosen = { platform: "bilibili", person: "", endpoint: "", kind: "risk", count: "1", retry_after_s: "", ms: "2000", status: "503" };

const platformOf = (id) => state.platforms.find((platform) => platform.id === id);
const personOf = (id) => state.people.find((one) => one.id === id);

async function act(work) {
  await work;
  await refresh();
}

function nothing(key) {
  return make("li", { className: "nothing", textContent: word(key) });
}

function when(time) {
  const language = currentLanguage() === "zh" ? "zh-CN" : "en-GB";
  return new Date(time).toLocaleString(language, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
}

export function drawSessions(next) {
  state = next;
  const standing = state.faults.filter((fault) => fault.person && fault.left === undefined);
  const alive = state.sessions.filter((session) => session.state === "alive");
  const over = state.sessions.filter((session) => session.state !== "alive").slice(0, 8);
  const sessions = [...alive, ...over];
  show(at("sessions"), [sessions, standing], () =>
    sessions.length ? sessions.map((session) => sessionRow(session, standing)) : [nothing("noSessions")],
  );
}

function sessionRow(session, standing) {
  const platform = platformOf(session.platform);
  const who = personOf(session.person);
  const head = make(
    "div",
    { className: "row" },
    make("span", { className: "face" }, face(who.id), mark(platform)),
    make(
      "div",
      {},
      make("strong", { textContent: who.name }),
      make("small", { textContent: `${platformName(platform)} · ${word("since", when(session.created_at))}` }),
    ),
    make("span", { className: `pill ${TONES[session.state]}`, textContent: word(`state_${session.state}`) }),
  );
  return make("li", {}, head, session.state === "alive" ? sessionActions(session, standing) : null);
}

function sessionActions(session, standing) {
  const { platform, person, number } = session;
  const button = (label, onclick, more = {}) => make("button", { type: "button", textContent: word(label), onclick, ...more });
  const end = (how) => () => act(order("/__ctl/sessions/expire", { platform, person, session: number, how }));
  const toggle = (kind, on, off) => {
    const fault = standing.find((one) => one.platform === platform && one.person === person && one.kind === kind);
    const flip = () => act(fault ? remove(`/__ctl/fault?id=${fault.id}`) : order("/__ctl/fault", { platform, person, kind }));
    return button(fault ? off : on, flip, { "aria-pressed": String(Boolean(fault)) });
  };
  return make(
    "div",
    { className: "actions" },
    button("expireNow", end("expired")),
    toggle("banned", "ban", "unban"),
    toggle("muted", "mute", "unmute"),
    button("logOut", end("logged_out")),
  );
}

export function drawFaults(next) {
  state = next;
  drawForm();
  show(at("faults"), state.faults, () => (state.faults.length ? state.faults.map(faultRow) : [nothing("noFaults")]));
}

function faultRow(fault) {
  const platform = platformOf(fault.platform);
  const where = [fault.person ? personOf(fault.person)?.name : word("everybody"), fault.endpoint ?? word("everywhere")];
  const often = [fault.left === undefined ? word("untilRemoved") : word("left", fault.left), word("struck", fault.struck)];
  const about = make(
    "div",
    {},
    make("strong", { textContent: kindWords(fault.kind)[0] }),
    make("small", { textContent: where.join(" · ") }),
    make("small", { textContent: often.join(" · ") }),
  );
  const away = make("button", {
    type: "button",
    className: "plain",
    textContent: word("remove"),
    onclick: () => act(remove(`/__ctl/fault?id=${fault.id}`)),
  });
  return make("li", { className: "row" }, mark(platform), about, away);
}

function drawForm() {
  const platform = platformOf(chosen.platform);
  if (!platform.endpoints.includes(chosen.endpoint)) chosen.endpoint = "";
  const people = [["", word("everybody")], ...state.people.map((one) => [one.id, one.name])];
  const endpoints = [["", word("everywhere")], ...platform.endpoints.map((name) => [name, name])];
  const kinds = state.fault_kinds.map((kind) => [kind, kindWords(kind)[0]]);
  const platforms = state.platforms.map((one) => [one.id, platformName(one)]);
  const counts = [...["1", "2", "3", "5"].map((n) => [n, n]), ["", word("always")]];
  show(at("fault"), [people, endpoints, kinds, platforms, chosen.kind, chosen.platform], () => [
    select("platform", platforms),
    select("person", people),
    select("kind", kinds, "whole"),
    make("small", { className: "about", textContent: kindWords(chosen.kind)[1] }),
    select("endpoint", endpoints),
    select("count", counts),
    ...extras(),
    make("button", { className: "primary wide whole", textContent: word("addFault") }),
  ]);
}

/** The figures that only some faults have. */
function extras() {
  const number = (key, label, min, max) =>
    make(
      "label",
      { className: "whole" },
      word(label),
      make("input", { type: "number", min, max, value: chosen[key], oninput: (event) => (chosen[key] = event.target.value) }),
    );
  const retry = () => number("retry_after_s", "retryAfter", 0, 86_400);
  if (chosen.kind === "rate_limited") return [retry()];
  if (chosen.kind === "server_error") return [number("status", "status", 500, 599), retry()];
  return ["slow", "hang"].includes(chosen.kind) ? [number("ms", "ms", 0, 600_000)] : [];
}

function select(key, options, className = "") {
  const change = (event) => {
    chosen[key] = event.target.value;
    drawForm();
  };
  const box = make("select", { onchange: change }, ...options.map(([value, label]) => make("option", { value, textContent: label })));
  box.value = chosen[key];
  return make("label", { className }, word(key), box);
}

function ordered() {
  const figure = (key, kinds) => (kinds.includes(chosen.kind) && chosen[key] !== "" ? Number(chosen[key]) : undefined);
  return {
    platform: chosen.platform,
    kind: chosen.kind,
    person: chosen.person || undefined,
    endpoint: chosen.endpoint || undefined,
    count: chosen.count ? Number(chosen.count) : undefined,
    retry_after_s: figure("retry_after_s", ["rate_limited", "server_error"]),
    ms: figure("ms", ["slow", "hang"]),
    status: figure("status", ["server_error"]),
  };
}

export function drawMore(next) {
  state = next;
  show(at("advance"), currentLanguage(), () =>
    STEPS.map(([unit, count, advance_s]) =>
      make("button", { type: "button", textContent: `+${word(unit, count)}`, onclick: () => act(order("/__ctl/clock", { advance_s })) }),
    ),
  );
  if (document.activeElement !== at("latency")) at("latency").value = state.latency_ms;
  at("latency-value").textContent = `${at("latency").value} ms`;
  show(at("modes"), state.platforms, () => state.platforms.map(modesOf));
  const hosts = Object.entries(state.counters);
  show(at("counters"), state.counters, () =>
    hosts.length ? hosts.map(countsOf) : [make("p", { className: "card muted", textContent: word("noCounters") })],
  );
}

function modesOf(platform) {
  const one = (mode) => {
    const change = (event) => act(order("/__ctl/mode", { platform: platform.id, key: mode.key, value: event.target.value }));
    const box = make("select", { onchange: change }, ...mode.choices.map((value) => make("option", { value, textContent: value })));
    box.value = mode.value;
    return make("label", {}, modeWords(platform.id, mode), box);
  };
  const head = make("div", { className: "row" }, mark(platform), make("div", {}, make("strong", { textContent: platformName(platform) })));
  return make("div", { className: "card modes" }, head, ...platform.modes.map(one));
}

function countsOf([host, endpoints]) {
  const rows = Object.entries(endpoints).flatMap(([name, count]) => [
    make("dt", { textContent: name }),
    make("dd", { textContent: String(count) }),
  ]);
  return make("div", { className: "card counts" }, make("h3", { textContent: host }), make("dl", {}, ...rows));
}

export function startPanel(refreshed) {
  refresh = refreshed;
  at("fault").addEventListener("submit", (event) => {
    event.preventDefault();
    act(order("/__ctl/fault", ordered()));
  });
  at("latency").addEventListener("input", () => (at("latency-value").textContent = `${at("latency").value} ms`));
  at("latency").addEventListener("change", () => act(order("/__ctl/latency", { ms: Number(at("latency").value) })));
  at("person").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = at("person-name").value;
    at("person-name").value = "";
    act(order("/__ctl/people", { name }));
  });
  at("reset").addEventListener("click", () => act(remove("/__ctl/counters")));
}
