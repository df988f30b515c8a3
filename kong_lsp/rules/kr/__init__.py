"""The rules over rockspecs: what LuaRocks accepts."""
