"""The rules over our own comments and settings."""
