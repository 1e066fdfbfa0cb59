//! Platforms.

use roster_engine::Descriptor;

use crate::wire::platform::{CapabilitiesView, PlatformView, ScanningAppView};

impl From<&Descriptor> for PlatformView {
    fn from(descriptor: &Descriptor) -> Self {
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
            },
            scanning_app: descriptor
                .scanning_app
                .map(|(zh, en)| ScanningAppView { zh: zh.to_owned(), en: en.to_owned() }),
            check_every_minutes: descriptor.check_every.as_secs() / 60,
            check_at_least_every_minutes: descriptor.check_at_least_every.as_secs() / 60,
        }
    }
}
