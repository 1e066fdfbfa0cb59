setInterval(() => fetch("/poll", { method: "POST" }), 250);
// With a person's click behind them, windows may be opened, as far as the browser is concerned.
addEventListener("click", () => {
  for (const url of ["https://example.com/", "tauri://localhost/", "/ai-tool/popup"]) window.open(url);
});
