"""What an editor asks of a place in a text. Nothing here knows of the protocol."""
