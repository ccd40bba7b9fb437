"""A reader of Mapbox vector tiles, ours and independent of the code under test (MVT 2.1, protobuf by hand)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Layer:
    """One layer: features as their properties, with ``__type`` (1 point, 2 line, 3 polygon)."""

    name: str = ""
    version: int = 0
    extent: int = 4096
    features: list[dict[str, Any]] = field(default_factory=list)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    out, shift = 0, 0
    while True:
        byte = data[at]
        out |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return out, at


def _fields(data: bytes):
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
        elif wire == 2:
            size, at = _varint(data, at)
            value, at = data[at : at + size], at + size
        elif wire == 5:
            value, at = data[at : at + 4], at + 4
        elif wire == 1:
            value, at = data[at : at + 8], at + 8
        else:
            raise ValueError(f"wire type {wire}")
        yield number, value


def _value(data: bytes) -> Any:
    for number, value in _fields(data):
        if number == 1:
            return value.decode()
        if number == 2:
            return struct.unpack("<f", value)[0]
        if number == 3:
            return struct.unpack("<d", value)[0]
        if number == 6:
            return (value >> 1) ^ -(value & 1)
        if number == 7:
            return bool(value)
        return value
    return None


def decode(data: bytes) -> list[Layer]:
    """The layers of a tile."""
    return [_layer(value) for number, value in _fields(data) if number == 3]


def _layer(data: bytes) -> Layer:
    out, keys, values, raw = Layer(), [], [], []
    for number, value in _fields(data):
        if number == 1:
            out.name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
        elif number == 5:
            out.extent = value
        elif number == 15:
            out.version = value
    for feature in raw:
        found: dict[str, Any] = {}
        for number, value in _fields(feature):
            if number == 1:
                found["__id"] = value
            elif number == 2:
                at, tags = 0, []
                while at < len(value):
                    tag, at = _varint(value, at)
                    tags.append(tag)
                found |= {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
            elif number == 3:
                found["__type"] = value
        out.features.append(found)
    return out
