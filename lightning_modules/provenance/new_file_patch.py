"""Write the patch that creates a file, because git makes none for a file that it does not track."""

from __future__ import annotations

from pathlib import Path

_LIMIT = 1 << 20  # bytes of a file. Files of code are smaller.
_NO_NEWLINE = b"\\ No newline at end of file\n"


class NotPatchable(Exception):
    """No patch can create the file."""


def new_file_patch(file: Path, name: str) -> bytes:
    """Return a patch for `git apply` that creates a text file.

    Args:
        name: the path of the file, relative to the root of the repository.

    Raises:
        NotPatchable: The file cannot be read, is large, is not text, or has a name with special characters.
    """
    if not name.isprintable() or '"' in name or "\\" in name:
        raise NotPatchable("its name has special characters")
    try:
        size, content = file.stat().st_size, b""
        mode = "100755" if file.stat().st_mode & 0o100 else "100644"
        if size <= _LIMIT:
            content = file.read_bytes()
    except OSError as error:
        raise NotPatchable(f"it cannot be read: {error.strerror}") from error
    if size > _LIMIT:
        raise NotPatchable(f"it has {size} bytes")
    if b"\0" in content:
        raise NotPatchable("it is not text")
    head = f"diff --git a/{name} b/{name}\nnew file mode {mode}\n".encode()
    if not content:
        return head + b"index 0000000000000000000000000000000000000000..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n"
    lines = content.removesuffix(b"\n").split(b"\n")
    body = b"".join(b"+" + line + b"\n" for line in lines)
    end = b"" if content.endswith(b"\n") else _NO_NEWLINE
    return head + f"--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,{len(lines)} @@\n".encode() + body + end
