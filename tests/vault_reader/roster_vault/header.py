"""The header: which vault this is, what guessing a password costs, and the slots."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from .keys import Keys
from .primitives import FORMAT, Costs, Cursor, Damaged, NewerFormat, WrongPassword, mac, prefixed, sha256
from .slots import PASSWORD, Secret, is_for, open_slot


@dataclass
class Header:
    vault_id: bytes
    number: int
    pin: Costs
    slots: list[bytes]
    mac: bytes = b""

    def covered(self) -> bytes:
        body = self.vault_id + struct.pack(">QIIIH", self.number, *self.pin, len(self.slots))
        body += b"".join(prefixed(slot) for slot in self.slots)
        return b"RosterHd" + struct.pack(">HI", FORMAT, len(body) + 64) + body

    def encode(self, keys: Keys) -> bytes:
        covered = self.covered()
        self.mac = mac(keys.of(keys.current, "header"), covered)
        return covered + self.mac + sha256(covered + self.mac)

    @staticmethod
    def decode(data: bytes) -> Header:
        cursor = Cursor(data)
        magic, version, length = cursor.take(8), cursor.number(2), cursor.number(4)
        if magic != b"RosterHd" or length != cursor.left() or sha256(data[:-32]) != data[-32:]:
            raise Damaged("header")
        if version > FORMAT:
            raise NewerFormat(version)
        vault_id, number = cursor.take(16), cursor.number(8)
        pin = (cursor.number(4), cursor.number(4), cursor.number(4))
        slots = [cursor.prefixed() for _ in range(cursor.number(2))]
        return Header(vault_id, number, pin, slots, cursor.take(32))

    def unlock(self, secret: Secret | str) -> Keys:
        """The keys; a text is a password."""
        secret = Secret(PASSWORD, secret) if isinstance(secret, str) else secret
        for slot in self.slots:
            if not is_for(slot, secret.kind):
                continue
            keys = open_slot(self.vault_id, self.pin, slot, secret)
            if keys is None:
                continue
            if mac(keys.of(keys.current, "header"), self.covered()) != self.mac:
                raise Damaged("header")
            return keys
        raise WrongPassword
