"""A vault's folder as a whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .frames import COMMIT, END, PART_FRAME, Frame, Head, Stamp, decode_checkpoint, decode_volume, encode_volume
from .header import Header
from .keys import Keys
from .primitives import FLOOR, Costs, Damaged
from .records import KINDS, KINDS_ID, Sealed, decode_kinds, encode_kinds, manifest, open_record, seal_record
from .slots import Secret, sealed_slot
from .snapshot import Snapshot, oldest_epoch, read_snapshot, write_snapshot

NUMBER = "?" * 16
"""What follows in the names of whole files: one that was still being written has a longer name."""

Records = dict[tuple[str, bytes], tuple[int, bytes]]
"""(kind, id) to (version, body)."""


@dataclass
class Contents:
    keys: Keys
    records: Records
    snapshots: dict[int, Records] = field(default_factory=dict)


def read_vault(folder: Path, secret: Secret | str) -> Contents:
    """Everything in a vault that is not in use."""
    keys = Header.decode((folder / "header").read_bytes()).unlock(secret)
    head = Head.read(keys, (folder / "head").read_bytes())
    stamp, records = decode_checkpoint(keys, max(folder.glob("checkpoint-" + NUMBER)).read_bytes())
    journals = sorted(folder.glob("journal-" + NUMBER))
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
    contents = Contents(keys, open_all(keys, records))
    for path in sorted((folder / "snapshots").glob("snapshot-" + NUMBER)):
        snapshot = read_snapshot(keys, path.read_bytes())
        contents.snapshots[snapshot.number] = open_all(keys, snapshot.records)
    return contents


def open_all(keys: Keys, records: dict[bytes, Sealed]) -> Records:
    records = dict(records)
    listed = records.pop(keys.kind_tag(KINDS) + KINDS_ID, None)
    kinds = decode_kinds(open_record(keys, KINDS, KINDS_ID, listed)) if listed else []
    names = {keys.kind_tag(kind): kind for kind in kinds}
    opened = {}
    for place, sealed in records.items():
        kind, record_id = names[place[:8]], place[8:]
        opened[kind, record_id] = sealed.version, open_record(keys, kind, record_id, sealed)
    return opened


def fresh_keys(*epochs: int) -> Keys:
    """The keys of a vault to be, with a data key for each of these epochs."""
    return Keys(os.urandom(16), os.urandom(32), {epoch: os.urandom(32) for epoch in epochs or (0,)})


def write_vault(
    folder: Path,
    slots: list[Secret | Callable[[Keys], bytes]],
    records: dict[tuple[str, bytes], bytes],
    taken_at: int | None = None,
    keys: Keys | None = None,
    pin: Costs = FLOOR,
) -> Keys:
    """Writes a vault: half of the records in its checkpoint, half in its journal, one commit each; and a snapshot of the
    first half where `taken_at` says when. A slot is a secret to make one for at the cost of `pin`, or a way to make it
    (see `direct_slot`)."""
    keys = keys or fresh_keys()
    kinds = encode_kinds([kind for kind, _ in records])
    items = [((KINDS, KINDS_ID), kinds), *records.items()]
    if len({kind for kind, _ in records}) != len(set(decode_kinds(kinds))):
        raise AssertionError("kinds survive their encoding")
    half = len(items) // 2
    state: dict[bytes, Sealed] = {}
    for (kind, record_id), body in items[:half]:
        state[keys.kind_tag(kind) + record_id] = seal_record(keys, kind, record_id, 1, body)
    start = Stamp(1, keys.current, *manifest(keys, keys.current, state))
    parts = [Frame(PART_FRAME, start, list(state.items())), Frame(END, start)]
    folder.mkdir(mode=0o700, parents=True)
    (folder / "checkpoint-0000000000000001").write_bytes(encode_volume(keys, "checkpoint", start, parts))
    if taken_at is not None:
        (folder / "snapshots").mkdir(mode=0o700)
        snapshot = Snapshot(1, taken_at, 3, oldest_epoch(start, state), start, dict(state))
        (folder / "snapshots" / "snapshot-0000000000000001").write_bytes(write_snapshot(keys, snapshot))
    write_journal(folder, keys, start, items[half:], state)
    made = [slot(keys) if callable(slot) else sealed_slot(keys, slot, pin, 1_795_000_000) for slot in slots]
    header = Header(keys.vault_id, 1, pin, made).encode(keys)
    (folder / "header").write_bytes(header)
    (folder / "header.copy").write_bytes(header)
    return keys


def write_journal(folder: Path, keys: Keys, stamp: Stamp, items: list, state: dict[bytes, Sealed]) -> None:
    start, commits = stamp, []
    for (kind, record_id), body in items:
        place = keys.kind_tag(kind) + record_id
        state[place] = seal_record(keys, kind, record_id, stamp.generation + 1, body)
        stamp = Stamp(stamp.generation + 1, keys.current, *manifest(keys, keys.current, state))
        commits.append(Frame(COMMIT, stamp, [(place, state[place])]))
    (folder / "journal-0000000000000001").write_bytes(encode_volume(keys, "journal", start, commits))
    (folder / "head").write_bytes(Head(2, stamp, 1, 1, True).encode(keys).ljust(4096, b"\0"))
