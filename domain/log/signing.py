"""Lines signed with a key of the user's: OpenSSH signs and checks (`ssh-keygen -Y`), nothing here does cryptography.

A signed head is the head's one line and, under it, the SSH signature of that line. A bundle's line names its dates too.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from domain.errors import LogUnavailable, Refused
from domain.log.head import OutsideHead, parse_head

HEAD, BUNDLE = "ceasefire-head", "ceasefire-bundle"
"""What a signature is for, its namespace: one that was made for another use of the key does not pass."""
MAX_BYTES = 1 << 16
SECONDS = 30  # to check; signing waits for a person

_ARMOUR = re.compile(r"-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+-----END SSH SIGNATURE-----\n?")
_KEY = re.compile(r"with (\S+ key SHA256:\S+)")


@dataclass(frozen=True)
class Signer:
    """Whose signature it is: `key` as OpenSSH prints it, `name` as the list of signers has it, None without a list."""

    key: str
    name: str | None

    def words(self) -> str:
        """For a person."""
        return f"signed by {self.name} ({self.key})" if self.name else f"signed with {self.key}"


def sign_head(head: OutsideHead, key: Path) -> str:
    """The signature of a head's line."""
    return sign(head.line(), HEAD, key)


def sign(line: bytes, use: str, key: Path) -> str:
    """The signature of a line with a private key, or a public one whose other half an agent holds."""
    if not key.is_file():
        raise Refused("there is no such key", where=str(key), remedy="`ssh-keygen -t ed25519` makes one")
    done = _run("sign", "-f", str(key), "-n", use, given=line, seconds=None)
    signature = done.stdout.decode(errors="replace")
    if done.returncode or not _ARMOUR.fullmatch(signature):
        raise Refused(f"not signed: {_last_words(done)}", where=str(key), remedy="check the key and its passphrase")
    return signature


def check_signature(head: OutsideHead, signature: str, signers: Path | None) -> Signer:
    """Who signed a head. `signers` is a list in OpenSSH's `allowed_signers` form. Raises Refused as `check` does."""
    return check(head.line(), HEAD, signature, signers, of="this head")


def check(line: bytes, use: str, signature: str, signers: Path | None, *, of: str) -> Signer:
    """Who signed a line, for that use.

    Raises Refused for a signature that is not of this line, `of` in words, or not of anyone on the list.
    """
    if len(signature) > MAX_BYTES or not _ARMOUR.fullmatch(signature):
        raise Refused("not an SSH signature", where="signature", remedy="ask for it again")
    if signers is not None and not signers.is_file():
        raise Refused("there is no such list of signers", where=str(signers), remedy="one signer a line: NAME KEY")
    with TemporaryDirectory(prefix="ceasefire-") as folder:
        file = Path(folder) / "signature"
        file.write_text(signature)
        found = _run("check-novalidate", "-n", use, "-s", str(file), given=line)
        key = _KEY.search(found.stdout.decode(errors="replace"))
        if found.returncode or key is None:
            raise Refused(f"the signature is not of {of}", where="signature", remedy="do not trust it")
        if signers is None:
            return Signer(key[1], None)
        named = _run("find-principals", "-s", str(file), "-f", str(signers), given=b"")
        for name in named.stdout.decode(errors="replace").splitlines():
            more = ("-f", str(signers), "-I", name)
            if _run("verify", *more, "-n", use, "-s", str(file), given=line).returncode == 0:
                return Signer(key[1], name)
    raise Refused(
        f"signed with {key[1]}, which is nobody's on this list",
        where=str(signers),
        remedy="add NAME and the key to it only if you know from elsewhere whose it is",
    )


def signed_head(head: OutsideHead, signature: str) -> bytes:
    """The content of a file that holds a signed head."""
    return head.line() + signature.encode()


def read_signed_head(path: Path) -> tuple[OutsideHead, str]:
    """A head and its signature, unchecked. Raises Refused for a file that is none, LogUnavailable."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise LogUnavailable(f"cannot be read: {error.strerror}", where=str(path), remedy="check the path") from None
    line, end, signature = content.partition(b"\n")
    head = parse_head(line + end)
    if head is None or len(content) > MAX_BYTES:
        raise Refused("not a signed head", where=str(path), remedy="take it as `ceasefire sign-head` wrote it")
    return head, signature.decode(errors="replace")


def _run(action: str, *words: str, given: bytes, seconds: int | None = SECONDS) -> subprocess.CompletedProcess[bytes]:
    program = which("ssh-keygen")
    if program is None:
        raise LogUnavailable(
            "OpenSSH's ssh-keygen is not on this machine",
            where="ssh-keygen",
            remedy="install openssh-client (8.2 or newer)",
        )
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(
            [program, "-Y", action, *words],
            input=given,
            capture_output=True,
            timeout=seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LogUnavailable(
            f"ssh-keygen took more than {SECONDS} s", where="ssh-keygen", remedy="run it again"
        ) from None


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"ssh-keygen ended with {done.returncode}"
