"""Portable exports: records in one file under a password of its own."""

from __future__ import annotations

import os
import struct

from .primitives import Costs, Cursor, Damaged, NewerFormat, WrongPassword, argon2id, derive, mac, prefixed, seal, sha256, unseal

EXPORT_FORMAT = 1
CHUNK = 65_536
ARGON2ID = 1
Entry = tuple[str, bytes, bytes]
"""Kind, id, body."""


def keys_of(password: str, salt: bytes, costs: Costs) -> tuple[bytes, bytes]:
    ikm = argon2id(password, salt, costs)
    return derive(salt, ikm, b"roster/export/1/key"), derive(salt, ikm, b"roster/export/1/commit")


def chunk_aad(head: bytes, position: int, last: bool) -> bytes:
    return prefixed(b"roster/export/1/chunk", sha256(head), struct.pack(">Q", position), bytes([last]))


def seal_export(
    entries: list[Entry], password: str, costs: Costs, salt: bytes | None = None, nonces: list[bytes] | None = None
) -> bytes:
    salt = salt or os.urandom(16)
    plain = b"".join(prefixed(kind.encode()) + record_id + prefixed(body) for kind, record_id, body in entries)
    fields = bytes([ARGON2ID]) + struct.pack(">III", *costs) + salt + struct.pack(">QQ", len(entries), len(plain))
    head = b"RosterEx" + struct.pack(">HI", EXPORT_FORMAT, len(fields) + 64) + fields
    key, hdr = keys_of(password, salt, costs)
    head += mac(hdr, head)
    head += sha256(head)
    pieces = [plain[at : at + CHUNK] for at in range(0, len(plain), CHUNK)] or [b""]
    out = head
    for position, piece in enumerate(pieces):
        aad = chunk_aad(head, position, position + 1 == len(pieces))
        out += seal(key, aad, piece, nonces[position] if nonces else None)
    return out


def open_export(data: bytes, password: str) -> list[Entry]:
    cursor = Cursor(data)
    magic, version, length = cursor.take(8), cursor.number(2), cursor.number(4)
    if magic != b"RosterEx" or length > cursor.left():
        raise Damaged("export")
    head = data[: cursor.at + length]
    if sha256(head[:-32]) != head[-32:]:
        raise Damaged("export")
    if version > EXPORT_FORMAT:
        raise NewerFormat(version)
    if cursor.number(1) != ARGON2ID:
        raise Damaged("key derivation")
    costs = (cursor.number(4), cursor.number(4), cursor.number(4))
    salt, count, plain_length = cursor.take(16), cursor.number(8), cursor.number(8)
    key, hdr = keys_of(password, salt, costs)
    if mac(hdr, cursor.before()) != cursor.take(32):
        raise WrongPassword
    cursor.take(32)
    chunks = max(1, -(-plain_length // CHUNK))
    plain = b""
    for position in range(chunks):
        last = position + 1 == chunks
        size = plain_length - position * CHUNK if last else CHUNK
        plain += unseal(key, chunk_aad(head, position, last), cursor.take(12 + size + 16))
    if cursor.left():
        raise Damaged("more than there should be")
    entries, inside = [], Cursor(plain)
    for _ in range(count):
        entries.append((inside.prefixed().decode(), inside.take(16), inside.prefixed()))
    if inside.left():
        raise Damaged("entries")
    return entries
