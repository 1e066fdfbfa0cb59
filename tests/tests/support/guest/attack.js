// Tries every command of the program through every way that a page might find to it. Answers how many tries there were
// and which of them were carried out. `mark` names what the tries would leave behind.
async (mark) => {
  const commands = {
    call: (entry) => ({
      request: { method: "POST", path: "/api/v1/pools", body: JSON.stringify({ name: `${mark} ${entry}`, platform: "jimeng" }) },
    }),
    window_close: () => ({ action: "stay" }),
    "plugin:event|listen": () => ({ event: "roster://events", target: { kind: "Any" }, handler: 1 }),
    "plugin:event|unlisten": () => ({ event: "roster://events", eventId: 1 }),
    "plugin:event|emit": () => ({ event: "roster://open", payload: null }),
    "plugin:event|emit_to": () => ({ target: { kind: "Any" }, event: "roster://open", payload: null }),
    "plugin:window|get_all_windows": () => ({}),
    "plugin:window|set_title": () => ({ label: "main", value: mark }),
    "plugin:window|close": () => ({ label: "main" }),
    "plugin:window|destroy": () => ({ label: "main" }),
    "plugin:webview|get_all_webviews": () => ({}),
    "plugin:webview|create_webview_window": () => ({ options: { label: "x", url: "https://example.com" } }),
    "plugin:webview|internal_toggle_devtools": () => ({}),
    "plugin:app|version": () => ({}),
    "plugin:app|identifier": () => ({}),
    "plugin:path|resolve_directory": () => ({ directory: 1 }),
    "plugin:resources|close": () => ({ rid: 0 }),
    "plugin:image|new": () => ({ rgba: [0, 0, 0, 0], width: 1, height: 1 }),
    "plugin:menu|new": () => ({ kind: "Menu" }),
    "plugin:tray|get_by_id": () => ({ id: "main" }),
    "plugin:notification|notify": () => ({ options: { title: mark } }),
    "plugin:notification|is_permission_granted": () => ({}),
    "plugin:single-instance|x": () => ({}),
    "plugin:__TAURI_CHANNEL__|fetch": () => ({}),
  };
  const waiting = new Map();
  let last = 70000;
  const answers = { runCallback: (id, data) => waiting.get(id)?.(data) };
  // Where the program's own script is not there, its answers would be called by this name.
  if (!window.__TAURI_INTERNALS__) window.__TAURI_INTERNALS__ = answers;

  const post = (send, cmd, payload) =>
    new Promise((resolve, reject) => {
      const [callback, error] = [++last, ++last];
      waiting.set(callback, resolve);
      waiting.set(error, reject);
      window[`_${callback}`] = resolve;
      window[`_${error}`] = reject;
      send(JSON.stringify({ cmd, callback, error, payload, options: {}, __TAURI_INVOKE_KEY__: "x" }));
    });
  const fetched = async (w, origin, cmd, payload) => {
    const headers = {
      "Content-Type": "application/json",
      "Tauri-Callback": "1",
      "Tauri-Error": "2",
      "Tauri-Invoke-Key": "x",
    };
    const url = `${origin}/${encodeURIComponent(cmd)}`;
    const answer = await w.fetch(url, { method: "POST", headers, body: JSON.stringify(payload) });
    if (!answer.ok || answer.headers.get("Tauri-Response") !== "ok") throw new Error(answer.status);
  };
  const asked = (w, url) =>
    new Promise((resolve, reject) => {
      const request = new w.XMLHttpRequest();
      request.onload = () => (request.status === 200 ? resolve() : reject());
      request.onerror = reject;
      request.open("POST", url);
      request.send("{}");
    });
  const ways = {
    invoke: (w, cmd, payload) => w.__TAURI_INTERNALS__.invoke(cmd, payload),
    "old invoke": (w, cmd, payload) => w.__TAURI__.core.invoke(cmd, payload),
    ipc: (w, cmd, payload) => fetched(w, "ipc://localhost", cmd, payload),
    "ipc over http": (w, cmd, payload) => fetched(w, "http://ipc.localhost", cmd, payload),
    xhr: (w, cmd) => asked(w, `ipc://localhost/${encodeURIComponent(cmd)}`),
    postMessage: (w, cmd, payload) => post((text) => w.ipc.postMessage(text), cmd, payload),
    handler: (w, cmd, payload) => post((text) => w.webkit.messageHandlers.ipc.postMessage(text), cmd, payload),
  };

  const frame = async (attributes) => {
    const made = document.createElement("iframe");
    Object.assign(made, attributes);
    document.body.append(made);
    await new Promise((resolve) => setTimeout(resolve, 250));
    return made.contentWindow;
  };
  const places = {
    page: window,
    "empty frame": await frame({}),
    "written frame": await frame({ srcdoc: "<p>x</p>" }),
    "own frame": await frame({ src: location.href.startsWith("http") ? "/ai-tool/frame" : "/" }),
    "program's frame": await frame({ src: "tauri://localhost/" }),
    popup: window.open(""),
    "program's popup": window.open("tauri://localhost/"),
  };

  const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 1500));
  let tried = 0;
  const done = [];
  const attempts = [];
  for (const [place, w] of Object.entries(places)) {
    for (const [way, go] of Object.entries(ways)) {
      for (const [cmd, payload] of Object.entries(commands)) {
        tried += 1;
        const entry = `${place}, ${way}`;
        const attempt = async () => go(w, cmd, payload(entry));
        attempts.push(Promise.race([attempt(), late()]).then(() => done.push(`${entry}: ${cmd}`), () => {}));
      }
    }
  }
  await Promise.all(attempts);
  return { tried, done };
}
