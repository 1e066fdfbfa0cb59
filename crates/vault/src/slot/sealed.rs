//! Slots of the second form: a key pair, the private key under the owner's secret, the ring sealed to the public key.

use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::bytes::{Reader, put_prefixed};
use crate::crypto::{self, Key};
use crate::error::{OpenError, Part};
use crate::header::{FORMAT, Header};
use crate::keys::{self, Keys, Ring};

use super::parts::{Fixed, commitment, own_aad};
use super::{Opener, SEALED, Slot, SlotId, SlotKeys, SlotKind, slot_keys};

/// The part of a slot that only its secret can make: everything but the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnPart {
    bytes: Vec<u8>,
    public: [u8; 32],
}

impl OwnPart {
    /// Makes a slot's own part with a fresh key pair, and the keys its secret gives.
    pub(crate) fn make(keys: &Keys, fixed: Fixed, with: Opener<'_>) -> Result<(Self, SlotKeys), OpenError> {
        let derived = slot_keys(&keys.vault_id, &fixed, with)?;
        Ok((Self::with_keys(keys, fixed, &derived), derived))
    }

    /// The same with keys that were derived before, from the secret, the salt and the costs of `fixed`.
    pub(crate) fn with_keys(keys: &Keys, fixed: Fixed, derived: &SlotKeys) -> Self {
        let private = StaticSecret::from(crypto::random::<32>());
        let public = PublicKey::from(&private).to_bytes();
        let mut bytes = vec![fixed.kind.code(), SEALED];
        bytes.extend_from_slice(&fixed.id.0);
        let made_at = fixed.made_at.and_then(|at| u64::try_from(at).ok()).unwrap_or_default();
        bytes.extend_from_slice(&made_at.to_be_bytes());
        fixed.put_costs(&mut bytes);
        bytes.extend_from_slice(&public);
        let mut secret = Zeroizing::new([0; 64]);
        secret[..32].copy_from_slice(private.as_bytes());
        secret[32..].copy_from_slice(&*keys.witness());
        let mut sealed = Vec::new();
        crypto::seal(&derived.kek, &own_aad(&keys.vault_id, &bytes), &*secret, &mut sealed);
        put_prefixed(&mut bytes, &sealed);
        let code = commitment(derived, &keys.vault_id, &bytes);
        bytes.extend_from_slice(&code);
        Self { bytes, public }
    }

    /// The own part of a whole slot; `None` when the slot has none.
    pub(super) fn of(slot: &[u8]) -> Option<Self> {
        let fields = Fields::read(slot)?;
        Some(Self { bytes: fields.own.to_vec(), public: fields.public })
    }

    /// The slot, with the ring sealed to its public key.
    pub(crate) fn with_ring(&self, keys: &Keys) -> Slot {
        let ephemeral = StaticSecret::from(crypto::random::<32>());
        let theirs = PublicKey::from(&ephemeral).to_bytes();
        let shared = ephemeral.diffie_hellman(&PublicKey::from(self.public));
        let key = ring_key(&keys.vault_id, shared.as_bytes(), &theirs, &self.public);
        let mut bytes = self.bytes.clone();
        bytes.extend_from_slice(&theirs);
        let mut sealed = Vec::new();
        crypto::seal(&key, &ring_aad(&keys.vault_id, &self.bytes, &theirs), &keys.ring().encode(), &mut sealed);
        put_prefixed(&mut bytes, &sealed);
        Slot { bytes }
    }
}

/// A slot taken apart.
pub(super) struct Fields<'a> {
    pub(super) fixed: Fixed,
    public: [u8; 32],
    /// Everything before the sealed private key.
    outside: &'a [u8],
    secret: &'a [u8],
    /// Everything before the commitment.
    committed: &'a [u8],
    commitment: [u8; 32],
    /// Everything before the ephemeral key.
    own: &'a [u8],
    ephemeral: [u8; 32],
    ring: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let so_far = |reader: &Reader<'_>| bytes.get(..bytes.len() - reader.remaining());
        let (kind, wrap) = (SlotKind::from(reader.u8()?), reader.u8()?);
        if wrap != SEALED || matches!(kind, SlotKind::Unknown(_)) {
            return None;
        }
        let id = SlotId(reader.array()?);
        let made_at = Some(reader.u64()?).filter(|at| *at != 0).and_then(|at| i64::try_from(at).ok());
        let (kdf, salt) = Fixed::read_costs(&mut reader)?;
        let public = reader.array()?;
        let outside = so_far(&reader)?;
        let secret = reader.prefixed()?;
        let committed = so_far(&reader)?;
        let commitment = reader.array()?;
        let own = so_far(&reader)?;
        let ephemeral = reader.array()?;
        let ring = reader.prefixed()?;
        let fixed = Fixed { kind, id, made_at, kdf, salt };
        let fields = Self { fixed, public, outside, secret, committed, commitment, own, ephemeral, ring };
        reader.is_empty().then_some(fields)
    }
}

/// The encoded ring; `None` when the keys are of another secret.
pub(super) fn open(bytes: &[u8], header: &Header, keys: &SlotKeys) -> Result<Option<Zeroizing<Vec<u8>>>, OpenError> {
    let damaged = || OpenError::Damaged { part: Part::Header };
    let fields = Fields::read(bytes).ok_or_else(damaged)?;
    if !crypto::same(&commitment(keys, &header.vault_id, fields.committed), &fields.commitment) {
        return Ok(None);
    }
    let mut secret = Zeroizing::new(Vec::with_capacity(64));
    crypto::open(&keys.kek, &own_aad(&header.vault_id, fields.outside), fields.secret, &mut secret)
        .map_err(|_| damaged())?;
    let (private, witness) = secret.split_first_chunk::<32>().ok_or_else(damaged)?;
    let private = StaticSecret::from(*private);
    let shared = private.diffie_hellman(&PublicKey::from(fields.ephemeral));
    if PublicKey::from(&private).to_bytes() != fields.public || !shared.was_contributory() {
        return Err(damaged());
    }
    let key = ring_key(&header.vault_id, shared.as_bytes(), &fields.ephemeral, &fields.public);
    let mut ring = Zeroizing::new(Vec::new());
    let aad = ring_aad(&header.vault_id, fields.own, &fields.ephemeral);
    crypto::open(&key, &aad, fields.ring, &mut ring).map_err(|_| damaged())?;
    // Anybody can seal a ring to a public key. Only this vault's has the root key that the owner's secret vouches for.
    let root = Ring::decode(&ring).ok_or_else(damaged)?.root;
    if !crypto::same(&*keys::witness(&header.vault_id, &root), witness) {
        return Err(damaged());
    }
    Ok(Some(ring))
}

fn ring_key(vault_id: &[u8; 16], shared: &[u8; 32], ephemeral: &[u8; 32], public: &[u8; 32]) -> Key {
    crypto::derive_key(vault_id, shared, &[b"roster/1/ring", ephemeral, public])
}

fn ring_aad(vault_id: &[u8; 16], own: &[u8], ephemeral: &[u8; 32]) -> Vec<u8> {
    let mut aad = Vec::new();
    put_prefixed(&mut aad, b"roster/1/slot-ring");
    put_prefixed(&mut aad, vault_id);
    put_prefixed(&mut aad, &FORMAT.to_be_bytes());
    put_prefixed(&mut aad, own);
    put_prefixed(&mut aad, ephemeral);
    aad
}
