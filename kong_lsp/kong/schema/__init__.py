"""Kong's schema language: what a schema says, and what it says of a value.

``fields`` reads a definition, ``judge`` holds a value against it as
``kong/db/schema/init.lua`` does, ``metaschema`` says whether a definition is itself valid,
``catalogue`` has the schemas of Kong's own plugins and entities, ``declarative`` judges
whole configuration files. Functions are opaque: what needs one is not judged.
"""
