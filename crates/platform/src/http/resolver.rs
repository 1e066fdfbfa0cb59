//! Names to addresses, with a failure that can be told from a refused connection.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A name that could not be resolved. The name itself is not repeated.
#[derive(Debug, thiserror::Error)]
#[error("the name could not be resolved")]
pub(super) struct NameUnknown(#[source] std::io::Error);

/// The system's resolver.
#[derive(Debug, Default)]
pub(super) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(NameUnknown)?;
            let found: Vec<SocketAddr> = found.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
