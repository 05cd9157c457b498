"""Personal numbers at rest: sealed with AES-GCM under keys from the environment, found by a keyed digest, masked on
screen.

``TONGCHOU_KEYS`` holds ``name:base64`` keys of 32 bytes, the newest first, with commas between: the first seals, each
opens what it sealed. ``TONGCHOU_DIGEST_KEY`` (32 bytes in base64) makes the digests; it stays. Where neither is named,
keys are made once in the data folder, readable by its owner only.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import re
import secrets
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..database import data_folder
from .refusal import OfficeRefused
from .signs import of_unit

KEYS, DIGEST_KEY = "TONGCHOU_KEYS", "TONGCHOU_DIGEST_KEY"


def seal(text: str) -> str:
    """``key:nonce+cipher`` in base64; two seals of one text differ."""
    name, cipher = _keys()[0]
    nonce = os.urandom(12)
    return f"{name}:{base64.b64encode(nonce + cipher.encrypt(nonce, text.encode(), name.encode())).decode()}"


def unseal(sealed: str) -> str:
    """The text that was sealed. Raises OfficeRefused: ``key_missing`` or ``sealed_damaged``."""
    name, _, body = sealed.partition(":")
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    return _opened(name, raw).decode()


def _opened(name: str, raw: bytes) -> bytes:
    """What a key of a name sealed: nonce and cipher."""
    for known, cipher in _keys():
        if known == name:
            try:
                return cipher.decrypt(raw[:12], raw[12:], name.encode())
            except (InvalidTag, ValueError) as e:
                raise OfficeRefused(
                    "sealed_damaged", "加密内容已损坏或被改动", "a sealed value is damaged or was changed"
                ) from e
    raise OfficeRefused(
        "key_missing", f"缺少密钥 {name}，请在 {KEYS} 中补上", f"key {name} is not there; add it to {KEYS}"
    )


def seal_bytes(content: bytes) -> bytes:
    """A file sealed like a number: the key's name, a zero byte, nonce and cipher."""
    name, cipher = _keys()[0]
    nonce = os.urandom(12)
    return name.encode() + b"\0" + nonce + cipher.encrypt(nonce, content, name.encode())


def unseal_bytes(sealed: bytes) -> bytes:
    """The file that was sealed. Raises OfficeRefused: ``key_missing`` or ``sealed_damaged``."""
    name, _, raw = sealed.partition(b"\0")
    return _opened(name.decode("utf-8", "replace"), raw)


def newest_key() -> str:
    """The name of the key that seals now."""
    return _keys()[0][0]


def key_names() -> list[str]:
    """The names of all keys that are there, the newest first."""
    return [name for name, _ in _keys()]


def keyed_digest(text: str) -> bytes:
    """The 32 bytes by which a number is found; without the key they tell nothing."""
    return hmac.digest(_digest_key(), text.encode(), "sha256")


def mask(text: str) -> str:
    """A number as a screen shows it: the first three and the last two signs; short ones all hidden."""
    return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}" if len(text) >= 11 else "*" * len(text)


NUMBER = re.compile(r"(?<!\d)\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])")


def holds_number(text: str) -> bool:
    """Whether a text holds what looks like a resident ID number."""
    return any(not of_unit(found.group().upper()) for found in NUMBER.finditer(text))


def mask_name(name: str) -> str:
    """A person's name as a list shows it: the family name, then stars."""
    return name[:1] + "*" * (len(name) - 1)


def forget() -> None:
    """Read the keys anew; they were changed."""
    _keys.cache_clear()
    _digest_key.cache_clear()
    _made.cache_clear()


@cache
def _keys() -> list[tuple[str, AESGCM]]:
    named = os.environ.get(KEYS) or f"{_made()['name']}:{_made()['key']}"
    found = []
    for part in named.split(","):
        name, colon, body = part.strip().partition(":")
        if not colon or not name:
            raise OfficeRefused(
                "key_invalid", f"{KEYS} 应为 名称:base64，以逗号分隔", f"{KEYS} is name:base64, separated by commas"
            )
        found.append((name, AESGCM(_bytes(body, KEYS))))
    return found


@cache
def _digest_key() -> bytes:
    return _bytes(os.environ.get(DIGEST_KEY) or _made()["digest"], DIGEST_KEY)


def _bytes(text: str, variable: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != 32:
        raise OfficeRefused(
            "key_invalid", f"{variable} 的密钥应为32字节的base64", f"{variable}: a key is 32 bytes in base64"
        )
    return found


@cache
def _made() -> dict[str, str]:
    """Keys of this data folder, made when they are first needed; never overwritten."""
    file = Path(data_folder()) / "keys.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "name": "k1",
        "key": base64.b64encode(secrets.token_bytes(32)).decode(),
        "digest": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    part = file.with_name(f"keys.{secrets.token_hex(4)}.part")
    if not file.exists():
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as f:
            json.dump(fresh, f)
        try:
            os.link(part, file)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    found: dict[str, str] = json.loads(file.read_text())
    return found
