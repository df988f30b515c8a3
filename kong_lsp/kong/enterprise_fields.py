"""Fields that the plugins Kong bundles have in Kong Enterprise and Konnect only."""

from __future__ import annotations

from kong_lsp.kong.schema.values import Path

_FRAMES = ("ws_client_frame", "ws_close", "ws_handshake", "ws_upstream_frame")
_AUTH = (
    "auth.azure_client_id",
    "auth.azure_client_secret",
    "auth.azure_tenant_id",
    "auth.azure_use_managed_identity",
    "auth.gcp_metadata_url",
    "auth.gcp_oauth_token_url",
)
_BEDROCK = (
    "aws_assume_role_arn",
    "aws_role_session_name",
    "aws_sts_endpoint_url",
    "batch_bucket_prefix",
    "batch_role_arn",
    "embeddings_normalize",
    "performance_config_latency",
    "video_output_s3_uri",
)
_MODEL = (
    "model.model_alias",
    *(f"model.options.bedrock.{name}" for name in _BEDROCK),
    "model.options.cohere",
    "model.options.dashscope",
    "model.options.databricks",
    "model.options.embeddings_dimensions",
    "model.options.gemini.endpoint_id",
)
_LLM = tuple(f"llm.{name}" for name in (*_AUTH, *_MODEL, "description", "weight"))
_FIELDS: dict[str, tuple[str, ...]] = {
    "acl": ("include_consumer_groups",),
    "acme": ("storage_config.redis.cloud_authentication",),
    "ai-prompt-guard": ("genai_category",),
    "ai-proxy": (*_AUTH, *_MODEL, "genai_category"),
    "ai-request-transformer": _LLM,
    "ai-response-transformer": _LLM,
    "aws-lambda": ("awsgateway_compatible_payload_version", "ssl_verify"),
    "basic-auth": ("brute_force_protection",),
    "cors": ("allow_origin_absent",),
    "datadog": ("route_name_tag",),
    "http-log": ("ssl_verify",),
    "key-auth": ("identity_realms",),
    "opentelemetry": ("access_logs", "access_logs_endpoint", "metrics", "sampling_strategy"),
    "post-function": _FRAMES,
    "pre-function": _FRAMES,
    "rate-limiting": ("redis.cloud_authentication",),
    "response-ratelimiting": ("redis.cloud_authentication",),
    "session": ("bind", "hash_subject", "store_metadata"),
    "tcp-log": ("ssl_verify",),
}
"""The config of each plugin in ``Kong/terraform-provider-konnect`` (docs/resources, June 2026)
without what Kong 2.8 to 3.9 have."""


def has(plugin: str, path: Path) -> bool:
    """Whether a path that begins with ``config`` leads to such a field, or into one."""
    steps = [step for step in path[1:] if isinstance(step, str)]
    own = _FIELDS.get(plugin, ())
    return any(".".join(steps[:length]) in own for length in range(1, len(steps) + 1))
