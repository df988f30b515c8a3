"""Lua 5.1 and what LuaJIT adds: scanned, parsed in pieces, evaluated without being run."""
