"""The permanent vectors: each format with fixed keys and nonces."""

from __future__ import annotations

import json
from pathlib import Path

import roster_vault as rv

FOLDER = Path(__file__).resolve().parents[2] / "crates/vault/tests/vectors"
PASSWORD = "Ｐａss ﬁve é"


def vectors() -> dict:
    """Format 1 with fixed keys and nonces."""
    keys = rv.Keys(bytes(range(16)), bytes([0xA0]) * 32, {0: bytes([0xB0]) * 32, 3: bytes([0xB3]) * 32})
    nonce = lambda number: bytes([number]) * 12  # noqa: E731
    slot = rv.direct_slot(keys, PASSWORD, rv.FLOOR, bytes([0x5A]) * 16, bytes([0x1D]) * 8, nonce(1))
    header = rv.Header(keys.vault_id, 4, rv.FLOOR, [slot, b"\x09later"])
    note_id, long_id = bytes([1]) * 16, bytes([2]) * 16
    note = rv.seal_record(keys, "note", note_id, 7, "号簿 note".encode(), [nonce(2)])
    long_body = bytes(at % 256 for at in range(rv.CHUNK + 3))
    long = rv.seal_record(keys, "note", long_id, 8, long_body, [nonce(3), nonce(4)])
    kinds = rv.seal_record(keys, rv.KINDS, rv.KINDS_ID, 7, rv.encode_kinds(["note"]), [nonce(5)])
    place = lambda kind, record_id: keys.kind_tag(kind) + record_id  # noqa: E731
    state = {place(rv.KINDS, rv.KINDS_ID): kinds, place("note", note_id): note}
    seven = rv.Stamp(7, 3, *rv.manifest(keys, 3, state))
    parts = [rv.Frame(rv.PART_FRAME, seven, list(state.items())), rv.Frame(rv.END, seven)]
    state[place("note", long_id)] = long
    eight = rv.Stamp(8, 3, *rv.manifest(keys, 3, state))
    del state[place("note", note_id)]
    nine = rv.Stamp(9, 3, *rv.manifest(keys, 3, state))
    commits = [
        rv.Frame(rv.COMMIT, eight, [(place("note", long_id), long)]),
        rv.Frame(rv.COMMIT, nine, [(place("note", note_id), None)]),
    ]
    return {
        "password": PASSWORD,
        "vault_id": keys.vault_id.hex(),
        "ring": keys.encode().hex(),
        "header": header.encode(keys).hex(),
        "envelope": {"kind": "note", "id": note_id.hex(), "version": 7, "chunks": [c.decode() for c in note.chunks]},
        "envelope_body": "号簿 note",
        "long_envelope": {"kind": "note", "id": long_id.hex(), "version": 8, "chunks": [c.decode() for c in long.chunks]},
        "kind_tag_of_note": keys.kind_tag("note").hex(),
        "hash_of_purpose_data": keys.hash("purpose", b"data").hex(),
        "checkpoint": rv.encode_volume(keys, "checkpoint", seven, parts).hex(),
        "journal": rv.encode_volume(keys, "journal", seven, commits).hex(),
        "head": rv.Head(12, nine, 4, 7, False).encode(keys).hex(),
        "sum_at_7": seven.sum.hex(),
        "sum_at_9": nine.sum.hex(),
    }


def sealed_vectors() -> dict:
    """Slots of wrap 2, of every kind, a key file and a snapshot, under the keys of the others."""
    keys = rv.Keys(bytes(range(16)), bytes([0xA0]) * 32, {0: bytes([0xB0]) * 32, 3: bytes([0xB3]) * 32})
    entropy, keychain, of_file = bytes([0x11]) * 16, bytes([0x22]) * 32, bytes([0x33]) * 32
    secrets = [
        rv.Secret(rv.PASSWORD, PASSWORD),
        rv.Secret(rv.RECOVERY, entropy),
        rv.Secret(rv.KEYCHAIN, keychain),
        rv.Secret(rv.KEY_FILE, of_file),
    ]
    slots = [rv.sealed_slot(keys, secret, rv.FLOOR, 1_795_000_000, chance(at)) for at, secret in enumerate(secrets)]
    note_id = bytes([1]) * 16
    note = rv.seal_record(keys, "note", note_id, 7, "号簿 note".encode(), [bytes([9]) * 12])
    state = {keys.kind_tag("note") + note_id: note}
    stamp = rv.Stamp(7, 3, *rv.manifest(keys, 3, state))
    return {
        "password": PASSWORD,
        "words": rv.words_of(entropy),
        "keychain": keychain.hex(),
        "key_file": rv.key_file(keys.vault_id, of_file).hex(),
        "ring": keys.encode().hex(),
        "header": rv.Header(keys.vault_id, 5, rv.FLOOR, slots).encode(keys).hex(),
        "snapshot": rv.write_snapshot(keys, rv.Snapshot(1, 1_795_000_000, 3, 3, stamp, state)).hex(),
        "snapshot_body": "号簿 note",
    }


def chance(at: int) -> rv.slots.Chance:
    of = lambda number, length: bytes([16 * at + number]) * length  # noqa: E731
    return rv.slots.Chance(of(1, 8), of(2, 16), of(3, 32), of(4, 32), (of(5, 12), of(6, 12)))


def the_vectors_are_what_they_were() -> bool:
    """Those in the repository come out the same, value by value."""
    changed, count = [], 0
    for name, made in (("v1.json", vectors()), ("v1-sealed.json", sealed_vectors())):
        kept = json.loads((FOLDER / name).read_text(encoding="utf-8"))
        changed += [f"{name}: {key}" for key in sorted(kept | made) if kept.get(key) != made.get(key)]
        count += len(kept)
    print(f"FAILED  vectors: {changed}" if changed else f"ok      {count} permanent vectors come out the same")
    return not changed
