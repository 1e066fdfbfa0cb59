//! A local stand-in for the platforms, with a phone.
//!
//! One process on loopback plays the services as they were observed, so that the app can be tried, shown and tested
//! without an account, without the internet and without bothering anybody. It shares no type with the adapters that talk
//! to it: what it knows about a platform is written here a second time, from the descriptions of the protocols.
//!
//! * `http://<platform host>.localhost:PORT/…` is the platform (`passport.bilibili.com.localhost`, …).
//! * `http://127.0.0.1:PORT/phone` is the phone: whose phone it is, what it scans, confirm or refuse; and the panel for
//!   everything that can go wrong.
//! * `http://127.0.0.1:PORT/__ctl/…` is the same for programs, see [`Control`].
//!
//! ```no_run
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = roster_sandbox::Sandbox::start(roster_sandbox::SandboxConfig::default()).await?;
//! let code = sandbox.control().scan("https://account.bilibili.com/…&qrcode_key=…", "lin")?;
//! sandbox.control().confirm(&code.handle)?;
//! # Ok(()) }
//! ```

mod answer;
mod ask;
mod bilibili;
mod burncloud;
mod connection;
mod control;
mod ctl;
mod douyin;
mod dreamina;
mod front;
mod jimeng;
mod pages;
mod passport;
mod phone;
mod picture;
mod platform;
mod server;
mod smartcv;
mod toutiao;
mod world;
mod xiaohongshu;

pub use control::{CodeView, Control, ControlError, NewPerson, PersonView, PlatformView, SessionView, State};
pub use server::{ClockSource, Sandbox, SandboxConfig};
pub use world::faults::{FaultKind, FaultView, NewFault};
pub use world::requests::RequestView;
