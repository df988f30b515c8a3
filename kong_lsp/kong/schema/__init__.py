"""Kong's schema language: what a schema says, and what Kong says of a value.

``fields`` reads a definition, ``judge`` holds a value against it as
``kong/db/schema/init.lua`` does, ``metaschema`` says whether a definition is itself valid,
``legacy`` reads the form of Kong 0.x, ``typedefs`` has what schema.lua files build on.
``catalogue`` has the schemas of Kong's own plugins and entities, ``plugin_config`` judges one
plugin's configuration, ``declarative`` whole files, ``lookup`` answers an editor's questions.
Functions are opaque, but for Kong's own that need only the value (``functions``).
"""
