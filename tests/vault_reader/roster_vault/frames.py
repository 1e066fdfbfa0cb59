"""How far a vault had come, and the files its records are written to: stamps, head, journal, checkpoint."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from .keys import Keys
from .primitives import FORMAT, Cursor, Damaged, mac, prefixed
from .records import Sealed

COMMIT, PART_FRAME, END = 1, 2, 3


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


def decode_checkpoint(keys: Keys, data: bytes) -> tuple[Stamp, dict[bytes, Sealed]]:
    """The stamp of a whole checkpoint and its records by place."""
    start, parts, rest = decode_volume(keys, "checkpoint", data)
    ended = bool(parts) and parts[-1].sort == END and all(frame.sort == PART_FRAME for frame in parts[:-1])
    if rest or not ended or any(frame.stamp != start for frame in parts):
        raise Damaged("checkpoint")
    return start, {place: put for frame in parts for place, put in frame.ops if put}
