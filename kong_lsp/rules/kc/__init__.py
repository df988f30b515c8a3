"""The rules over Kong's configuration."""
