//! A session that arrived before it was known whose it is: sealed until that is settled.

use roster_domain::{AccountId, Credential, LoginId, PlatformId};
use roster_vault::RecordId;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::credential;

/// A login whose session is stored and whose end is open.
#[derive(Debug, Clone)]
pub(crate) struct PendingLogin {
    /// Its record.
    pub(crate) record: RecordId,
    /// Its id.
    pub(crate) login: LoginId,
    /// Where.
    pub(crate) platform: PlatformId,
    /// The account it was meant for.
    pub(crate) target: Option<AccountId>,
    /// Whose session it is, where known.
    pub(crate) identity: Option<String>,
    /// The generation of that account's session when this one came: a newer one is not overwritten, and neither is the
    /// end of it. `None` in records of earlier versions.
    pub(crate) after: Option<u64>,
    /// The session.
    pub(crate) credential: Credential,
}

#[derive(Serialize, Deserialize)]
struct Head {
    login: LoginId,
    platform: PlatformId,
    target: Option<AccountId>,
    identity: Option<String>,
    #[serde(default)]
    after: Option<u64>,
}

/// Four bytes of length, the head, the credential.
pub(super) fn to_bytes(pending: &PendingLogin) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let head = serde_json::to_vec(&Head {
        login: pending.login.clone(),
        platform: pending.platform.clone(),
        target: pending.target.clone(),
        identity: pending.identity.clone(),
        after: pending.after,
    })?;
    let secret = credential::to_bytes(&pending.credential)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(4 + head.len() + secret.len()));
    bytes.extend_from_slice(&u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&secret);
    Ok(bytes)
}

/// The way back; `None` for bytes that are not of that form.
pub(super) fn from_bytes(record: RecordId, bytes: &[u8]) -> Option<PendingLogin> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (head, secret) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let head: Head = serde_json::from_slice(head).ok()?;
    let credential = credential::from_bytes(secret).ok()?;
    let Head { login, platform, target, identity, after } = head;
    Some(PendingLogin { record, login, platform, target, identity, after, credential })
}
