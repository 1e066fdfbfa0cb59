"""Lets the program and the second implementation of its formats read each other's files.

    python run.py path/to/exchange     (cargo build -p roster-vault --example exchange)

Ends with 0 when every check passed. `python run.py vectors` prints the permanent vectors; they are in the repository already
and only ever printed again to compare.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import roster_vault as rv
from vectors import sealed_vectors, the_vectors_are_what_they_were, vectors

PASSWORD = "Ｐａss ﬁve é"
KINDS = ("account", "account.secret", "pool")
# Commits of the program, and records of ours.
COMMITS = 560
OURS = 560


class Tally:
    """What was tried and what of it the two do not agree on."""

    def __init__(self, what: str):
        self.what, self.tried, self.failed = what, 0, 0

    def expect(self, truth: bool, what: str, count: int = 1) -> None:
        print(("ok      " if truth else "FAILED  ") + what, flush=True)
        self.tried += count
        self.failed += 0 if truth else count


FAILED: list[str] = []


def soak(what: str, tally: Tally, note: str) -> None:
    if tally.failed:
        FAILED.append(what)
    print("SOAK " + json.dumps({"what": what, "tried": tally.tried, "failed": tally.failed, "note": note}), flush=True)


def exchange(program: str, *words: str) -> dict:
    done = subprocess.run([program, *words], stdout=subprocess.PIPE, check=True, timeout=300)
    return json.loads(done.stdout)


def refused_by(program: str, *words: str) -> bool:
    done = subprocess.run([program, *words], capture_output=True, check=False, timeout=300)
    return done.returncode != 0 and not done.stdout


def records_of(listed: list) -> rv.vault.Records:
    return {
        (one["kind"], base64.b64decode(one["id"])): (one["version"], base64.b64decode(one["body"])) for one in listed
    }


def entries_of(listed: list) -> list:
    return [(one["kind"], base64.b64decode(one["id"]), base64.b64decode(one["body"])) for one in listed]


def snapshots_of(answer: dict) -> dict:
    return {int(number, 16): records_of(listed) for number, listed in answer["snapshots"].items()}


def refuses(kind: type[Exception] | tuple, step) -> bool:
    try:
        step()
    except kind:
        return True
    return False


def sample(number: int) -> tuple[tuple[str, bytes], bytes]:
    length = (0, 1, 799, 5119, 5120, 5121, 10_241, 40_000, 64, 65)[number % 10]
    record_id = number.to_bytes(8, "big") + bytes([number % 256]) * 8
    return (KINDS[number % 3], record_id), bytes((at * 5 + number) % 256 for at in range(length))


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


def headers_go_both_ways(program: str, place: Path) -> None:
    """Each kind of slot, of both wraps, by both of us."""
    tally = Tally("headers")
    for number in range(3):
        folder = place / f"ways-{number}"
        secrets = exchange(program, "ways", str(folder), PASSWORD)
        header = rv.Header.decode((folder / "header").read_bytes())
        file = base64.b64decode(secrets["key_file"])
        openers = [
            ("password", rv.Secret(rv.PASSWORD, PASSWORD)),
            ("recovery words", rv.Secret(rv.RECOVERY, rv.entropy_of(secrets["recovery"]))),
            ("keychain", rv.Secret(rv.KEYCHAIN, base64.b64decode(secrets["keychain"]))),
            ("key file", rv.Secret(rv.KEY_FILE, rv.slots.key_of(header.vault_id, file))),
        ]
        roots = {header.unlock(secret).encode() for _, secret in openers}
        tally.expect(len(roots) == 1, f"we open the program's header {number} in four ways", 4)
        wrong = [rv.Secret(kind, bytes(32)) for kind in (rv.RECOVERY, rv.KEYCHAIN, rv.KEY_FILE)]
        closed = all(refuses(rv.WrongPassword, lambda one=one: header.unlock(one)) for one in wrong)
        tally.expect(closed, f"and not with other secrets of these kinds {number}")
    for number in range(2):
        ours = dict(sample(at) for at in range(9))
        words, key, of_file = rv.words_of(bytes([number]) * 16), bytes([number + 7]) * 32, bytes([number + 9]) * 32
        direct = lambda keys: rv.direct_slot(keys, "wrap one", rv.FLOOR, bytes(16), bytes(8))  # noqa: E731
        slots = [
            direct,
            rv.Secret(rv.PASSWORD, PASSWORD),
            rv.Secret(rv.RECOVERY, rv.entropy_of(words)),
            rv.Secret(rv.KEYCHAIN, key),
            rv.Secret(rv.KEY_FILE, of_file),
        ]
        folder = place / f"our-ways-{number}"
        keys = rv.write_vault(folder, slots, ours)
        file = rv.key_file(keys.vault_id, of_file)
        ways = [
            ("password", PASSWORD),
            ("recovery", words.upper()),
            ("keychain", base64.b64encode(key).decode()),
            ("key_file", base64.b64encode(file).decode()),
            ("password", "wrap one"),
        ]
        for kind, secret in ways:
            answer = exchange(program, "read", str(folder), kind, secret)
            bodies = {at: body for at, (_, body) in records_of(answer["records"]).items()}
            tally.expect(bodies == ours, f"the program opens our header {number} with {kind}")
        header = rv.Header.decode((folder / "header").read_bytes())
        upgraded = all(slot[1] == 2 for slot in header.slots)
        tally.expect(upgraded, "the slot of wrap 1 is of wrap 2 since it was opened")
        tally.expect(header.unlock("wrap one").encode() == keys.encode(), "and opens to the same keys")
    soak("second reader: headers both ways", tally, "password, recovery words, keychain, key file; wrap 1 and 2")


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
