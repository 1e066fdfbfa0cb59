"""Slots of the header: the ring, wrapped for one secret of the owner.

Wrap 1 (a password's, read for ever) seals the ring under a key from the password. Wrap 2 (every kind) seals the private
half of a key pair under a key from the secret, and the ring to the public half, so that new keys reach a slot whose secret
is not at hand.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from mnemonic import Mnemonic

from .keys import Keys
from .primitives import FORMAT, Costs, Cursor, Damaged, WrongPassword, argon2id, derive, mac, prefixed, seal, sha256, unseal

PASSWORD, RECOVERY, KEYCHAIN, KEY_FILE = 1, 2, 3, 4
DIRECT, SEALED = 1, 2
NO_KDF, ARGON2ID = 0, 1
VERSION = struct.pack(">H", FORMAT)


@dataclass(frozen=True)
class Secret:
    """A secret with its kind: text of a password, or the random bytes of the others."""

    kind: int
    value: str | bytes

    def ikm(self, salt: bytes, costs: Costs | None) -> bytes:
        if self.kind == PASSWORD:
            if costs is None:
                raise Damaged("a password without a key derivation")
            return argon2id(self.value, salt, costs)
        return derive(salt, self.value, b"roster/1/slot-secret/", bytes([self.kind]))


def entropy_of(words: str) -> bytes:
    """The 16 bytes behind the twelve words of a recovery kit."""
    return bytes(Mnemonic("english").to_entropy(" ".join(words.lower().split())))


def words_of(entropy: bytes) -> str:
    return Mnemonic("english").to_mnemonic(entropy)


def key_file(vault_id: bytes, key: bytes) -> bytes:
    head = b"RosterKf" + VERSION + vault_id + key
    return head + sha256(head)


def key_of(vault_id: bytes, content: bytes) -> bytes:
    if len(content) != 90 or content[:8] != b"RosterKf" or sha256(content[:-32]) != content[-32:]:
        raise Damaged("no key file")
    if content[10:26] != vault_id:
        raise WrongPassword("the key file of another vault")
    return content[26:58]


def keys_of_slot(vault_id: bytes, ikm: bytes) -> tuple[bytes, bytes]:
    return derive(vault_id, ikm, b"roster/1/kek"), derive(vault_id, ikm, b"roster/1/header-mac")


def slot_aad(vault_id: bytes, outside: bytes) -> bytes:
    return prefixed(b"roster/1/slot", vault_id, VERSION, outside)


def ring_aad(vault_id: bytes, own_part: bytes, ephemeral: bytes) -> bytes:
    return prefixed(b"roster/1/slot-ring", vault_id, VERSION, own_part, ephemeral)


def ring_key(vault_id: bytes, shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    return derive(vault_id, shared, b"roster/1/ring", ephemeral, public)


def is_for(slot: bytes, kind: int) -> bool:
    return len(slot) > 11 and slot[0] == kind and (slot[1] == SEALED or (slot[1] == DIRECT and kind == PASSWORD))


def open_slot(vault_id: bytes, pin: Costs, slot: bytes, secret: Secret) -> Keys | None:
    """The ring; None when it is not this secret's slot."""
    cursor = Cursor(slot)
    kind, wrap = cursor.number(1), cursor.number(1)
    cursor.take(8 if wrap == DIRECT else 16)
    kdf, costs = cursor.number(1), (cursor.number(4), cursor.number(4), cursor.number(4))
    salt = cursor.take(16)
    if (kdf == ARGON2ID) != (kind == PASSWORD) or kdf not in (NO_KDF, ARGON2ID):
        raise Damaged("a password needs a key derivation, and nothing else does")
    if kdf == ARGON2ID and any(cost < pinned for cost, pinned in zip(costs, pin, strict=True)):
        raise Damaged("key derivation weaker than it used to be")
    if kdf == NO_KDF and costs != (0, 0, 0):
        raise Damaged("costs of no key derivation")
    kek, hdr = keys_of_slot(vault_id, secret.ikm(salt, costs if kdf == ARGON2ID else None))
    public = cursor.take(32) if wrap == SEALED else b""
    outside = cursor.before()
    inner = cursor.prefixed()
    committed = cursor.before()
    if mac(hdr, vault_id, VERSION, committed) != cursor.take(32):
        return None
    opened = unseal(kek, slot_aad(vault_id, outside), inner)
    if wrap == DIRECT:
        if cursor.left():
            raise Damaged("slot")
        return Keys.decode(vault_id, opened)
    own_part = cursor.before()
    ephemeral, sealed_ring = cursor.take(32), cursor.prefixed()
    if cursor.left() or len(opened) != 64:
        raise Damaged("slot")
    private, witness = X25519PrivateKey.from_private_bytes(opened[:32]), opened[32:]
    shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    ring = unseal(ring_key(vault_id, shared, ephemeral, public), ring_aad(vault_id, own_part, ephemeral), sealed_ring)
    keys = Keys.decode(vault_id, ring)
    if keys.witness() != witness:
        raise Damaged("somebody else's ring")
    return keys


def direct_slot(
    keys: Keys, password: str, costs: Costs, salt: bytes, slot_id: bytes, nonce: bytes | None = None
) -> bytes:
    """A password's slot of wrap 1."""
    kek, hdr = keys_of_slot(keys.vault_id, argon2id(password, salt, costs))
    outside = bytes([PASSWORD, DIRECT]) + slot_id + bytes([ARGON2ID]) + struct.pack(">III", *costs) + salt
    committed = outside + prefixed(seal(kek, slot_aad(keys.vault_id, outside), keys.encode(), nonce))
    return committed + mac(hdr, keys.vault_id, VERSION, committed)


@dataclass
class Chance:
    """Everything random in a slot of wrap 2."""

    slot_id: bytes
    salt: bytes
    private: bytes
    ephemeral: bytes
    nonces: tuple[bytes, bytes]

    @staticmethod
    def fresh() -> Chance:
        return Chance(os.urandom(8), os.urandom(16), os.urandom(32), os.urandom(32), (os.urandom(12), os.urandom(12)))


def sealed_slot(keys: Keys, secret: Secret, costs: Costs, made_at: int, chance: Chance | None = None) -> bytes:
    """A slot of wrap 2, of any kind; costs count for passwords only."""
    chance = chance or Chance.fresh()
    kdf, costs = (ARGON2ID, costs) if secret.kind == PASSWORD else (NO_KDF, (0, 0, 0))
    kek, hdr = keys_of_slot(keys.vault_id, secret.ikm(chance.salt, costs))
    private, ephemeral = (X25519PrivateKey.from_private_bytes(key) for key in (chance.private, chance.ephemeral))
    public, one_time = private.public_key().public_bytes_raw(), ephemeral.public_key().public_bytes_raw()
    outside = bytes([secret.kind, SEALED]) + chance.slot_id + struct.pack(">Q", made_at)
    outside += bytes([kdf]) + struct.pack(">III", *costs) + chance.salt + public
    inner = seal(kek, slot_aad(keys.vault_id, outside), chance.private + keys.witness(), chance.nonces[0])
    committed = outside + prefixed(inner)
    own_part = committed + mac(hdr, keys.vault_id, VERSION, committed)
    shared = ephemeral.exchange(private.public_key())
    key = ring_key(keys.vault_id, shared, one_time, public)
    ring = seal(key, ring_aad(keys.vault_id, own_part, one_time), keys.encode(), chance.nonces[1])
    return own_part + one_time + prefixed(ring)
