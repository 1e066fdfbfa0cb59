//! The app in its window, the platforms it talks to, and the phone: started together, ended together.

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::{DriveError, Page, Phone, Programs};

const START_AT_MOST: Duration = Duration::from_secs(20);

/// Everything that runs while the window is driven. What it started ends with it.
pub struct Stage {
    /// The app's page.
    pub page: Page,
    /// The phone, and the platforms behind it.
    pub phone: Phone,
    programs: Programs,
    data: PathBuf,
    driver_port: u16,
    // Ended in this order: the bridge (and with it the app) before the platforms.
    driver: Ended,
    _sandbox: Ended,
}

impl Stage {
    /// Starts the platforms, the bridge and the app over the data in `data`; their words go into `logs`.
    ///
    /// # Errors
    /// [`DriveError`] when one of them does not come up.
    pub async fn start(programs: Programs, data: &Path, logs: &Path) -> Result<Self, DriveError> {
        let sandbox_port = free_port()?;
        let mut sandbox = Command::new(&programs.sandbox);
        sandbox.args(["--port", &sandbox_port.to_string()]);
        let sandbox = Ended::spawn(&programs.sandbox, sandbox, &logs.join("sandbox.log"))?;
        let sandbox_address = SocketAddr::from((Ipv4Addr::LOCALHOST, sandbox_port));

        let (driver_port, native_port) = (free_port()?, free_port()?);
        let mut driver = Command::new(&programs.tauri_driver);
        driver.args(["--port", &driver_port.to_string(), "--native-port", &native_port.to_string()]);
        let driver = Ended::spawn(&programs.tauri_driver, driver, &logs.join("tauri-driver.log"))?;
        for port in [sandbox_port, driver_port, native_port] {
            wait_for_port(port).await?;
        }
        let page = open(&programs, driver_port, sandbox_address, data).await?;
        Ok(Self {
            page,
            phone: Phone::new(sandbox_address),
            programs,
            data: data.into(),
            driver_port,
            driver,
            _sandbox: sandbox,
        })
    }

    /// Closes the app and opens it again over the same data.
    ///
    /// # Errors
    /// [`DriveError`] when it does not come up again.
    pub async fn restart_app(&mut self) -> Result<(), DriveError> {
        self.page.close().await?;
        self.page = open(&self.programs, self.driver_port, self.phone.address(), &self.data).await?;
        Ok(())
    }

    /// Closes the window and ends what was started.
    ///
    /// # Errors
    /// [`DriveError::Command`] when the window does not close.
    pub async fn end(self) -> Result<(), DriveError> {
        let closed = self.page.close().await;
        drop(self.driver);
        closed
    }
}

async fn open(programs: &Programs, driver: u16, sandbox: SocketAddr, data: &Path) -> Result<Page, DriveError> {
    let wanted = json!({
        "browserName": "wry",
        "tauri:options": {
            "application": programs.app,
            "args": ["--data-dir", data, "--sandbox", format!("http://{sandbox}")],
        },
    });
    let serde_json::Value::Object(capabilities) = wanted else {
        return Err(DriveError::Said { program: "WebDriver", said: "the capabilities are not an object".into() });
    };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    let client = builder.capabilities(capabilities).connect(&format!("http://127.0.0.1:{driver}")).await?;
    Ok(Page::new(client))
}

/// A child process that ends with its owner.
struct Ended(Child);

impl Ended {
    fn spawn(program: &Path, mut command: Command, log: &Path) -> Result<Self, DriveError> {
        let failed = |source| DriveError::Program { program: program.into(), source };
        let out = File::create(log).map_err(failed)?;
        let err = out.try_clone().map_err(failed)?;
        let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().map_err(failed)?;
        Ok(Self(child))
    }
}

impl Drop for Ended {
    /// Asks first, so that the bridge ends the browser driver it started itself.
    fn drop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).stderr(Stdio::null()).status();
        let patience = if asked.is_ok_and(|status| status.success()) { Duration::from_secs(3) } else { Duration::ZERO };
        let since = Instant::now();
        while since.elapsed() < patience {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::yield_now();
        }
        // It did not listen; there is nobody to tell if this fails too.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> Result<u16, DriveError> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

async fn wait_for_port(port: u16) -> Result<(), DriveError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let since = Instant::now();
    while TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err() {
        if since.elapsed() > START_AT_MOST {
            return Err(DriveError::Late {
                what: format!("nobody listens on port {port}"),
                waited: since.elapsed(),
                page: String::new(),
            });
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Ok(())
}
