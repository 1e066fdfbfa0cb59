//! Accounts.

use roster_domain::{Account, Number, Numbers, Profile};
use roster_engine::{AccountOwn, AccountPage, AccountPatch, AccountView, Facets, MaskedCookie, NewAccount, ProxyFace};

use super::query::platform_id;
use crate::{
    Fault,
    wire::{
        account::{
            AccountDetail, AccountFull, AccountMore, AccountSummary, CreateAccountRequest, CreatedAccountView,
            ForecastView, LastCheckView, PoolName, SecretNameView, UpdateAccountRequest,
        },
        account_list::{AccountPageView, FacetsView},
        account_owner::CookieView,
        profile::{AccountProfileView, NumberView, NumbersView, ProfileView},
        proxy::ProxyView,
    },
};

impl TryFrom<CreateAccountRequest> for NewAccount {
    type Error = Fault;

    fn try_from(request: CreateAccountRequest) -> Result<Self, Fault> {
        Ok(Self {
            platform: platform_id("platform", &request.platform)?,
            account_name: request.account_name,
            account_type: request.account_type.map(Into::into).unwrap_or_default(),
            cookie_data: request.cookie_data.into_secret(),
            priority: request.priority,
            user_id: request.user_id,
            project_id: request.project_id,
            tags: request.tags.unwrap_or_default(),
            metadata: request.metadata.unwrap_or_default(),
            note: request.note.unwrap_or_default(),
        })
    }
}

impl From<UpdateAccountRequest> for AccountPatch {
    fn from(request: UpdateAccountRequest) -> Self {
        Self {
            account_name: request.account_name,
            account_type: request.account_type.map(Into::into),
            priority: request.priority,
            status: request.status.map(Into::into),
            tags: request.tags,
            metadata: request.metadata,
            note: request.note,
            user_id: request.user_id,
            project_id: request.project_id,
        }
    }
}

impl From<&AccountView> for CreatedAccountView {
    fn from(view: &AccountView) -> Self {
        let account = &view.account;
        Self {
            id: account.number,
            account_id: account.id.to_string(),
            platform: account.platform.to_string(),
            account_name: account.name.clone(),
            status: account.status.into(),
            priority: account.priority.get(),
            created_at: account.created_at,
        }
    }
}

impl AccountSummary {
    /// A row of a list; `full` adds [`AccountMore`].
    pub(crate) fn of(view: &AccountView, full: bool) -> Self {
        let account = &view.account;
        Self {
            account_id: account.id.to_string(),
            platform: account.platform.to_string(),
            account_name: account.name.clone(),
            status: account.status.into(),
            priority: account.priority.get(),
            use_count: view.usage.use_count,
            success_count: view.usage.success_count,
            fail_count: view.usage.fail_count,
            last_used_at: view.usage.last_used_at,
            more: full.then(|| AccountMore::from(view)),
        }
    }
}

impl AccountDetail {
    /// One account; what it has of its own adds [`AccountFull`].
    pub(crate) fn of(view: &AccountView, own: Option<AccountOwn>) -> Self {
        let account = &view.account;
        Self {
            id: account.number,
            account_id: account.id.to_string(),
            platform: account.platform.to_string(),
            account_name: account.name.clone(),
            account_type: account.account_type.into(),
            status: account.status.into(),
            priority: account.priority.get(),
            use_count: view.usage.use_count,
            success_count: view.usage.success_count,
            fail_count: view.usage.fail_count,
            last_used_at: view.usage.last_used_at,
            last_check_at: account.last_check.as_ref().map(|check| check.at),
            created_at: account.created_at,
            updated_at: account.updated_at,
            more: own.map(|own| AccountFull {
                more: AccountMore::from(view),
                proxy: own.proxy.map(ProxyView::from),
                secrets: own.secrets.into_iter().map(|name| SecretNameView { name }).collect(),
            }),
        }
    }
}

impl From<&AccountView> for AccountMore {
    fn from(view: &AccountView) -> Self {
        let account: &Account = &view.account;
        Self {
            id: account.number,
            account_type: account.account_type.into(),
            name_is_own: account.name_is_own,
            identity: account.identity.clone(),
            profile: account.profile.as_ref().map(ProfileView::from),
            site: account.site.clone(),
            proxied: account.proxy_hash.is_some(),
            quota: view.quota.clone().map(Into::into),
            last_check: account.last_check.as_ref().map(|check| LastCheckView {
                at: check.at,
                verdict: check.verdict.into(),
                reason: check.reason.into(),
            }),
            first_expired_at: account.first_expired_at,
            next_check_at: account.next_check_at,
            forecast: view.forecast.map(|forecast| ForecastView { ends_at: forecast.ends_at, soon: forecast.soon }),
            needs_me: view.needs_me.map(Into::into),
            duplicate_of: view.duplicate_of.as_ref().map(ToString::to_string),
            checking: view.checking,
            can_open: view.can_open,
            window_open: view.window_open,
            has_credential: account.credential_hash.is_some(),
            generation: account.generation,
            last_error: account.last_error.clone(),
            tags: account.tags.clone(),
            metadata: account.metadata.clone(),
            user_id: account.user_id.clone(),
            project_id: account.project_id.clone(),
            note: account.note.clone(),
            pools: view
                .pools
                .iter()
                .map(|pool| PoolName { pool_id: pool.pool_id.to_string(), name: pool.name.clone() })
                .collect(),
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

impl From<&AccountView> for AccountProfileView {
    fn from(view: &AccountView) -> Self {
        Self {
            account_id: view.account.id.to_string(),
            platform: view.account.platform.to_string(),
            identity: view.account.identity.clone(),
            profile: view.account.profile.as_ref().map(ProfileView::from),
        }
    }
}

impl From<&Profile> for ProfileView {
    fn from(profile: &Profile) -> Self {
        let profile = profile.clone();
        Self {
            user_id: profile.user_id,
            name: profile.name,
            avatar_url: profile.avatar_url,
            signature: profile.signature,
            level: profile.level,
            membership: profile.membership,
            membership_ends_at: profile.membership_ends_at,
            verification: profile.verification,
            read_at: profile.read_at,
        }
    }
}

impl NumbersView {
    /// The numbers of one account.
    pub(crate) fn of(view: &AccountView, numbers: Numbers) -> Self {
        let items = numbers.items.into_iter().map(|Number { key, value, change }| NumberView { key, value, change });
        Self { account_id: view.account.id.to_string(), read_at: numbers.read_at, items: items.collect() }
    }
}

impl AccountPageView {
    /// A page; `full` adds [`AccountMore`] to each row.
    pub(crate) fn of(page: &AccountPage, full: bool) -> Self {
        Self {
            accounts: page.accounts.iter().map(|view| AccountSummary::of(view, full)).collect(),
            total: page.total,
            limit: page.limit,
            offset: page.offset,
        }
    }
}

impl From<Facets> for FacetsView {
    fn from(facets: Facets) -> Self {
        Self {
            status: facets.status.into_iter().map(|(status, count)| (status.to_string(), count)).collect(),
            platform: facets.platform.into_iter().map(|(platform, count)| (platform.to_string(), count)).collect(),
            tag: facets.tag,
            needs_me: facets.needs_me,
            total: facets.total,
        }
    }
}

impl From<MaskedCookie> for CookieView {
    fn from(cookie: MaskedCookie) -> Self {
        Self {
            name: cookie.name,
            domain: cookie.domain,
            path: cookie.path,
            expires_at: cookie.expires_at,
            secure: cookie.secure,
            http_only: cookie.http_only,
            masked: cookie.masked,
        }
    }
}

impl From<ProxyFace> for ProxyView {
    fn from(proxy: ProxyFace) -> Self {
        let ProxyFace { scheme, host, port, has_user } = proxy;
        Self { scheme, host, port, has_user }
    }
}
