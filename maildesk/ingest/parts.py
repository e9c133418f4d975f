"""Reads the bytes of one part again from the raw mail: attachments are stored nowhere else."""

from maildesk.ingest.inside import look_inside
from maildesk.ingest.mime.structure import read_structure


def leaf_bytes(raw: bytes, index: int) -> bytes:
    """The decoded bytes of part `index` (`Part.index`), also of one that hid inside another.

    Raises IndexError where the mail has no such part.
    """
    leaves = read_structure(raw).leaves
    if index < len(leaves):
        return leaves[index].data()
    found = next((leaf for leaf in look_inside(leaves).leaves if leaf.index == index), None)
    if found is None:
        raise IndexError(f"the mail has no part {index}")
    return found.data()
