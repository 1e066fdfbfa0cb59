//! The closed lists of words. Each mirrors one of the domain's enums, so that what goes over the wire changes
//! only when somebody changes it here; the conversions have no wildcard arm.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident mirrors $theirs:path { $($(#[$variant_doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl From<$theirs> for $name {
            fn from(word: $theirs) -> Self {
                match word { $(<$theirs>::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $theirs {
            fn from(word: $name) -> Self {
                match word { $($name::$variant => Self::$variant),+ }
            }
        }
    };
}

pub(super) use words;

words! {
    /// Where an account stands.
    AccountStatus mirrors roster_domain::AccountStatus {
        /// Never verified.
        Pending,
        /// The platform named the expected user.
        Active,
        /// Refused by the platform for another reason than an ended session, or set aside by the owner.
        Inactive,
        /// The platform said twice that this session is not logged in.
        Expired,
    }
}

words! {
    /// Whose account it is.
    AccountType mirrors roster_domain::AccountType {
        /// A person's own.
        Personal,
        /// A company's.
        Business,
    }
}

words! {
    /// What one answer of a platform means.
    Verdict mirrors roster_domain::Verdict {
        /// The platform named the expected user.
        Alive,
        /// The platform said "not logged in".
        Expired,
        /// Banned, muted, risk control, captcha.
        Restricted,
        /// The session belongs to another user.
        IdentityMismatch,
        /// No answer, or one that says nothing about the session.
        Unknown,
        /// An answer that nobody here understands.
        PlatformChanged,
    }
}

words! {
    /// Why a verdict is what it is, or why a question to a platform failed.
    Reason mirrors roster_domain::Reason {
        /// All is well.
        Ok,
        /// "Not logged in", in the platform's words.
        NotLoggedIn,
        /// Banned or being closed.
        Banned,
        /// May not post or speak.
        Muted,
        /// Refused by risk control.
        RiskControl,
        /// The platform wants a captcha or a second verification.
        Captcha,
        /// Too many requests.
        RateLimited,
        /// The session names another user than the account.
        OtherUser,
        /// The host name could not be resolved.
        Dns,
        /// No connection.
        Connect,
        /// The TLS handshake or certificate failed.
        Tls,
        /// No answer in time.
        Timeout,
        /// The account's proxy does not work; nothing was sent around it.
        Proxy,
        /// The platform answered with a server error.
        ServerError,
        /// Something else instead of JSON: a captive portal, a block page.
        NotJson,
        /// The answer's shape is unknown.
        UnexpectedShape,
        /// A redirect to another host.
        HostChanged,
        /// The vault holds no credential for this account.
        NoCredential,
        /// The network is off.
        Offline,
        /// Anything else.
        Other,
    }
}

words! {
    /// The rule by which a pool chooses.
    Strategy mirrors roster_domain::Strategy {
        /// One after the other, evenly.
        RoundRobin,
        /// Any.
        Random,
        /// The highest priority; in turn among equals.
        Priority,
        /// The one used least often; the one unused longest among equals.
        LeastUsed,
    }
}
