//! How a route enters a router: with the permit of its handler, which is read off the handler's type. A handler
//! whose first argument is no [`Authorized`](crate::access::Authorized) does not compile here.

use std::future::Future;

use serde_json::json;
use utoipa::openapi::{
    Content, Ref, ResponseBuilder,
    extensions::ExtensionsBuilder,
    path::{Operation, PathItem},
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::{
    ErrorCode,
    access::{Authorized, Doorway, Permit, Scope, VaultNeed},
};

/// A handler that asks for a permit first. `Args` is there for the compiler alone.
pub(crate) trait Guarded<Args> {
    /// The scope it names.
    const SCOPE: Scope;
    /// What it needs of the vault.
    const VAULT: VaultNeed;
}

macro_rules! guarded_by_first_argument {
    ($($rest:ident),*) => {
        impl<F, Fut, P, $($rest),*> Guarded<(P, $($rest,)*)> for F
        where
            F: Fn(Authorized<P>, $($rest),*) -> Fut,
            Fut: Future,
            P: Permit,
        {
            const SCOPE: Scope = P::SCOPE;
            const VAULT: VaultNeed = P::VAULT;
        }
    };
}

guarded_by_first_argument!();
guarded_by_first_argument!(A);
guarded_by_first_argument!(A, B);
guarded_by_first_argument!(A, B, C);

/// A route with its permit, made by [`guarded!`].
pub(crate) struct GuardedRoute(UtoipaMethodRouter<Doorway>);

impl GuardedRoute {
    /// Joins a route with the permit of its handler and writes the permit into the route's description.
    pub(crate) fn new<H: Guarded<Args>, Args>(_handler: &H, mut route: UtoipaMethodRouter<Doorway>) -> Self {
        for item in route.1.paths.values_mut() {
            for operation in operations(item) {
                describe(operation, H::SCOPE, H::VAULT);
            }
        }
        Self(route)
    }

    /// Adds it to a router.
    pub(crate) fn add_to(self, router: OpenApiRouter<Doorway>) -> OpenApiRouter<Doorway> {
        router.routes(self.0)
    }
}

/// Adds handlers to a router, each with the permit that its first argument names.
macro_rules! guarded {
    ($router:expr, $($handler:path),+ $(,)?) => {{
        let router = $router;
        $(let router = $crate::guarded::GuardedRoute::new(&$handler, utoipa_axum::routes!($handler)).add_to(router);)+
        router
    }};
}
pub(crate) use guarded;

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [item.get.as_mut(), item.put.as_mut(), item.post.as_mut(), item.delete.as_mut()].into_iter().flatten()
}

/// Writes down the scope, the need, and every error: those the route names in `x-errors`, and those that follow
/// from what it takes.
fn describe(operation: &mut Operation, scope: Scope, vault: VaultNeed) {
    let named = operation.extensions.take().and_then(|extensions| extensions.get("x-errors").cloned());
    let mut codes = vec![ErrorCode::Unauthorized, ErrorCode::Forbidden, ErrorCode::RateLimited, ErrorCode::Internal];
    codes.extend(named.and_then(|words| serde_json::from_value::<Vec<ErrorCode>>(words).ok()).unwrap_or_default());
    if vault == VaultNeed::Open {
        codes.push(ErrorCode::VaultLocked);
    }
    if operation.request_body.is_some() {
        codes.push(ErrorCode::PayloadTooLarge);
    }
    if operation.request_body.is_some() || operation.parameters.as_ref().is_some_and(|all| !all.is_empty()) {
        codes.push(ErrorCode::InvalidRequest);
    }
    codes.sort_unstable();
    codes.dedup();
    for status in codes.iter().map(|code| code.status()).collect::<std::collections::BTreeSet<_>>() {
        let lines: Vec<String> = codes
            .iter()
            .filter(|code| code.status() == status)
            .map(|code| format!("`{}`: {}", code.as_str(), code.says()))
            .collect();
        let response = ResponseBuilder::new()
            .description(lines.join("; "))
            .content("application/json", Content::new(Some(Ref::from_schema_name("Failure"))));
        operation.responses.responses.insert(status.as_str().to_owned(), response.build().into());
    }
    let words: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    operation.extensions = Some(
        ExtensionsBuilder::new()
            .add("x-scope", scope.as_str())
            .add(
                "x-vault",
                match vault {
                    VaultNeed::Any => "any",
                    VaultNeed::Open => "open",
                },
            )
            .add("x-errors", json!(words))
            .build(),
    );
}
