"""The ring that slots wrap, and what is derived from it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from .primitives import Cursor, Damaged, derive, mac


@dataclass
class Keys:
    vault_id: bytes
    root: bytes
    epochs: dict[int, bytes]

    @staticmethod
    def decode(vault_id: bytes, ring: bytes) -> Keys:
        cursor = Cursor(ring)
        root = cursor.take(32)
        epochs = {}
        for _ in range(cursor.number(2)):
            epoch = cursor.number(2)
            epochs[epoch] = cursor.take(32)
        if cursor.left() or not epochs or list(epochs) != sorted(epochs):
            raise Damaged("not a ring of keys")
        return Keys(vault_id, root, epochs)

    def encode(self) -> bytes:
        ring = self.root + struct.pack(">H", len(self.epochs))
        return ring + b"".join(struct.pack(">H", epoch) + key for epoch, key in sorted(self.epochs.items()))

    @property
    def current(self) -> int:
        return max(self.epochs)

    def of(self, epoch: int, purpose: str) -> bytes:
        """One of header, head, journal, checkpoint, manifest, store, snapshot."""
        if epoch not in self.epochs:
            raise Damaged("no key for this epoch")
        return derive(self.vault_id, self.epochs[epoch], b"roster/1/" + purpose.encode())

    def kind_tag(self, kind: str) -> bytes:
        return mac(derive(self.vault_id, self.root, b"roster/1/kind"), kind.encode())[:8]

    def record(self, epoch: int, kind: str, record_id: bytes) -> bytes:
        if epoch not in self.epochs:
            raise Damaged("no key for this epoch")
        return derive(record_id, self.epochs[epoch], b"roster/1/rec/", kind.encode())

    def hash(self, purpose: str, data: bytes) -> bytes:
        return mac(derive(self.vault_id, self.root, b"roster/1/hash/", purpose.encode()), data)

    def witness(self) -> bytes:
        return derive(self.vault_id, self.root, b"roster/1/witness")
