"""The format of a Roster vault, version 1, written down a second time.

This package shares nothing with the program but the format: whoever wants to know what a byte means reads it here. It opens a
vault from its header, checkpoints and journals (they hold everything; the store beside them is only a faster copy) and
writes one that the program opens; the same for snapshots and exports. All numbers are big-endian.

    primitives   hashes, ciphers, fields          frames     stamps, head, journal, checkpoint
    keys         the ring and what follows        snapshot   whole copies that stay
    slots        the ring under one secret        export     records under a password of their own
    header       the file with the slots          vault      a folder as a whole
    records      bodies in envelopes
"""

from .export import open_export, seal_export
from .frames import COMMIT, END, PART_FRAME, Frame, Head, Stamp, decode_volume, encode_volume
from .header import Header
from .keys import Keys
from .primitives import CEILING, FLOOR, FORMAT, Damaged, NewerFormat, WrongPassword
from .records import CHUNK, KINDS, KINDS_ID, Sealed, decode_kinds, encode_kinds, manifest, open_record, seal_record
from .slots import KEY_FILE, KEYCHAIN, PASSWORD, RECOVERY, Secret, direct_slot, entropy_of, key_file, sealed_slot, words_of
from .snapshot import Snapshot, read_snapshot, write_snapshot
from .vault import Contents, fresh_keys, read_vault, write_vault
