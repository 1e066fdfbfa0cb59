"""The format of a Roster vault, version 1, written down a second time.

This module shares nothing with the program but the format: whoever wants to know what a byte means reads it here.
It opens a vault from its header, checkpoints and journals (they hold everything; the store beside them is only a
faster copy) and writes one that the program opens. All numbers are big-endian.
"""

from __future__ import annotations

import base64
import hashlib
import hmac as hmac_module
import os
import struct
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
CHUNK = 5 * 1024
PART = 256 * 1024
KINDS = "/kinds"
KINDS_ID = bytes(16)
FLOOR = (19_456, 2, 1)
CEILING = (1 << 20, 16, 16)
COMMIT, PART_FRAME, END = 1, 2, 3


class WrongPassword(Exception):
    """The password opens no slot."""


class Damaged(Exception):
    """The bytes are not what was written."""


class NewerFormat(Exception):
    """A later version of the program wrote this."""


# --- primitives ------------------------------------------------------------------------------------------------


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac_module.new(key, b"".join(parts), hashlib.sha256).digest()


def derive(salt: bytes, ikm: bytes, *info: bytes) -> bytes:
    """HKDF-SHA256 with one block of output."""
    prk = mac(salt or bytes(32), ikm)
    return mac(prk, *info, b"\x01")


def prefixed(*values: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(value)) + value for value in values)


def argon2id(password: str, salt: bytes, costs: tuple[int, int, int]) -> bytes:
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


# --- keys ------------------------------------------------------------------------------------------------------


@dataclass
class Keys:
    """The ring that slots wrap, and what is derived from it."""

    vault_id: bytes
    root: bytes
    epochs: dict[int, bytes]

    @staticmethod
    def decode(vault_id: bytes, ring: bytes) -> Keys:
        cursor = Cursor(ring)
        root = cursor.take(32)
        epochs = {}
        for _ in range(cursor.number(2)):
            epoch = cursor.number(2)
            epochs[epoch] = cursor.take(32)
        if cursor.left() or not epochs or list(epochs) != sorted(epochs):
            raise Damaged("not a ring of keys")
        return Keys(vault_id, root, epochs)

    def encode(self) -> bytes:
        ring = self.root + struct.pack(">H", len(self.epochs))
        return ring + b"".join(struct.pack(">H", epoch) + key for epoch, key in sorted(self.epochs.items()))

    @property
    def current(self) -> int:
        return max(self.epochs)

    def of(self, epoch: int, purpose: str) -> bytes:
        """One of header, head, journal, checkpoint, manifest, store."""
        if epoch not in self.epochs:
            raise Damaged("no key for this epoch")
        return derive(self.vault_id, self.epochs[epoch], b"roster/1/" + purpose.encode())

    def kind_tag(self, kind: str) -> bytes:
        return mac(derive(self.vault_id, self.root, b"roster/1/kind"), kind.encode())[:8]

    def record(self, epoch: int, kind: str, record_id: bytes) -> bytes:
        if epoch not in self.epochs:
            raise Damaged("no key for this epoch")
        return derive(record_id, self.epochs[epoch], b"roster/1/rec/", kind.encode())

    def hash(self, purpose: str, data: bytes) -> bytes:
        return mac(derive(self.vault_id, self.root, b"roster/1/hash/", purpose.encode()), data)


# --- header ----------------------------------------------------------------------------------------------------


@dataclass
class Header:
    vault_id: bytes
    number: int
    pin: tuple[int, int, int]
    slots: list[bytes]
    mac: bytes = b""

    def covered(self) -> bytes:
        body = self.vault_id + struct.pack(">QIIIH", self.number, *self.pin, len(self.slots))
        body += b"".join(prefixed(slot) for slot in self.slots)
        return b"RosterHd" + struct.pack(">HI", FORMAT, len(body) + 64) + body

    def encode(self, keys: Keys) -> bytes:
        covered = self.covered()
        self.mac = mac(keys.of(keys.current, "header"), covered)
        return covered + self.mac + hashlib.sha256(covered + self.mac).digest()

    @staticmethod
    def decode(data: bytes) -> Header:
        cursor = Cursor(data)
        magic, version, length = cursor.take(8), cursor.number(2), cursor.number(4)
        intact = hashlib.sha256(data[:-32]).digest() == data[-32:]
        if magic != b"RosterHd" or length != cursor.left() or not intact:
            raise Damaged("header")
        if version > FORMAT:
            raise NewerFormat(version)
        vault_id, number = cursor.take(16), cursor.number(8)
        pin = (cursor.number(4), cursor.number(4), cursor.number(4))
        slots = [cursor.prefixed() for _ in range(cursor.number(2))]
        return Header(vault_id, number, pin, slots, cursor.take(32))

    def unlock(self, password: str) -> Keys:
        for slot in self.slots:
            if slot[:2] != b"\x01\x01" or slot[10:11] != b"\x01":
                continue  # not a password
            keys = self._try(slot, password)
            if keys is None:
                continue
            if mac(keys.of(keys.current, "header"), self.covered()) != self.mac:
                raise Damaged("header")
            return keys
        raise WrongPassword

    def _try(self, slot: bytes, password: str) -> Keys | None:
        cursor = Cursor(slot)
        cursor.take(11)
        costs = (cursor.number(4), cursor.number(4), cursor.number(4))
        if any(cost < pinned for cost, pinned in zip(costs, self.pin, strict=True)):
            raise Damaged("key derivation weaker than it used to be")
        salt = cursor.take(16)
        outside = slot[: cursor.at]
        ring = cursor.prefixed()
        committed = slot[: cursor.at]
        kek, hdr = slot_keys(self.vault_id, argon2id(password, salt, costs))
        if mac(hdr, self.vault_id, struct.pack(">H", FORMAT), committed) != cursor.take(32):
            return None
        return Keys.decode(self.vault_id, unseal(kek, slot_aad(self.vault_id, outside), ring))


def slot_keys(vault_id: bytes, ikm: bytes) -> tuple[bytes, bytes]:
    return derive(vault_id, ikm, b"roster/1/kek"), derive(vault_id, ikm, b"roster/1/header-mac")


def slot_aad(vault_id: bytes, outside: bytes) -> bytes:
    return prefixed(b"roster/1/slot", vault_id, struct.pack(">H", FORMAT), outside)


def password_slot(
    keys: Keys, password: str, costs: tuple[int, int, int], salt: bytes, slot_id: bytes, nonce: bytes | None = None
) -> bytes:
    kek, hdr = slot_keys(keys.vault_id, argon2id(password, salt, costs))
    outside = b"\x01\x01" + slot_id + b"\x01" + struct.pack(">III", *costs) + salt
    committed = outside + prefixed(seal(kek, slot_aad(keys.vault_id, outside), keys.encode(), nonce))
    return committed + mac(hdr, keys.vault_id, struct.pack(">H", FORMAT), committed)


# --- records ---------------------------------------------------------------------------------------------------


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


# --- stamps, head, frames --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stamp:
    generation: int
    epoch: int
    count: int
    sum: bytes

    def encode(self) -> bytes:
        return struct.pack(">QHQ", self.generation, self.epoch, self.count) + self.sum

    @staticmethod
    def read(cursor: Cursor) -> Stamp:
        return Stamp(cursor.number(8), cursor.number(2), cursor.number(8), cursor.take(32))


@dataclass
class Head:
    seq: int
    stamp: Stamp
    header_number: int
    checkpoint: int
    clean: bool

    def encode(self, keys: Keys) -> bytes:
        out = b"RosterHe" + struct.pack(">H", FORMAT) + keys.vault_id + struct.pack(">Q", self.seq)
        out += self.stamp.encode() + struct.pack(">QQB", self.header_number, self.checkpoint, self.clean)
        return out + mac(keys.of(self.stamp.epoch, "head"), out)

    @staticmethod
    def decode(keys: Keys, data: bytes) -> Head:
        """One place of the file."""
        cursor = Cursor(data)
        named = cursor.take(26) == b"RosterHe" + struct.pack(">H", FORMAT) + keys.vault_id
        head = Head(cursor.number(8), Stamp.read(cursor), cursor.number(8), cursor.number(8), cursor.number(1) == 1)
        covered = data[: cursor.at]
        if not named or mac(keys.of(head.stamp.epoch, "head"), covered) != cursor.take(32):
            raise Damaged("head")
        return head

    @staticmethod
    def read(keys: Keys, data: bytes) -> Head:
        """The newest valid place of the whole file."""
        found = []
        for place in (data[:4096], data[4096:]):
            try:
                found.append(Head.decode(keys, place))
            except Damaged:
                continue
        if not found:
            raise Damaged("head")
        return max(found, key=lambda head: head.seq)


@dataclass
class Frame:
    sort: int
    stamp: Stamp
    ops: list[tuple[bytes, Sealed | None]] = field(default_factory=list)


VOLUMES = {"journal": b"RosterJn", "checkpoint": b"RosterCp"}


def encode_volume(keys: Keys, volume: str, start: Stamp, frames: list[Frame]) -> bytes:
    out = VOLUMES[volume] + struct.pack(">H", FORMAT) + keys.vault_id + start.encode()
    last = mac(keys.of(start.epoch, volume), out)
    out += last
    for frame in frames:
        body = bytes([frame.sort]) + frame.stamp.encode() + last + struct.pack(">I", len(frame.ops))
        for place, put in frame.ops:
            if put is None:
                body += b"\x02" + place
            else:
                body += b"\x01" + place + struct.pack(">QI", put.version, len(put.chunks)) + prefixed(*put.chunks)
        covered = struct.pack(">I", len(body) + 32) + body
        last = mac(keys.of(frame.stamp.epoch, volume), covered)
        out += covered + last
    return out


def decode_volume(keys: Keys, volume: str, data: bytes) -> tuple[Stamp, list[Frame], bytes]:
    """The start, every frame, and what is left after the last whole one."""
    cursor = Cursor(data)
    named = cursor.take(26) == VOLUMES[volume] + struct.pack(">H", FORMAT) + keys.vault_id
    start = Stamp.read(cursor)
    covered = data[: cursor.at]
    last = cursor.take(32)
    if not named or mac(keys.of(start.epoch, volume), covered) != last:
        raise Damaged(volume)
    frames = []
    while cursor.left() >= 4:
        rest = data[cursor.at :]
        length = 4 + int.from_bytes(rest[:4], "big")
        if length > len(rest):
            break
        frame, before = decode_frame(keys, volume, rest[:length])
        if before != last:
            raise Damaged("a frame is missing")
        last = rest[length - 32 : length]
        frames.append(frame)
        cursor.take(length)
    return start, frames, data[cursor.at :]


def decode_frame(keys: Keys, volume: str, data: bytes) -> tuple[Frame, bytes]:
    cursor = Cursor(data[:-32])
    cursor.take(4)
    sort = cursor.number(1)
    stamp = Stamp.read(cursor)
    if mac(keys.of(stamp.epoch, volume), data[:-32]) != data[-32:]:
        raise Damaged("frame")
    before = cursor.take(32)
    ops: list[tuple[bytes, Sealed | None]] = []
    for _ in range(cursor.number(4)):
        op, place = cursor.number(1), cursor.take(24)
        if op == 1:
            version, count = cursor.number(8), cursor.number(4)
            ops.append((place, Sealed(version, [cursor.prefixed() for _ in range(count)])))
        elif op == 2:
            ops.append((place, None))
        else:
            raise Damaged("op")
    if cursor.left():
        raise Damaged("frame")
    return Frame(sort, stamp, ops), before


# --- whole vaults ----------------------------------------------------------------------------------------------


def encode_kinds(kinds: list[str]) -> bytes:
    return b"".join(prefixed(kind.encode()) for kind in sorted(kinds))


def decode_kinds(body: bytes) -> list[str]:
    cursor, kinds = Cursor(body), []
    while cursor.left():
        kinds.append(cursor.prefixed().decode())
    return kinds


def read_vault(folder: Path, password: str) -> dict[tuple[str, bytes], tuple[int, bytes]]:
    """Every record of a vault: (kind, id) to (version, body). The vault must not be in use."""
    keys = Header.decode((folder / "header").read_bytes()).unlock(password)
    head = Head.read(keys, (folder / "head").read_bytes())
    checkpoint = max(folder.glob("checkpoint-*"))
    start, parts, rest = decode_volume(keys, "checkpoint", checkpoint.read_bytes())
    ended = bool(parts) and parts[-1].sort == END and all(frame.sort == PART_FRAME for frame in parts[:-1])
    if rest or not ended or any(frame.stamp != start for frame in parts):
        raise Damaged("checkpoint")
    stamp = start
    records = {place: put for frame in parts for place, put in frame.ops if put}
    journals = sorted(folder.glob("journal-*"))
    for at, journal in enumerate(journals):
        until = int(journals[at + 1].name.split("-")[1], 16) if at + 1 < len(journals) else 1 << 64
        for frame in decode_volume(keys, "journal", journal.read_bytes())[1]:
            if not stamp.generation < frame.stamp.generation <= until:
                continue
            if frame.sort != COMMIT or frame.stamp.generation != stamp.generation + 1:
                raise Damaged("a commit is missing")
            for place, put in frame.ops:
                if put is None:
                    records.pop(place, None)
                else:
                    records[place] = put
            stamp = frame.stamp
    if manifest(keys, stamp.epoch, records) != (stamp.count, stamp.sum) or stamp.generation < head.stamp.generation:
        raise Damaged("records are missing")
    return open_all(keys, records)


def open_all(keys: Keys, records: dict[bytes, Sealed]) -> dict[tuple[str, bytes], tuple[int, bytes]]:
    listed = records.pop(keys.kind_tag(KINDS) + KINDS_ID, None)
    kinds = decode_kinds(open_record(keys, KINDS, KINDS_ID, listed)) if listed else []
    names = {keys.kind_tag(kind): kind for kind in kinds}
    opened = {}
    for place, sealed in records.items():
        kind, record_id = names[place[:8]], place[8:]
        opened[kind, record_id] = sealed.version, open_record(keys, kind, record_id, sealed)
    return opened


def write_vault(folder: Path, password: str, records: dict[tuple[str, bytes], bytes]) -> None:
    """Writes a vault: half of the records in its checkpoint, half in its journal, one commit each."""
    keys = Keys(os.urandom(16), os.urandom(32), {0: os.urandom(32)})
    slot = password_slot(keys, password, FLOOR, os.urandom(16), os.urandom(8))
    header = Header(keys.vault_id, 1, FLOOR, [slot]).encode(keys)
    kinds = encode_kinds([kind for kind, _ in records])
    items = [((KINDS, KINDS_ID), kinds), *records.items()]
    if len({kind for kind, _ in records}) != len(set(decode_kinds(kinds))):
        raise AssertionError("kinds survive their encoding")
    half = len(items) // 2
    state: dict[bytes, Sealed] = {}
    for (kind, record_id), body in items[:half]:
        state[keys.kind_tag(kind) + record_id] = seal_record(keys, kind, record_id, 1, body)
    start = Stamp(1, 0, *manifest(keys, 0, state))
    parts = [Frame(PART_FRAME, start, list(state.items())), Frame(END, start)]
    commits, stamp = [], start
    for (kind, record_id), body in items[half:]:
        place = keys.kind_tag(kind) + record_id
        state[place] = seal_record(keys, kind, record_id, stamp.generation + 1, body)
        stamp = Stamp(stamp.generation + 1, 0, *manifest(keys, 0, state))
        commits.append(Frame(COMMIT, stamp, [(place, state[place])]))
    folder.mkdir(mode=0o700, parents=True)
    (folder / "checkpoint-0000000000000001").write_bytes(encode_volume(keys, "checkpoint", start, parts))
    (folder / "journal-0000000000000001").write_bytes(encode_volume(keys, "journal", start, commits))
    head = Head(2, stamp, 1, 1, True)
    (folder / "head").write_bytes(head.encode(keys).ljust(4096, b"\0"))
    (folder / "header").write_bytes(header)
    (folder / "header.copy").write_bytes(header)
