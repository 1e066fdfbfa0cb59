//! An account's own way out. Every question about the account takes it, logins into it included; when it is down, or was
//! lost, nothing is asked.

mod address;
mod set;
mod test;

pub use address::ProxyFace;
pub(crate) use address::proxy_ok;
pub use test::ProxyTest;

#[cfg(test)]
mod tests;
