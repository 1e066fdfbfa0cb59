// A test may wish that somebody presses the button.
setInterval(async () => {
  try {
    const { press } = await (await fetch("/__login/wish")).json();
    if (press === "log_out") document.getElementById("log-out").click();
  } catch {
    // The next one may get through.
  }
}, 1000);
