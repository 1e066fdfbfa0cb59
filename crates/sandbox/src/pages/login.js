const at = (id) => document.getElementById(id);
const WORDS = {
  new: "请用 App 扫码登录 · Scan with the app",
  scanned: "已扫码，请在手机上确认 · Confirm on the phone",
  refused: "手机上已拒绝 · Refused on the phone",
  expired: "二维码已过期 · The code has expired",
};
let key;

async function show() {
  at("again").hidden = true;
  try {
    const code = await (await fetch("/__login/code", { method: "POST" })).json();
    key = code.key;
    at("code").src = code.picture;
    at("code").hidden = false;
    at("state").textContent = WORDS.new;
  } catch {
    at("again").hidden = false;
  }
}

async function poll() {
  if (!key) return;
  try {
    const { state, name } = await (await fetch(`/__login/poll?key=${key}`)).json();
    if (state === "confirmed") {
      location.replace(`/__login/done?key=${key}`);
      key = undefined;
      return;
    }
    at("state").textContent = [WORDS[state], name].filter(Boolean).join(" · ");
    if (state === "expired") await show();
    if (state === "refused") at("again").hidden = false;
  } catch {
    // The next poll may get through.
  }
}

at("again").addEventListener("click", show);
show();
setInterval(poll, 700);
