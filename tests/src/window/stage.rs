//! The app in its window, the platforms it talks to, and the phone: started together, ended together.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use super::{DriveError, Page, Phone, Programs, ended::Ended, session::Session};

const START_AT_MOST: Duration = Duration::from_secs(20);

/// Everything that runs while the window is driven. What it started ends with it.
pub struct Stage {
    /// The app's page.
    pub page: Page,
    /// The phone, and the platforms behind it.
    pub phone: Phone,
    place: Place,
    // Ended in this order: the driver and the app before the platforms.
    app: App,
    _sandbox: Option<Ended>,
}

/// What it takes to open the app again.
struct Place {
    programs: Programs,
    data: PathBuf,
    logs: PathBuf,
    more: Vec<(String, PathBuf)>,
    /// Where its calls to the outside are written down: it is pointed at the real platforms then.
    #[cfg(target_os = "linux")]
    calls: Option<PathBuf>,
}

/// The app and the driver that holds on to it.
struct App {
    _driver: Ended,
    app: Ended,
}

impl Stage {
    /// Starts the platforms, the app over the data in `data`, and the driver; their words go into `logs`.
    ///
    /// # Errors
    /// [`DriveError`] when one of them does not come up.
    pub async fn start(programs: Programs, data: &Path, logs: &Path) -> Result<Self, DriveError> {
        Self::start_with(programs, data, logs, Vec::new()).await
    }

    /// The same, with more in the app's environment.
    ///
    /// # Errors
    /// As [`Stage::start`].
    pub async fn start_with(
        programs: Programs,
        data: &Path,
        logs: &Path,
        more: Vec<(String, PathBuf)>,
    ) -> Result<Self, DriveError> {
        let port = free_port()?;
        let mut sandbox = Command::new(&programs.sandbox);
        sandbox.args(["--port", &port.to_string()]);
        let sandbox = Ended::spawn(&programs.sandbox, &mut sandbox, &logs.join("sandbox.log"))?;
        wait_for_port(port).await?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let stage = Self::beside(programs, (data, logs), address, more).await?;
        Ok(Self { _sandbox: Some(sandbox), ..stage })
    }

    /// Starts the app and the driver for platforms that are at this address already.
    ///
    /// # Errors
    /// As [`Stage::start`].
    pub async fn beside(
        programs: Programs,
        (data, logs): (&Path, &Path),
        platforms: SocketAddr,
        more: Vec<(String, PathBuf)>,
    ) -> Result<Self, DriveError> {
        let phone = Phone::new(platforms);
        let place = Place {
            programs,
            data: data.into(),
            logs: logs.into(),
            more,
            #[cfg(target_os = "linux")]
            calls: None,
        };
        let (app, page) = place.open(&phone).await?;
        Ok(Self { page, phone, place, app, _sandbox: None })
    }

    /// Starts the app as its owner does, towards the real platforms, and writes down whom it and all that it starts
    /// call. There is no phone.
    ///
    /// # Errors
    /// As [`Stage::start`].
    #[cfg(target_os = "linux")]
    pub async fn outside(
        programs: Programs,
        (data, logs): (&Path, &Path),
        calls: &Path,
        more: Vec<(String, PathBuf)>,
    ) -> Result<Self, DriveError> {
        let phone = Phone::new((Ipv4Addr::UNSPECIFIED, 0).into());
        let place = Place { programs, data: data.into(), logs: logs.into(), more, calls: Some(calls.into()) };
        let (app, page) = place.open(&phone).await?;
        Ok(Self { page, phone, place, app, _sandbox: None })
    }

    /// The app's process id.
    pub fn app_id(&self) -> u32 {
        self.app.app.id()
    }

    /// Ends the app in order and opens it again over the same data.
    ///
    /// # Errors
    /// [`DriveError`] when it does not come up again.
    pub async fn restart_app(&mut self) -> Result<(), DriveError> {
        self.quit_app()?;
        (self.app, self.page) = self.place.open(&self.phone).await?;
        Ok(())
    }

    /// Kills the app in the middle of whatever it does, and opens it again over the same data.
    ///
    /// # Errors
    /// [`DriveError`] when it does not come up again.
    pub async fn crash_app(&mut self) -> Result<(), DriveError> {
        self.app.app.kill();
        (self.app, self.page) = self.place.open(&self.phone).await?;
        Ok(())
    }

    /// Ends the app in order, without opening it again.
    ///
    /// # Errors
    /// [`DriveError::Program`] when it cannot be asked to.
    pub fn quit_app(&mut self) -> Result<(), DriveError> {
        let asked = Command::new("kill").args(["-TERM", &self.app_id().to_string()]).status();
        asked.map_err(|source| DriveError::Program { program: "kill".into(), source })?;
        let since = Instant::now();
        while self.app.app.is_running() {
            if since.elapsed() > START_AT_MOST {
                return Err(DriveError::Said { program: "roster", said: "it does not end".into() });
            }
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Ends the app in order, and then what else was started.
    ///
    /// # Errors
    /// As [`Stage::quit_app`].
    pub async fn end(mut self) -> Result<(), DriveError> {
        self.quit_app()
    }
}

impl Place {
    /// The web view takes a driver at a port of its own, and takes one again after its page's process has ended:
    /// so it is the app that is started, and the driver comes to it.
    async fn open(&self, phone: &Phone) -> Result<(App, Page), DriveError> {
        let (view_port, driver_port) = (free_port()?, free_port()?);
        let view = format!("127.0.0.1:{view_port}");
        let mut app = self.program(phone);
        app.arg("--data-dir").arg(&self.data);
        app.env("TAURI_WEBVIEW_AUTOMATION", "true").env("WEBKIT_INSPECTOR_SERVER", &view);
        app.envs(self.more.iter().map(|(name, value)| (name, value)));
        let app = Ended::spawn(&self.programs.app, &mut app, &self.logs.join("app.log"))?;
        wait_for_port(view_port).await?;
        let mut driver = Command::new(&self.programs.driver);
        driver.args([format!("--port={driver_port}"), format!("--target={view}"), "--replace-on-new-session".into()]);
        let driver = Ended::spawn(&self.programs.driver, &mut driver, &self.logs.join("driver.log"))?;
        wait_for_port(driver_port).await?;
        let page = Page::new(Session::begin(driver_port).await?);
        Ok((App { _driver: driver, app }, page))
    }

    fn program(&self, phone: &Phone) -> Command {
        #[cfg(target_os = "linux")]
        if let Some(calls) = &self.calls {
            let mut traced = crate::traffic::strace(calls);
            traced.arg(&self.programs.app);
            return traced;
        }
        let mut app = Command::new(&self.programs.app);
        app.args(["--sandbox", &format!("http://{}", phone.address())]);
        app
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
