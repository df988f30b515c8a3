-- Findings, completion and quick fixes for Kong plugins, in Neovim 0.11 or newer.
-- Goes to ~/.config/nvim/lsp/kong_lsp.lua; then `vim.lsp.enable("kong_lsp")` in init.lua.

local function is_rockspec(name)
  return name:match("%.rockspec$") ~= nil or name == "rockspecs"
end

return {
  cmd = { "kong-lsp", "serve" },
  filetypes = { "lua" }, -- rockspecs too: Neovim takes them for Lua
  -- Starts where a rockspec is, here or in a folder above, and nowhere else.
  root_dir = function(buffer, start)
    local folder = vim.fs.root(buffer, is_rockspec)
    if folder then
      start(vim.fs.root(buffer, ".git") or folder)
    end
  end,
}
