(async () => {
  const ask = async (path, body) => fetch(path, { method: "POST", body: JSON.stringify(body ?? {}) });
  const known = { internals: typeof window.__TAURI_INTERNALS__, ipc: typeof window.ipc, webkit: typeof window.webkit?.messageHandlers?.ipc };
  const odd = [];
  for (const url of ["tauri://localhost/", "https://example.com/", "file:///etc/passwd", "blob:x", "data:text/html,x"]) {
    // A page that may not be shown leaves this one where it is.
    try {
      location.href = url;
      odd.push(url);
    } catch (error) {
      odd.push(String(error));
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  const attacked = window.guestAttack ? await window.guestAttack("guest") : null;
  await ask("/report", { known, odd, attacked });
  // Nobody is there before the test says who.
  while (!(await (await ask("/enter")).json()).entered) await new Promise((resolve) => setTimeout(resolve, 200));
  location.href = "/ai-tool/home";
})();
