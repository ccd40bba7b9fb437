"""A plain, valid request for every operation of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

PATH = {"number": 1, "code": "990101001001001", "z": 13, "x": 6793, "y": 3343, "layer": "events",
        "name": "facility_class", "kind": "facilities"}  # fmt: skip
FIELDS = {"code": "x1", "name": "样本", "field": "phone", "reason": "核对登记信息", "other": 2, "login": "nobody",
          "password": "x" * 12, "retired": True, "area": "990101", "method": "square", "size_m": 100, "days": 7,
          "lon": 118.63, "lat": 31.47, "month": "2026-10", "kind": "hazards", "record": 1, "cell": 1, "where": "990101", "what": "special",
          "features": [{"properties": {"name": "一", "kind": "公园"}, "geometry": {"type": "Polygon", "coordinates": [
              [[118.63, 31.47], [118.64, 31.47], [118.64, 31.48], [118.63, 31.47]]]}}],
          "decision": "kept", "address": "南环路321号", "fields": {"name": "样本"}, "approve": True,
          "rule": "XC-DAY", "target": 1, "target_id": 1, "opens": "2026-10-01",
          "cells": [1, 2], "line": [[118.63, 31.47], [118.64, 31.47]]}  # fmt: skip
MORE: dict[str, dict[str, Any]] = {
    "/api/v1/divisions": {"size_m": 100},  # one of several sizes must be given
    "/api/v1/gaps/accept": {"kind": "said_moved", "target": "person"},
    "/api/v1/gaps/keep": {"kind": "said_moved", "target": "person"},
    "/api/v1/patrol": {"kind": "stop"},
}  # fmt: skip
UPLOADS = {
    "/api/v1/geocode": ({"format": "csv"}, ("a.csv", "地址\n一路1号\n".encode())),
    "/api/v1/imports": ({"kind": "events"}, ("a.csv", b"a,b\n1,2\n")),
    "/imports/look": ({"kind": "facilities"}, ("a.csv", "名称,类别\n一,学校\n".encode())),
    "/reconciliations": ({"kind": "facilities"}, ("a.csv", "名称,类别\n一,学校\n".encode())),
    "/attachments": ({"kind": "hazards", "record": "1"}, ("a.pdf", b"%PDF-1.4\n%%EOF\n")),
}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def filled(path: str, **values: Any) -> str:
    """The path with something in every brace."""
    for name, value in {**PATH, **values}.items():
        path = path.replace("{" + name + "}", str(value))
    return path


def body(document: dict[str, Any], path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Arguments for httpx: a file where one is asked for, otherwise the fields that a JSON body must have."""
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        data, file = next(v for k, v in UPLOADS.items() if path.endswith(k))
        return {"data": data, "files": {"file": file}}
    if "application/json" not in content:
        return {}
    return {"json": _needed(document, content["application/json"]["schema"]) | MORE.get(path, {})}


def query(operation: dict[str, Any]) -> dict[str, Any]:
    """The query parameters that must be there."""
    return {p["name"]: FIELDS[p["name"]] for p in operation.get("parameters", ())
            if p["in"] == "query" and p.get("required")}  # fmt: skip


def _needed(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return {name: FIELDS[name] for name in schema.get("required", ())}
