"""What a plugin's source files say: handler, schema, daos and migrations, with places.

A file is evaluated, never run (``program``), in an environment that knows what Lua and Kong
give it (``environment``, ``libraries``).
"""
