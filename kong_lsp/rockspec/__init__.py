"""What a rockspec says, what LuaRocks allows it to say, and how to say more of it."""
