// The camera: who holds the phone, what it sees, and the question that comes up.

import { at, face, make, mark, order, show, upload } from "/dom.js";
import { platformName, word } from "/words.js";

const TICK = "m5 12.5 4.5 4.5L19 7.5";
const CROSS = "M7 7l10 10M17 7 7 17";
const LIVE = ["new", "scanned", "confirmed"];
const TONES = { new: "", scanned: "warn", confirmed: "warn", used: "good", refused: "bad", expired: "" };

let state;
let person = localStorage.getItem("person");
let asked;
let refresh = () => {};

const platformOf = (id) => state.platforms.find((platform) => platform.id === id);
const chosen = () => state.people.find((one) => one.id === person) ?? state.people[0];

export function drawScan(next) {
  state = next;
  show(at("people"), [state.people, chosen().id], () => state.people.map(personButton));
  const codes = state.codes.filter((code, index) => LIVE.includes(code.state) || index < 4);
  show(at("codes"), codes, () => (codes.length ? codes.map(codeRow) : [nothing("noCodes")]));
}

function nothing(key) {
  return make("li", { className: "nothing", textContent: word(key) });
}

function personButton(one) {
  const checked = one.id === chosen().id;
  const choose = () => {
    person = one.id;
    localStorage.setItem("person", one.id);
    drawScan(state);
  };
  const properties = { type: "button", role: "radio", "aria-checked": String(checked), title: one.bio, onclick: choose };
  return make("button", properties, face(one.id), make("span", { textContent: one.name }));
}

function codeRow(code) {
  const platform = platformOf(code.platform);
  const live = LIVE.includes(code.state);
  const by = state.people.find((one) => one.id === code.person);
  const facts = [by?.name, live ? word("secondsLeft", code.expires_in_s) : null].filter(Boolean).join(" · ");
  const about = make("div", {}, make("strong", { textContent: platformName(platform) }), make("small", { textContent: facts || " " }));
  const action =
    code.state === "new"
      ? make("button", { type: "button", className: "primary", textContent: word("scan"), onclick: () => scanText(code.text) })
      : code.state === "scanned"
        ? make("button", { type: "button", className: "primary", textContent: word("resume"), onclick: () => ask(code) })
        : make("span", { className: `pill ${TONES[code.state]}`, textContent: word(`code_${code.state}`) });
  return make("li", { className: "row" }, mark(platform), about, action);
}

/** What went wrong, in the words of this page. */
function explain(problem) {
  const error = problem.error ?? {};
  if (error.code === "wrong_state") return word("codeIs", word(`code_${error.state}`));
  if (error.code === "unknown" && error.what === "code") return word("unknownCode");
  if (error.field === "text") return word("notACode");
  if (error.field === "image") return word(error.problem.startsWith("no QR") ? "noCodeRead" : "notAPicture");
  return problem.message;
}

async function attempt(work) {
  at("problem").hidden = true;
  at("camera").classList.add("busy");
  try {
    ask(await work());
    at("text").value = "";
  } catch (problem) {
    at("problem").textContent = explain(problem);
    at("problem").hidden = false;
  } finally {
    at("camera").classList.remove("busy");
    unpreview();
    refresh();
  }
}

const scanText = (text) => attempt(() => order("/__ctl/scan", { text, person: chosen().id }));

function scanPicture(file) {
  at("preview").src = URL.createObjectURL(file);
  at("preview").hidden = false;
  const form = new FormData();
  form.append("person", chosen().id);
  form.append("image", file);
  return attempt(() => upload("/__ctl/scan", form));
}

function unpreview() {
  URL.revokeObjectURL(at("preview").src);
  at("preview").removeAttribute("src");
  at("preview").hidden = true;
}

/** The question on the phone: log in there as this person? */
function ask(code) {
  const platform = platformOf(code.platform);
  const who = state.people.find((one) => one.id === code.person) ?? chosen();
  asked = code;
  const sheet = at("sheet");
  sheet.style.setProperty("--brand", platform.colour);
  at("sheet-mark").textContent = platform.name_zh[0];
  at("sheet-title").textContent = word("askTitle", platformName(platform));
  at("sheet-text").textContent = word("askText");
  at("sheet-face").src = `/avatar/${encodeURIComponent(who.id)}.svg`;
  at("sheet-name").textContent = who.name;
  at("sheet-id").textContent = word("userId", who.user_ids[platform.id]);
  at("ask").hidden = false;
  at("told").hidden = true;
  if (!sheet.open) sheet.show();
  at("confirm").focus();
}

function tell(good, title, text) {
  at("told-mark").classList.toggle("no", !good);
  at("told-path").setAttribute("d", good ? TICK : CROSS);
  at("told-title").textContent = title;
  at("told-text").textContent = text;
  at("ask").hidden = true;
  at("told").hidden = false;
  at("close").focus();
}

async function decide(path, good, title, text) {
  try {
    await order(path, { handle: asked.handle });
    tell(good, word(title), word(text));
  } catch (problem) {
    tell(false, word("tooLate"), explain(problem));
  }
  refresh();
}

export function startScan(refreshed) {
  refresh = refreshed;
  const camera = at("camera");
  camera.addEventListener("click", () => at("file").click());
  at("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) scanPicture(file);
  });
  for (const kind of ["dragover", "drop", "dragleave"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      camera.classList.toggle("over", kind === "dragover");
    });
  }
  document.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    const text = event.dataTransfer.getData("text");
    if (file) scanPicture(file);
    else if (text) scanText(text);
  });
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    scanPicture(file);
  });
  at("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    if (at("text").value.trim()) scanText(at("text").value);
  });
  at("confirm").addEventListener("click", () => decide("/__ctl/confirm", true, "confirmed", "confirmedText"));
  at("refuse").addEventListener("click", () => decide("/__ctl/refuse", false, "refused", "refusedText"));
  at("close").addEventListener("click", () => at("sheet").close());
  document.addEventListener("keydown", (event) => event.key === "Escape" && at("sheet").close());
}
