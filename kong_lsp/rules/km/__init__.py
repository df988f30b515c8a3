"""The rules that hold a rockspec to the plugin's files and to what Kong loads."""
