"""Headers of many histories: those the program wrote are opened here, and those written here by the program."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path

import roster_vault as rv
from agree import PASSWORD, Tally, exchange, records_of, refuses, sample, soak
from roster_vault.slots import DIRECT, SEALED

# What the program does after it made a vault; `costs:` is how it makes it.
PROGRAM = (
    "",
    "recovery",
    "keychain,key_file",
    "recovery,keychain,key_file",
    "costs:24576:3:2,recovery",
    "rotate,key_file",
    "snapshot,rotate,rotate,recovery",
    "password,recovery,change",
    "keychain,key_file,remove",
    "recovery,remove,recovery,change,rotate,keychain",
    "costs:19456:4:1,password,keychain,remove,change",
)
COSTLY, LANES = (32_768, 3, 2), (19_456, 2, 4)


@dataclass(frozen=True)
class Ours:
    """A header of ours: kinds of its slots (`old` is a password's of wrap 1), epochs of its ring, and its costs."""

    slots: tuple[str, ...]
    epochs: tuple[int, ...] = (0,)
    pin: rv.primitives.Costs = rv.FLOOR
    costs: dict[str, rv.primitives.Costs] = field(default_factory=dict)


OURS = (
    Ours(("old",)),
    Ours(("password",), epochs=(2,)),
    Ours(("old", "password", "recovery", "keychain", "key_file")),
    Ours(("old", "recovery"), epochs=(3,)),
    Ours(("recovery", "password"), epochs=(0, 1)),
    Ours(("key_file", "old"), epochs=(1, 2, 7)),
    Ours(("password", "old"), costs={"password": COSTLY}),
    Ours(("old", "key_file"), costs={"old": LANES}),
    Ours(("password", "keychain"), pin=COSTLY),
    Ours(("old", "recovery", "recovery", "keychain"), epochs=(0, 5), pin=LANES, costs={"old": LANES}),
    Ours(("keychain", "password", "key_file"), epochs=(65_533,), costs={"password": LANES}),
)


def shape_of(header: rv.Header, keys: rv.Keys) -> tuple:
    """What tells headers apart, but for what is random in them."""
    costs_at = {DIRECT: 10, SEALED: 18}
    slots = tuple((*slot[:2], slot[costs_at[slot[1]] :][:13]) for slot in header.slots)
    return header.number, header.pin, slots, tuple(keys.epochs)


def opened(secrets: dict, header: rv.Header) -> list[rv.Secret]:
    """The program's secrets as those of slots."""
    found = [rv.Secret(rv.PASSWORD, text) for text in secrets["password"]]
    found += [rv.Secret(rv.RECOVERY, rv.entropy_of(text)) for text in secrets["recovery"]]
    found += [rv.Secret(rv.KEYCHAIN, base64.b64decode(text)) for text in secrets["keychain"]]
    files = map(base64.b64decode, secrets["key_file"])
    return found + [rv.Secret(rv.KEY_FILE, rv.slots.key_of(header.vault_id, content)) for content in files]


def of_the_program(program: str, folder: Path, history: str, tally: Tally) -> tuple:
    answer = exchange(program, "ways", str(folder), PASSWORD, history)
    header = rv.Header.decode((folder / "header").read_bytes())
    tally.expect((folder / "header.copy").read_bytes() == (folder / "header").read_bytes(), f"{history}: two copies")
    secrets = opened(answer["open"], header)
    rings = {header.unlock(secret).encode() for secret in secrets}
    tally.expect(len(rings) == 1, f"{history}: we open it in {len(secrets)} ways", len(secrets))
    closed = opened(answer["closed"], header)
    closed += [rv.Secret(kind, bytes(32)) for kind in (rv.RECOVERY, rv.KEYCHAIN, rv.KEY_FILE)]
    shut = all(refuses(rv.WrongPassword, lambda one=one: header.unlock(one)) for one in closed)
    tally.expect(shut, f"{history}: and not with what was removed or never was")
    found = rv.read_vault(folder, secrets[-1])
    tally.expect(found.records == records_of(answer["records"]), f"{history}: with the records under it")
    return shape_of(header, found.keys)


def of_ours(program: str, folder: Path, ours: Ours, tally: Tally) -> tuple:
    records, keys = dict(sample(at) for at in range(9)), rv.fresh_keys(*ours.epochs)
    slots, ways = [], []
    for at, kind in enumerate(ours.slots):
        costs, random = ours.costs.get(kind, ours.pin), bytes([at + 1]) * 32
        if kind == "old":
            slots.append(lambda keys, at=at, costs=costs: rv.direct_slot(keys, f"wrap one {at}", costs, bytes(16), bytes([at] * 8)))
            ways.append(("password", f"wrap one {at}"))
            continue
        text = {
            "password": f"{PASSWORD} {at}",
            "recovery": rv.words_of(random[:16]).upper(),
            "keychain": base64.b64encode(random).decode(),
            "key_file": base64.b64encode(rv.key_file(keys.vault_id, random)).decode(),
        }[kind]
        value = {"password": text, "recovery": random[:16]}.get(kind, random)
        secret = rv.Secret({"password": rv.PASSWORD, "recovery": rv.RECOVERY, "keychain": rv.KEYCHAIN}.get(kind, rv.KEY_FILE), value)
        slots.append(lambda keys, secret=secret, costs=costs: rv.sealed_slot(keys, secret, costs, 1_795_000_000))
        ways.append((kind, text))
    rv.write_vault(folder, slots, records, keys=keys, pin=ours.pin)
    shape = shape_of(rv.Header.decode((folder / "header").read_bytes()), keys)
    for kind, secret in ways:
        answer = exchange(program, "read", str(folder), kind, secret)
        bodies = {at: body for at, (_, body) in records_of(answer["records"]).items()}
        tally.expect(bodies == records, f"the program opens our {ours.slots} of epochs {ours.epochs} with {kind}")
    header = rv.Header.decode((folder / "header").read_bytes())
    tally.expect(all(slot[1] != DIRECT for slot in header.slots), "slots of wrap 1 are of wrap 2 since they were opened")
    root = {header.unlock(text if kind == "password" else secret_of(kind, text, header)).root for kind, text in ways}
    tally.expect(root == {keys.root}, "and everything opens the same keys as before")
    return shape


def secret_of(kind: str, text: str, header: rv.Header) -> rv.Secret:
    if kind == "recovery":
        return rv.Secret(rv.RECOVERY, rv.entropy_of(text))
    value = base64.b64decode(text)
    return rv.Secret(rv.KEYCHAIN, value) if kind == "keychain" else rv.Secret(rv.KEY_FILE, rv.slots.key_of(header.vault_id, value))


def headers_go_both_ways(program: str, place: Path) -> None:
    tally = Tally("headers")
    shapes = [of_the_program(program, place / f"ways-{at}", history, tally) for at, history in enumerate(PROGRAM)]
    shapes += [of_ours(program, place / f"our-ways-{at}", ours, tally) for at, ours in enumerate(OURS)]
    distinct = len(set(shapes))
    tally.expect(distinct == len(shapes) >= 20, f"{distinct} headers that differ in more than chance")
    note = f"{distinct} headers: slot sets, costs, epochs, pins; after new keys, removals, other passwords; wrap 1 and 2"
    soak("second reader: headers both ways", tally, note)
