"""Lets the program and the second implementation of its vault format read each other's vaults.

    python run.py path/to/exchange     (cargo build -p roster-vault --example exchange)

Ends with 0 when every check passed. `python run.py vectors` prints the permanent vectors of format 1; they are in the
repository already and only ever printed again to compare.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import roster_vault as rv

VECTORS = Path(__file__).resolve().parents[2] / "crates/vault/tests/vectors/v1.json"
PASSWORD = "Ｐａss ﬁve é"
KINDS = ("account", "account.secret", "pool")


def exchange(program: str, *words: str) -> tuple[dict, bytes]:
    done = subprocess.run([program, *words], stdout=subprocess.PIPE, check=True, timeout=120)
    answer = json.loads(done.stdout)
    records = {}
    for record in answer["records"]:
        place = record["kind"], base64.b64decode(record["id"])
        records[place] = record["version"], base64.b64decode(record["body"])
    return records, base64.b64decode(answer["hash"])


def expect(truth: bool, what: str) -> None:
    print(("ok      " if truth else "FAILED  ") + what, flush=True)
    if not truth:
        sys.exit(1)


def refuses(kind: type[Exception], step) -> bool:
    try:
        step()
    except kind:
        return True
    return False


def we_read_what_the_program_writes(program: str, place: Path) -> None:
    for end in ("close", "leave"):
        folder = place / end
        theirs, digest = exchange(program, "write", str(folder), PASSWORD, end)
        expect(len(theirs) > 50, f"{end}: the program wrote {len(theirs)} records")
        expect(rv.read_vault(folder, PASSWORD) == theirs, f"{end}: we read each of them, versions and bodies")
        keys = rv.Header.decode((folder / "header").read_bytes()).unlock("Pass five é")
        expect(keys.hash("exchange", b"data") == digest, f"{end}: keyed hashes agree, and NFKC of the password")
        expect(refuses(rv.WrongPassword, lambda: rv.read_vault(folder, "pass five é")), f"{end}: wrong password refused")


def the_program_reads_what_we_write(program: str, place: Path) -> None:
    folder = place / "ours"
    records = {}
    for number, length in enumerate((0, 1, 799, 5119, 5120, 5121, 10_241, 40_000, 64, 65)):
        record_id = bytes([number, 255 - number]) * 8
        records[KINDS[number % 3], record_id] = bytes((at * 5 + number) % 256 for at in range(length))
    rv.write_vault(folder, PASSWORD, records)
    theirs, _ = exchange(program, "read", str(folder), PASSWORD)
    bodies = {place: body for place, (_, body) in theirs.items()}
    expect(bodies == records, f"the program reads each of the {len(records)} records we wrote")
    expect(rv.read_vault(folder, PASSWORD) == theirs, "and we read what it left after closing")
    wrong = subprocess.run([program, "read", str(folder), "not it"], capture_output=True, check=False, timeout=120)
    expect(wrong.returncode != 0 and not wrong.stdout, "the program refuses a wrong password for our vault")


def damage_is_noticed(program: str, place: Path) -> None:
    folder = place / "damaged"
    exchange(program, "write", str(folder), PASSWORD, "close")
    for name in ("header", max(path.name for path in folder.glob("checkpoint-*"))):
        path = folder / name
        good = path.read_bytes()
        for at in range(0, len(good), max(1, len(good) // 40)):
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            noticed = refuses((rv.Damaged, rv.WrongPassword, rv.NewerFormat), lambda: rv.read_vault(folder, PASSWORD))
            if not noticed:
                expect(False, f"{name}: byte {at} flipped and not noticed")
        path.write_bytes(good)
    expect(True, "a flipped byte in header or checkpoint is noticed")


def vectors() -> dict:
    """Format 1 with fixed keys and nonces."""
    keys = rv.Keys(bytes(range(16)), bytes([0xA0]) * 32, {0: bytes([0xB0]) * 32, 3: bytes([0xB3]) * 32})
    nonce = lambda number: bytes([number]) * 12  # noqa: E731
    slot = rv.password_slot(keys, PASSWORD, rv.FLOOR, bytes([0x5A]) * 16, bytes([0x1D]) * 8, nonce(1))
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


def the_vectors_are_what_they_were() -> None:
    kept = json.loads(VECTORS.read_text(encoding="utf-8"))
    expect(kept == vectors(), "the permanent vectors of format 1 come out the same")


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "vectors":
        print(json.dumps(vectors(), indent=1, ensure_ascii=False))
        return
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as place:
        the_vectors_are_what_they_were()
        we_read_what_the_program_writes(program, Path(place))
        the_program_reads_what_we_write(program, Path(place))
        damage_is_noticed(program, Path(place))


if __name__ == "__main__":
    main()
