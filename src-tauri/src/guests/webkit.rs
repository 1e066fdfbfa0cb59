//! On Linux: WebKitGTK itself, where the window library is not exact enough. It drops the dot of a cookie's domain, so
//! that a sub-domain never gets it, and the name and password of a proxy.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gtk::{gio::Cancellable, glib};
use jiff::Timestamp;
use roster_domain::{Cookie, SameSite, Secret};
use roster_engine::{WindowError, WindowEvent};
use soup::SameSitePolicy;
use tauri::{Url, WebviewWindow};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};
use webkit2gtk::{
    CookieManager, CookieManagerExt, NetworkProxyMode, NetworkProxySettings, SettingsExt, UserContentManagerExt,
    WebContextExt, WebView, WebViewExt, WebsiteDataManagerExt, WebsiteDataManagerExtManual, WebsiteDataTypes,
};

use super::{PATIENCE, failed, manners, proxy::Proxy};

/// Asks the web view something in its own thread.
async fn ask<T: Send + 'static>(
    window: &WebviewWindow,
    question: impl FnOnce(&WebView, oneshot::Sender<T>) + Send + 'static,
) -> Result<T, WindowError> {
    let (told, answer) = oneshot::channel();
    window.with_webview(move |view| question(&view.inner(), told)).map_err(failed)?;
    match timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) => Err(WindowError::Closed),
        Err(_) => Err(failed("the web view does not answer")),
    }
}

/// Takes the program's scripts and message channel out, sets the proxy and puts the cookies in.
pub(super) async fn prepare(
    window: &WebviewWindow,
    proxy: Option<Proxy>,
    cookies: Vec<Cookie>,
) -> Result<(), WindowError> {
    ask(window, move |view, told| {
        let done = estrange(view)
            .and_then(|()| manners::teach(view))
            .and_then(|()| proxy.map_or(Some(()), |proxy| go_through(view, &proxy)));
        match done.and_then(|()| manager(view)) {
            Some(manager) => put(&manager, &cookies, told),
            // The sender goes without a word: the web view is not what it should be.
            None => drop(told),
        }
    })
    .await?
}

/// Tells from here on when somebody is there.
pub(super) async fn attend(
    window: &WebviewWindow,
    events: mpsc::UnboundedSender<WindowEvent>,
) -> Result<(), WindowError> {
    ask(window, move |view, told| {
        manners::attend(view, events);
        // Whoever asked may be gone.
        let _ = told.send(());
    })
    .await
}

/// Nothing of the program is left in the pages that come from here on.
fn estrange(view: &WebView) -> Option<()> {
    let content = view.user_content_manager()?;
    content.remove_all_scripts();
    content.unregister_script_message_handler("ipc");
    let settings = WebViewExt::settings(view)?;
    settings.set_enable_developer_extras(false);
    // Both would go past a proxy.
    settings.set_enable_dns_prefetching(false);
    settings.set_enable_webrtc(false);
    settings.set_enable_media_stream(false);
    Some(())
}

fn go_through(view: &WebView, proxy: &Proxy) -> Option<()> {
    // No exceptions, loopback included.
    let mut settings = NetworkProxySettings::new(Some(proxy.address()), &[]);
    let data = view.website_data_manager()?;
    data.set_network_proxy_settings(NetworkProxyMode::Custom, Some(&mut settings));
    Some(())
}

fn manager(view: &WebView) -> Option<CookieManager> {
    view.context()?.cookie_manager()
}

fn put(manager: &CookieManager, cookies: &[Cookie], told: oneshot::Sender<Result<(), WindowError>>) {
    if cookies.is_empty() {
        // Whoever asked may be gone; so below.
        let _ = told.send(Ok(()));
        return;
    }
    let left = Rc::new(Cell::new(cookies.len()));
    let told = Rc::new(RefCell::new(Some(told)));
    for cookie in cookies {
        let (left, told) = (Rc::clone(&left), Rc::clone(&told));
        manager.add_cookie(&mut to_soup(cookie), None::<&Cancellable>, move |added| {
            left.set(left.get() - 1);
            let answer = match added {
                Err(error) => Some(Err(failed(error.message()))),
                Ok(()) => (left.get() == 0).then_some(Ok(())),
            };
            if let Some(answer) = answer
                && let Some(told) = told.borrow_mut().take()
            {
                let _ = told.send(answer);
            }
        });
    }
}

/// The cookies that requests to any of these addresses would carry.
pub(super) async fn cookies(window: &WebviewWindow, urls: Vec<Url>) -> Result<Vec<Cookie>, WindowError> {
    ask(window, move |view, told| {
        let Some(manager) = manager(view) else { return };
        let left = Rc::new(Cell::new(urls.len()));
        let found = Rc::new(RefCell::new((Vec::new(), Some(told))));
        for url in &urls {
            let (left, found) = (Rc::clone(&left), Rc::clone(&found));
            manager.cookies(url.as_str(), None::<&Cancellable>, move |read| {
                left.set(left.get() - 1);
                let mut found = found.borrow_mut();
                match read {
                    Ok(read) => found.0.extend(read.into_iter().filter_map(from_soup)),
                    Err(error) => {
                        if let Some(told) = found.1.take() {
                            let _ = told.send(Err(failed(error.message())));
                        }
                    }
                }
                if left.get() == 0
                    && let Some(told) = found.1.take()
                {
                    let _ = told.send(Ok(std::mem::take(&mut found.0)));
                }
            });
        }
    })
    .await?
}

/// What its requests say they come from.
pub(super) async fn user_agent(window: &WebviewWindow) -> Result<Option<String>, WindowError> {
    ask(window, |view, told| {
        let agent = WebViewExt::settings(view).and_then(|settings| settings.user_agent());
        let _ = told.send(agent.map(String::from));
    })
    .await
}

/// Ends the page's process and wipes what was kept in memory for it.
pub(super) async fn forget(window: &WebviewWindow) -> Result<(), WindowError> {
    ask(window, |view, told| {
        view.terminate_web_process();
        let Some(data) = view.website_data_manager() else { return };
        let all = glib::TimeSpan::from_seconds(0);
        data.clear(WebsiteDataTypes::ALL, all, None::<&Cancellable>, move |cleared| {
            let _ = told.send(cleared.map_err(|error| failed(error.message())));
        });
    })
    .await?
}

fn to_soup(cookie: &Cookie) -> soup::Cookie {
    // The dot is what tells a domain's cookie from a host's.
    let domain = if cookie.host_only { cookie.domain.clone() } else { format!(".{}", cookie.domain) };
    let mut made = soup::Cookie::new(&cookie.name, cookie.value.expose(), &domain, &cookie.path, -1);
    made.set_secure(cookie.secure);
    made.set_http_only(cookie.http_only);
    made.set_same_site_policy(match cookie.same_site {
        Some(SameSite::Strict) => SameSitePolicy::Strict,
        Some(SameSite::Lax) => SameSitePolicy::Lax,
        Some(SameSite::None) | None => SameSitePolicy::None,
    });
    let end = cookie.expires_at.and_then(|end| glib::DateTime::from_unix_utc(end.as_second()).ok());
    if let Some(end) = end {
        made.set_expires(&end);
    }
    made
}

fn from_soup(mut cookie: soup::Cookie) -> Option<Cookie> {
    let domain = cookie.domain()?.to_ascii_lowercase();
    let host_only = !domain.starts_with('.');
    Some(Cookie {
        name: cookie.name()?.into(),
        value: Secret::new(cookie.value()?.into()),
        domain: domain.trim_start_matches('.').to_owned(),
        host_only,
        path: cookie.path().map_or_else(|| String::from("/"), String::from),
        expires_at: cookie.expires().and_then(|end| Timestamp::from_second(end.to_unix()).ok()),
        secure: cookie.is_secure(),
        http_only: cookie.is_http_only(),
        same_site: match cookie.same_site_policy() {
            SameSitePolicy::Strict => Some(SameSite::Strict),
            SameSitePolicy::Lax => Some(SameSite::Lax),
            _ => None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(host_only: bool) -> Cookie {
        Cookie {
            name: String::from("web_session"),
            value: Secret::from("a%2Cb=1"),
            domain: String::from("xiaohongshu.com"),
            host_only,
            path: String::from("/x"),
            expires_at: Timestamp::from_second(1_900_000_000).ok(),
            secure: true,
            http_only: true,
            same_site: Some(SameSite::Lax),
        }
    }

    #[test]
    fn a_cookie_comes_back_as_it_went_in() {
        for host_only in [true, false] {
            let before = cookie(host_only);
            let after = from_soup(to_soup(&before)).unwrap();
            assert_eq!((&after.name, &after.domain, &after.path), (&before.name, &before.domain, &before.path));
            assert_eq!(after.value.expose(), before.value.expose());
            assert_eq!((after.host_only, after.expires_at), (before.host_only, before.expires_at));
            assert_eq!((after.secure, after.http_only, after.same_site), (true, true, before.same_site));
        }
    }

    #[test]
    fn a_domains_cookie_goes_to_the_hosts_below_and_a_hosts_does_not() {
        let goes = |host_only, host| to_soup(&cookie(host_only)).domain_matches(host);
        for (host, domains, hosts_own) in [
            ("xiaohongshu.com", true, true),
            ("creator.xiaohongshu.com", true, false),
            ("notxiaohongshu.com", false, false),
        ] {
            assert_eq!((goes(false, host), goes(true, host)), (domains, hosts_own), "{host}");
        }
    }
}
