"""Encryption of single fields: AES-256-GCM or SM4-GCM, with an HMAC-SHA256 beside it for looking a value up.

A sealed value is ``cipher (1 byte) · key_id (1 byte) · nonce (12 bytes) · ciphertext and tag``. The nonce is random,
so the same value is sealed differently each time; equality is asked of the HMAC. Keys come from a file outside the
database.
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridsvc.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AES, SM4 = 1, 2
_CIPHERS = {"aes": AES, "sm4": SM4}
_NONCE, _TAG = 12, 16


@dataclass(frozen=True)
class FieldKey:
    """The key of an installation: number, cipher for what is sealed from now on, secrets."""

    key_id: int
    cipher: int
    aes: bytes
    mac: bytes

    @classmethod
    def parse(cls, text: str, cipher: str = "aes") -> FieldKey:
        """The key in the text of a key file.

        Raises:
            SetupError: ``key.malformed``.
        """
        try:
            raw = json.loads(text)
            found = cls(int(raw["key_id"]), _CIPHERS[cipher], bytes.fromhex(raw["aes"]), bytes.fromhex(raw["hmac"]))
        except (ValueError, KeyError, TypeError) as e:
            raise SetupError("key.malformed") from e
        if len(found.aes) != 32 or len(found.mac) < 32:
            raise SetupError("key.malformed")
        return found

    def seal(self, values: Sequence[str | None]) -> list[bytes | None]:
        """Each value sealed; None stays None."""
        nonces = os.urandom(_NONCE * len(values))
        head = bytes([self.cipher, self.key_id])
        lock = AESGCM(self.aes).encrypt if self.cipher == AES else self._sm4_seal
        return [
            None
            if v is None
            else head + nonces[i * _NONCE : (i + 1) * _NONCE]
            + lock(nonces[i * _NONCE : (i + 1) * _NONCE], v.encode(), head)
            for i, v in enumerate(values)
        ]  # fmt: skip

    def open(self, sealed: Iterable[bytes | None]) -> list[str | None]:
        """The values again.

        Raises:
            SetupError: ``key.wrong``: sealed with another key, or damaged.
        """
        return [None if s is None else self._open_one(bytes(s)) for s in sealed]

    def digests(self, values: Iterable[str | None]) -> list[bytes | None]:
        """The HMAC of each value: equal values, and only they, have equal ones."""
        return [None if v is None else hmac.digest(self.mac, v.encode(), "sha256") for v in values]

    def _open_one(self, sealed: bytes) -> str:
        head, nonce, body = sealed[:2], sealed[2 : 2 + _NONCE], sealed[2 + _NONCE :]
        try:
            if head[1] != self.key_id:
                raise InvalidTag
            if head[0] == SM4:
                return self._sm4_open(nonce, body, head).decode()
            return AESGCM(self.aes).decrypt(nonce, body, head).decode()
        except (InvalidTag, IndexError, ValueError) as e:
            raise SetupError("key.wrong", key_id=self.key_id) from e

    def _sm4_seal(self, nonce: bytes, value: bytes, head: bytes) -> bytes:
        one = Cipher(algorithms.SM4(self.aes[:16]), modes.GCM(nonce)).encryptor()
        one.authenticate_additional_data(head)
        return one.update(value) + one.finalize() + one.tag

    def _sm4_open(self, nonce: bytes, body: bytes, head: bytes) -> bytes:
        one = Cipher(algorithms.SM4(self.aes[:16]), modes.GCM(nonce, body[-_TAG:])).decryptor()
        one.authenticate_additional_data(head)
        return one.update(body[:-_TAG]) + one.finalize()
