-- Findings, completion and quick fixes for Kong plugins, in Neovim 0.11 or newer.
-- Goes to ~/.config/nvim/lsp/kong_lsp.lua; then `vim.lsp.enable("kong_lsp")` in init.lua.

-- What shows that a folder is Kong's.
local function is_ours(name)
  return name:match("%.rockspec$") ~= nil
    or name == "rockspecs"
    or name == "kong.conf"
    or name:match("^kong.*%.ya?ml$") ~= nil
end

-- Whether the first lines of a file speak of Kong.
local function speaks(buffer)
  local head = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, 200, false), "\n")
  return head:match("_format_version") or head:match("KONG_") or head:match("konghq%.com")
end

return {
  cmd = { "kong-lsp", "serve" },
  -- Rockspecs too: Neovim takes them for Lua.
  filetypes = { "lua", "yaml", "yaml.docker-compose", "json", "conf", "dockerfile", "sh", "env" },
  -- Starts where such a file is, here or in a folder above, and for what speaks of Kong.
  root_dir = function(buffer, start)
    local folder = vim.fs.root(buffer, is_ours)
    if not folder and vim.bo[buffer].filetype ~= "lua" and speaks(buffer) then
      folder = vim.fs.dirname(vim.api.nvim_buf_get_name(buffer))
    end
    if folder then
      start(vim.fs.root(buffer, ".git") or folder)
    end
  end,
}
