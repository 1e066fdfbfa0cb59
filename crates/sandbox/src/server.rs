//! Start and end.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::connection::{Cut, CuttableListener};
use crate::control::Control;
use crate::platform;
use crate::world::clock::Clock;
use crate::world::{World, locked};
use crate::{ctl, front};

/// Where the sandbox's time comes from.
#[derive(Debug, Clone, Copy)]
pub enum ClockSource {
    /// The machine; [`Control::advance`] runs ahead of it.
    System,
    /// Stands at this moment until [`Control::advance`] moves it.
    Manual(Timestamp),
}

/// How to start.
#[derive(Debug, Clone, Copy)]
pub struct SandboxConfig {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Whose time.
    pub clock: ClockSource,
    /// How long every answer of a platform takes.
    pub latency: Duration,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self { port: 0, clock: ClockSource::System, latency: Duration::ZERO }
    }
}

/// A running sandbox. Dropping it ends it.
#[derive(Debug)]
pub struct Sandbox {
    addr: SocketAddr,
    control: Control,
    ended: CancellationToken,
    serving: Mutex<Option<JoinHandle<io::Result<()>>>>,
}

impl Sandbox {
    /// Binds to loopback and begins to answer.
    ///
    /// # Errors
    /// When the port is taken, or the key pair cannot be made.
    pub async fn start(config: SandboxConfig) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let addr = listener.local_addr()?;
        let clock = match config.clock {
            ClockSource::System => Clock::running(),
            ClockSource::Manual(at) => Clock::standing(at),
        };
        let world = Arc::new(World::new(clock, config.latency));
        // The platforms make their keys here, which takes a moment of computing.
        let control = tokio::task::spawn_blocking(move || {
            let platforms = platform::all(&world);
            Control::new(world, platforms)
        });
        let control = control.await.map_err(io::Error::other)?;
        let ended = CancellationToken::new();
        let app = front::over(ctl::router(control.clone()), control.clone(), ended.clone());
        let service = app.into_make_service_with_connect_info::<Cut>();
        let until = ended.clone().cancelled_owned();
        let server = axum::serve(CuttableListener(listener), service).with_graceful_shutdown(until);
        let serving = Mutex::new(Some(tokio::spawn(async move { server.await })));
        Ok(Self { addr, control, ended, serving })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The phone page.
    pub fn phone_url(&self) -> String {
        format!("http://{}/phone", self.addr)
    }

    /// Phones, faults, clock.
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// What the app's adapters must be told: `bilibili.correspond_public_key` and the like.
    pub fn settings(&self) -> BTreeMap<String, String> {
        self.control.settings()
    }

    /// Ends it and waits until the last answer is out. From then on its port refuses connections. Ending it again does
    /// nothing.
    ///
    /// # Errors
    /// What the server ended with.
    pub async fn stop(&self) -> io::Result<()> {
        self.ended.cancel();
        let serving = locked(&self.serving).take();
        match serving {
            Some(serving) => serving.await.map_err(io::Error::other)?,
            None => Ok(()),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.ended.cancel();
    }
}
