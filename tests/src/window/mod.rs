//! The real window, driven from outside: the app under WebDriver, what is on the screen read from its pixels, and
//! the phone that scans what the screen shows.

mod ended;
mod fault;
mod page;
mod phone;
mod pixels;
mod programs;
mod session;
mod stage;
mod what;

pub use fault::DriveError;
pub use page::Page;
pub use phone::Phone;
pub use pixels::{Reading, capture, capture_titled, read_qr};
pub use programs::Programs;
pub use stage::Stage;
pub use what::What;
