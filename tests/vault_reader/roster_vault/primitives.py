"""Hashes, ciphers, fields, and what can be wrong."""

from __future__ import annotations

import hashlib
import hmac as hmac_module
import os
import struct
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
FLOOR = (19_456, 2, 1)
CEILING = (1 << 20, 16, 16)
Costs = tuple[int, int, int]


class WrongPassword(Exception):
    """The secret opens no slot, or not this file."""


class Damaged(Exception):
    """The bytes are not what was written."""


class NewerFormat(Exception):
    """A later version of the program wrote this."""


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac_module.new(key, b"".join(parts), hashlib.sha256).digest()


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def derive(salt: bytes, ikm: bytes, *info: bytes) -> bytes:
    """HKDF-SHA256 with one block of output."""
    prk = mac(salt or bytes(32), ikm)
    return mac(prk, *info, b"\x01")


def prefixed(*values: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(value)) + value for value in values)


def argon2id(password: str, salt: bytes, costs: Costs) -> bytes:
    for cost, low, high in zip(costs, FLOOR, CEILING, strict=True):
        if not low <= cost <= high:
            raise Damaged("key derivation outside of the limits")
    m_kib, t, p = costs
    text = unicodedata.normalize("NFKC", password).encode()
    return hash_secret_raw(text, salt, t, m_kib, p, 32, Type.ID)


def seal(key: bytes, aad: bytes, plain: bytes, nonce: bytes | None = None) -> bytes:
    nonce = nonce or os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def unseal(key: bytes, aad: bytes, sealed: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], aad)
    except (InvalidTag, ValueError) as error:
        raise Damaged("not authentic") from error


class Cursor:
    """Takes fields off the front of a byte string."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, length: int) -> bytes:
        if self.at + length > len(self.data):
            raise Damaged("too short")
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")

    def prefixed(self) -> bytes:
        return self.take(self.number(4))

    def left(self) -> int:
        return len(self.data) - self.at

    def before(self) -> bytes:
        """Everything taken so far."""
        return self.data[: self.at]
