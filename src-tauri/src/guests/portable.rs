//! On Windows and macOS: the window library's own cookies. The dot of a domain is kept there; the scripts that it puts
//! into each page stay, and every command they could send is refused.

use roster_domain::{Cookie, SameSite, Secret};
use roster_engine::{WindowError, WindowEvent};
use tauri::{
    Url, WebviewWindow,
    webview::{Cookie as Baked, cookie},
};

use tokio::sync::mpsc;

use super::{failed, proxy::Proxy};
use crate::presence;

/// Puts the cookies in. The proxy was set when the window was made.
pub(super) async fn prepare(
    window: &WebviewWindow,
    _proxy: Option<Proxy>,
    cookies: Vec<Cookie>,
) -> Result<(), WindowError> {
    for cookie in cookies {
        window.set_cookie(bake(&cookie)).map_err(failed)?;
    }
    Ok(())
}

/// Tells from here on when somebody is there. These web views show no input of the person's to the program, only that
/// the window came to the front or was moved.
pub(super) async fn attend(
    window: &WebviewWindow,
    events: mpsc::UnboundedSender<WindowEvent>,
) -> Result<(), WindowError> {
    let told = std::sync::Mutex::new(None::<std::time::Instant>);
    window.on_window_event(move |event| {
        use tauri::WindowEvent::{Focused, Moved, Resized};
        if !matches!(event, Focused(true) | Moved(_) | Resized(_)) {
            return;
        }
        let mut told = told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() >= presence::TOLD_EVERY) {
            *told = Some(std::time::Instant::now());
            // Whoever opened it may not listen any more.
            let _ = events.send(WindowEvent::Active);
        }
    });
    Ok(())
}

/// The cookies that requests to any of these addresses would carry.
pub(super) async fn cookies(window: &WebviewWindow, urls: Vec<Url>) -> Result<Vec<Cookie>, WindowError> {
    let mut found = Vec::new();
    for url in urls {
        let host = url.host_str().unwrap_or_default().to_owned();
        let read = window.cookies_for_url(url).map_err(failed)?;
        found.extend(read.into_iter().map(|cookie| taste(&cookie, &host)));
    }
    Ok(found)
}

/// These web views do not tell.
pub(super) async fn user_agent(_window: &WebviewWindow) -> Result<Option<String>, WindowError> {
    Ok(None)
}

/// Wipes what was kept in memory.
pub(super) async fn forget(window: &WebviewWindow) -> Result<(), WindowError> {
    window.clear_all_browsing_data().map_err(failed)
}

fn bake(cookie: &Cookie) -> Baked<'static> {
    let domain = if cookie.host_only { cookie.domain.clone() } else { format!(".{}", cookie.domain) };
    let mut baked = Baked::build((cookie.name.clone(), cookie.value.expose().clone()))
        .domain(domain)
        .path(cookie.path.clone())
        .secure(cookie.secure)
        .http_only(cookie.http_only);
    if let Some(same_site) = cookie.same_site {
        baked = baked.same_site(match same_site {
            SameSite::Strict => cookie::SameSite::Strict,
            SameSite::Lax => cookie::SameSite::Lax,
            SameSite::None => cookie::SameSite::None,
        });
    }
    let end = cookie.expires_at.map(|end| cookie::time::OffsetDateTime::from_unix_timestamp(end.as_second()));
    if let Some(Ok(end)) = end {
        baked = baked.expires(end);
    }
    baked.build()
}

fn taste(baked: &Baked<'_>, host: &str) -> Cookie {
    let domain = baked.domain().unwrap_or(host).to_ascii_lowercase();
    let end = baked.expires_datetime().map(|end| jiff::Timestamp::from_second(end.unix_timestamp()));
    Cookie {
        name: baked.name().to_owned(),
        value: Secret::from(baked.value()),
        host_only: !domain.starts_with('.'),
        domain: domain.trim_start_matches('.').to_owned(),
        path: baked.path().unwrap_or("/").to_owned(),
        expires_at: end.and_then(Result::ok),
        secure: baked.secure().unwrap_or(false),
        http_only: baked.http_only().unwrap_or(false),
        same_site: baked.same_site().map(|same_site| match same_site {
            cookie::SameSite::Strict => SameSite::Strict,
            cookie::SameSite::Lax => SameSite::Lax,
            cookie::SameSite::None => SameSite::None,
        }),
    }
}
