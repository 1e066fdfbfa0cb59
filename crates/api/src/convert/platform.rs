//! Platforms.

use roster_engine::{Adapter, Descriptor, Site};

use crate::wire::platform::{CapabilitiesView, PlatformView, ScanningAppView, SiteView};

impl From<&dyn Adapter> for PlatformView {
    fn from(adapter: &dyn Adapter) -> Self {
        let descriptor: &Descriptor = adapter.descriptor();
        Self {
            id: descriptor.id.to_string(),
            name_zh: descriptor.name_zh.to_owned(),
            name_en: descriptor.name_en.to_owned(),
            home_url: descriptor.home_url.to_owned(),
            cookie_domain: descriptor.cookie_domain.to_owned(),
            required_cookies: descriptor.required_cookies.iter().map(|name| (*name).to_owned()).collect(),
            login_methods: descriptor.login_methods.iter().map(|method| (*method).into()).collect(),
            capabilities: CapabilitiesView {
                renew: descriptor.capabilities.renew,
                numbers: descriptor.capabilities.numbers,
                logout: descriptor.capabilities.logout,
                quotas: descriptor.capabilities.quotas,
                operations: !adapter.operations().is_empty(),
                open: adapter.window(None).is_some(),
            },
            scanning_app: descriptor
                .scanning_app
                .map(|(zh, en)| ScanningAppView { zh: zh.to_owned(), en: en.to_owned() }),
            sites: descriptor.sites.iter().map(site).collect(),
            any_site: descriptor.any_site,
            check_every_minutes: descriptor.check_every.as_secs() / 60,
            check_at_least_every_minutes: descriptor.check_at_least_every.as_secs() / 60,
        }
    }
}

fn site(site: &Site) -> SiteView {
    SiteView { origin: site.origin.to_owned(), name_zh: site.name.zh.to_owned(), name_en: site.name.en.to_owned() }
}
