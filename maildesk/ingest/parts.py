"""Reads the bytes of one part again from the raw mail: attachments are stored nowhere else."""

from maildesk.ingest.structure import read_structure


def leaf_bytes(raw: bytes, index: int) -> bytes:
    """The decoded bytes of leaf `index` (`Part.index`). Raises IndexError where the mail has no such leaf."""
    return read_structure(raw).leaves[index].data()
