"""What Kubernetes accepts of a KongPlugin or KongClusterPlugin beside its ``config``.

After the CRDs ``configuration.konghq.com/v1`` of Kong/kubernetes-configuration 2.0 (those of
the ingress controller 3.5). Older ones take less: ``ordering`` and ``instance_name`` came
with 2.6 and 2.11 of the controller, ``configPatches`` with 3.2; the words of ``protocols``
and ``run_on`` are the same since 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kong_lsp.kong.schema.fields import Field, read_field

RESOURCES = ("KongPlugin", "KongClusterPlugin")
API = "configuration.konghq.com/v1"
EXCLUSIVE = (("config", "configFrom"), ("configFrom", "configPatches"))
"""Keys that may not stand together."""

_STRING = {"type": "string"}
_NEEDED = {"type": "string", "required": True}
_OPEN: dict[str, object] = {"type": "map", "keys": _STRING, "values": {"type": "any"}}
_NAMES = {"type": "array", "elements": _STRING}
_PHASES = {"type": "map", "keys": _STRING, "values": _NAMES}
_PROTOCOLS = ["http", "https", "grpc", "grpcs", "tcp", "tls", "udp"]


@cache
def keys_of(kind: str) -> Mapping[str, Field]:
    """The keys at the top of a resource of this kind. ``any`` is not looked into."""
    secret: list[dict[str, object]] = [{"name": _NEEDED}, {"key": _NEEDED}]
    if kind == "KongClusterPlugin":
        secret.append({"namespace": _NEEDED})
    source = {
        "type": "record",
        "required": True,
        "fields": [{"secretKeyRef": {"type": "record", "required": True, "fields": secret}}],
    }
    patch = {"type": "record", "fields": [{"path": _NEEDED}, {"valueFrom": source}]}
    fields: dict[str, Mapping[str, object]] = {
        "apiVersion": {"type": "string", "one_of": [API]},
        "kind": {"type": "string", "one_of": list(RESOURCES)},
        "metadata": _OPEN,
        "plugin": _NEEDED,
        "config": _OPEN,
        "configFrom": {**source, "required": False},
        "configPatches": {"type": "array", "elements": patch},
        "consumerRef": _STRING,
        "disabled": {"type": "boolean"},
        "instance_name": _STRING,
        "ordering": {"type": "record", "fields": [{"before": _PHASES}, {"after": _PHASES}]},
        "protocols": {"type": "array", "elements": {"type": "string", "one_of": _PROTOCOLS}},
        "run_on": {"type": "string", "one_of": ["first", "second", "all"]},
        "status": _OPEN,
    }
    return {name: read_field(given) for name, given in fields.items()}
