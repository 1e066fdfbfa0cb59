"""Records: bodies in envelopes, and the manifest over all of them."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from .keys import Keys
from .primitives import FORMAT, Cursor, Damaged, mac, prefixed, seal, unseal

CHUNK = 5 * 1024
KINDS = "/kinds"
KINDS_ID = bytes(16)


@dataclass
class Sealed:
    """A record as it lies on disk: its version and the envelopes of its chunks."""

    version: int
    chunks: list[bytes]


def envelope_aad(keys: Keys, kind: str, record_id: bytes, index: int, count: int, version: int) -> bytes:
    numbers = struct.pack(">I", index), struct.pack(">I", count), struct.pack(">Q", version)
    return prefixed(keys.vault_id, struct.pack(">H", FORMAT), kind.encode(), record_id, *numbers)


def seal_record(
    keys: Keys, kind: str, record_id: bytes, version: int, body: bytes, nonces: list[bytes] | None = None
) -> Sealed:
    epoch = keys.current
    pieces = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)] or [b""]
    chunks = []
    for index, piece in enumerate(pieces):
        aad = envelope_aad(keys, kind, record_id, index, len(pieces), version)
        sealed = seal(keys.record(epoch, kind, record_id), aad, piece, nonces[index] if nonces else None)
        chunks.append(base64.b64encode(b"\x01" + struct.pack(">HQ", epoch, version) + sealed))
    return Sealed(version, chunks)


def open_record(keys: Keys, kind: str, record_id: bytes, sealed: Sealed) -> bytes:
    body = b""
    for index, chunk in enumerate(sealed.chunks):
        raw = base64.b64decode(chunk, validate=True)
        epoch, version = struct.unpack(">HQ", raw[1:11])
        if raw[0] != 1 or version != sealed.version:
            raise Damaged("envelope")
        aad = envelope_aad(keys, kind, record_id, index, len(sealed.chunks), version)
        body += unseal(keys.record(epoch, kind, record_id), aad, raw[11:])
    if not sealed.chunks:
        raise Damaged("a record without envelopes")
    return body


def manifest(keys: Keys, epoch: int, records: dict[bytes, Sealed]) -> tuple[int, bytes]:
    """Count and sum over all records, by kind tag and id."""
    key, total = keys.of(epoch, "manifest"), 0
    for place, record in records.items():
        tags = b"".join(base64.b64decode(chunk)[-16:] for chunk in record.chunks)
        element = mac(key, place, struct.pack(">QI", record.version, len(record.chunks)), tags)
        total += int.from_bytes(element, "big")
    return len(records), (total % (1 << 256)).to_bytes(32, "big")


def encode_kinds(kinds: list[str]) -> bytes:
    return b"".join(prefixed(kind.encode()) for kind in sorted(kinds))


def decode_kinds(body: bytes) -> list[str]:
    cursor, kinds = Cursor(body), []
    while cursor.left():
        kinds.append(cursor.prefixed().decode())
    return kinds
