"""What both sides of a comparison need: the program's answers as values, and a tally of what the two agree on."""

from __future__ import annotations

import base64
import json
import subprocess

import roster_vault as rv

PASSWORD = "Ｐａss ﬁve é"
KINDS = ("account", "account.secret", "pool")


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
