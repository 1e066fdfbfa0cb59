//! A desktop of our own, for machines without one: a virtual display, a window manager and a session bus, all
//! of which end with it.

use std::{fs, path::Path, process::Command, time::Duration};

use crate::shell::{self, Background, Failure};

/// The size of the virtual screen, in pixels.
const SCREEN: &str = "1360x860x24";

/// A display that programs can be started on.
#[derive(Debug)]
pub(crate) struct Desktop {
    display: Option<String>,
    // Ended in this order: the window manager before the display it is on.
    _window_manager: Option<Background>,
    _server: Option<Background>,
}

impl Desktop {
    /// Starts an own one; its programs write into `logs`.
    ///
    /// # Errors
    /// When the display does not come up.
    pub(crate) fn start(logs: &Path) -> Result<Self, Failure> {
        let number = logs.join("display");
        // The server picks a free number by itself and writes it down when it is ready.
        let mut server = Background::start(
            shell::command("sh")
                .args(["-c", "exec Xvfb -displayfd 3 -screen 0 \"$0\" -nolisten tcp 3>\"$1\"", SCREEN])
                .arg(&number),
            &logs.join("xvfb.log"),
        )?;
        let mut display = None;
        shell::wait_for(Duration::from_secs(15), || {
            display = fs::read_to_string(&number).ok().filter(|text| text.ends_with('\n'));
            display.is_some() || !server.is_running()
        });
        let Some(display) = display else {
            return Err(Failure::Needs(format!("no virtual display; see {}", logs.join("xvfb.log").display())));
        };
        let display = format!(":{}", display.trim());
        let window_manager =
            Background::start(shell::command("openbox").env("DISPLAY", &display), &logs.join("openbox.log"))?;
        Ok(Self { display: Some(display), _window_manager: Some(window_manager), _server: Some(server) })
    }

    /// The desktop that is already there.
    pub(crate) fn present() -> Self {
        Self { display: None, _window_manager: None, _server: None }
    }

    /// The command, on this desktop and under a session bus of its own.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = shell::command("dbus-run-session");
        command.arg("--").arg(program);
        if let Some(display) = &self.display {
            command.env("DISPLAY", display).env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
            // A virtual screen has no graphics memory to share.
            command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
        }
        // No accessibility bus or portals: they start daemons that outlive the bus.
        command.env("NO_AT_BRIDGE", "1").env("GTK_A11Y", "none").env("GTK_USE_PORTAL", "0");
        command
    }
}
