"""Snapshots: whole sealed copies that stay, to go back to."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from .frames import END, PART_FRAME, Frame, Stamp, decode_checkpoint, encode_volume
from .keys import Keys
from .primitives import FORMAT, Cursor, Damaged, mac
from .records import Sealed, manifest


@dataclass
class Snapshot:
    number: int
    taken_at: int
    reason: int
    oldest_epoch: int
    stamp: Stamp
    records: dict[bytes, Sealed]


def oldest_epoch(stamp: Stamp, records: dict[bytes, Sealed]) -> int:
    """Of the stamp and of every envelope."""
    epochs = [struct.unpack(">H", base64.b64decode(chunk)[1:3])[0] for one in records.values() for chunk in one.chunks]
    return min([stamp.epoch, *epochs])


def write_snapshot(keys: Keys, snapshot: Snapshot) -> bytes:
    parts = [Frame(PART_FRAME, snapshot.stamp, list(snapshot.records.items())), Frame(END, snapshot.stamp)]
    body = encode_volume(keys, "checkpoint", snapshot.stamp, parts)
    head = b"RosterSn" + struct.pack(">H", FORMAT) + keys.vault_id
    head += struct.pack(">QqBHQ", snapshot.number, snapshot.taken_at, snapshot.reason, snapshot.oldest_epoch, len(body))
    head += snapshot.stamp.encode()
    return head + mac(keys.of(snapshot.stamp.epoch, "snapshot"), head) + body


def read_snapshot(keys: Keys, data: bytes) -> Snapshot:
    cursor = Cursor(data)
    named = cursor.take(26) == b"RosterSn" + struct.pack(">H", FORMAT) + keys.vault_id
    number = cursor.number(8)
    taken_at = int.from_bytes(cursor.take(8), "big", signed=True)
    reason, oldest, length = cursor.number(1), cursor.number(2), cursor.number(8)
    stamp = Stamp.read(cursor)
    covered = cursor.before()
    if not named or mac(keys.of(stamp.epoch, "snapshot"), covered) != cursor.take(32) or cursor.left() != length:
        raise Damaged("snapshot")
    of_body, records = decode_checkpoint(keys, data[cursor.at :])
    if of_body != stamp or manifest(keys, stamp.epoch, records) != (stamp.count, stamp.sum):
        raise Damaged("snapshot")
    return Snapshot(number, taken_at, reason, oldest, stamp, records)
