"""What lies directly below ``kong`` in Kong's own tree, besides ``kong.plugins``."""

from __future__ import annotations

_NAMES = frozenset(
    """
    admin_gui api balancer cache cli cluster cluster_events clustering cmd concurrency conf_loader
    constants core dao db deprecation dns dynamic_hook enterprise_edition error_handlers global
    globalpatches hooks include init keyring kong llm meta mlcache observability pdk portal rbac
    reports resolver resty router runloop serf singletons status templates timing tools tracing
    vaults vendor vitals workspaces
    """.split()
)


def is_core(module: str) -> bool:
    """Whether ``module`` may be one of Kong's own: ``kong``, ``kong.tools.utils``.

    Judged by its first two segments, over all releases from 0.1 and Enterprise.
    """
    first, _, rest = module.partition(".")
    return first == "kong" and (not rest or rest.partition(".")[0] in _NAMES)
