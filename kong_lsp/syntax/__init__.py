"""Text to trees, whatever the text."""
