"""Lets the program and the second implementation of its formats read each other's files.

    python run.py path/to/exchange     (cargo build -p roster-vault --example exchange)

Ends with 0 when every check passed. `python run.py vectors` prints the permanent vectors; they are in the repository already
and only ever printed again to compare.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from pathlib import Path

import roster_vault as rv
from agree import FAILED, PASSWORD, Tally, entries_of, exchange, records_of, refused_by, refuses, sample, snapshots_of, soak
from headers import headers_go_both_ways
from vectors import sealed_vectors, the_vectors_are_what_they_were, vectors

# Commits of the program, and records of ours.
COMMITS = 560
OURS = 560


def records_go_both_ways(program: str, place: Path) -> None:
    tally, snapshots = Tally("records"), Tally("snapshots")
    for end in ("close", "leave"):
        folder = place / end
        answer = exchange(program, "write", str(folder), PASSWORD, end, str(COMMITS))
        theirs, found = records_of(answer["records"]), rv.read_vault(folder, PASSWORD)
        tally.expect(found.records == theirs, f"{end}: we read each of the {len(theirs)} records", len(theirs))
        same = found.snapshots == snapshots_of(answer) and len(found.snapshots) == 1
        snapshots.expect(same, f"{end}: we read the snapshot")
        hashed = found.keys.hash("exchange", b"data") == base64.b64decode(answer["hash"])
        tally.expect(hashed, f"{end}: keyed hashes agree")
        tally.expect(rv.read_vault(folder, "Pass five é").records == theirs, f"{end}: NFKC of the password")
        wrong = refuses(rv.WrongPassword, lambda: rv.read_vault(folder, "pass five é"))
        tally.expect(wrong, f"{end}: wrong password refused")
    folder, ours = place / "ours", dict(sample(number) for number in range(OURS))
    rv.write_vault(folder, [rv.Secret(rv.PASSWORD, PASSWORD)], ours, taken_at=1_795_180_000)
    answer = exchange(program, "read", str(folder), "password", PASSWORD)
    bodies = {at: body for at, (_, body) in records_of(answer["records"]).items()}
    tally.expect(bodies == ours, f"the program reads each of the {len(ours)} records we wrote", len(ours))
    found = rv.read_vault(folder, PASSWORD)
    tally.expect(found.records == records_of(answer["records"]), "and we read what it left after closing")
    same = found.snapshots == snapshots_of(answer) and len(found.snapshots) == 1
    snapshots.expect(same, "the program reads the snapshot we wrote")
    refused = refused_by(program, "read", str(folder), "password", "not it")
    tally.expect(refused, "the program refuses a wrong password for our vault")
    damage_is_noticed(folder, snapshots)
    another_format_is_noticed(folder, tally)
    soak("second reader: records both ways", tally, "vault closed and left, checkpoint and journal")
    soak("second reader: snapshots both ways", snapshots, "with flipped bytes noticed")


def damage_is_noticed(folder: Path, tally: Tally) -> None:
    names = ["header", max(path.name for path in folder.glob("checkpoint-*"))]
    names += [str(path.relative_to(folder)) for path in (folder / "snapshots").glob("snapshot-*")]
    for name in names:
        path = folder / name
        good, missed = path.read_bytes(), []
        for at in range(0, len(good), max(1, len(good) // 12)):
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            kinds = (rv.Damaged, rv.WrongPassword, rv.NewerFormat)
            if not refuses(kinds, lambda: rv.read_vault(folder, PASSWORD)):
                missed.append(at)
        path.write_bytes(good)
        tally.expect(not missed, f"{name}: flipped bytes are noticed {missed}")


def another_format_is_noticed(folder: Path, tally: Tally) -> None:
    """With one word of the format changed, we do not agree any more: what this program proves can fail."""
    ours = rv.Keys.record
    rv.Keys.record = lambda keys, epoch, kind, record_id: ours(keys, epoch, kind + ".", record_id)
    noticed = refuses(rv.Damaged, lambda: rv.read_vault(folder, PASSWORD))
    rv.Keys.record = ours
    tally.expect(noticed, "a reader of another format opens nothing")


def exports_go_both_ways(program: str, place: Path) -> None:
    tally = Tally("exports")
    for count in (0, 1, 7, 40, 300):
        file = place / f"export-{count}"
        theirs = entries_of(exchange(program, "seal", str(file), PASSWORD, str(count))["entries"])
        tally.expect(rv.open_export(file.read_bytes(), PASSWORD) == theirs, f"we open the program's export of {count}")
        ours = [(kind, record_id, body) for (kind, record_id), body in map(sample, range(count))]
        file.write_bytes(rv.seal_export(ours, PASSWORD, rv.FLOOR))
        answer = entries_of(exchange(program, "unseal", str(file), PASSWORD)["entries"])
        tally.expect(answer == ours, f"the program opens our export of {count}")
    wrong = refuses(rv.WrongPassword, lambda: rv.open_export(file.read_bytes(), "not it"))
    tally.expect(wrong and refused_by(program, "unseal", str(file), "not it"), "a wrong password is refused by both")
    soak("second reader: exports both ways", tally, "none to 300 entries, up to 60 chunks")


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "vectors":
        print(json.dumps([vectors(), sealed_vectors()], indent=1, ensure_ascii=False))
        return
    program = sys.argv[1]
    if not the_vectors_are_what_they_were():
        sys.exit("the permanent vectors do not come out the same")
    with tempfile.TemporaryDirectory() as place:
        for step in (records_go_both_ways, headers_go_both_ways, exports_go_both_ways):
            step(program, Path(place))
    if FAILED:
        sys.exit(f"the two do not agree: {FAILED}")


if __name__ == "__main__":
    main()
