-- Findings, completion and quick fixes for Kong plugins, in Neovim 0.7 to 0.10.
-- Goes to ~/.config/nvim/plugin/kong_lsp.lua; nothing else is needed.

if vim.fn.has("nvim-0.11") == 1 then
  return -- lsp/kong_lsp.lua is for these
end

local filetypes = { "lua", "yaml", "json", "conf", "dockerfile", "sh" }
local clients = {} -- by root folder, for Neovim 0.7

-- The nearest folder above a file in which something matches one of these patterns.
local function above(path, patterns)
  local folder = vim.fn.fnamemodify(path, ":p:h")
  while true do
    for _, pattern in ipairs(patterns) do
      if #vim.fn.globpath(vim.fn.escape(folder, ",*?[{\\"), pattern, true, true) > 0 then
        return folder
      end
    end
    local parent = vim.fn.fnamemodify(folder, ":h")
    if parent == folder then
      return nil
    end
    folder = parent
  end
end

-- Whether the first lines of a file speak of Kong.
local function speaks(buffer)
  local head = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, 200, false), "\n")
  return head:match("_format_version") or head:match("KONG_") or head:match("konghq%.com")
end

local function start(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == "" or vim.bo[buffer].buftype ~= "" then
    return
  end
  local folder = above(path, { "*.rockspec", "rockspecs", "kong.conf", "kong*.y*ml" })
  if not folder and vim.bo[buffer].filetype ~= "lua" and speaks(buffer) then
    folder = vim.fn.fnamemodify(path, ":p:h")
  end
  if not folder then
    return
  end
  local config = {
    name = "kong_lsp",
    cmd = { "kong-lsp", "serve" },
    root_dir = above(path, { ".git" }) or folder,
  }
  config.workspace_folders =
    { { uri = vim.uri_from_fname(config.root_dir), name = config.root_dir } }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  config.on_exit = function()
    clients[config.root_dir] = nil
  end
  clients[config.root_dir] = clients[config.root_dir] or vim.lsp.start_client(config)
  vim.lsp.buf_attach_client(buffer, clients[config.root_dir])
end

local group = vim.api.nvim_create_augroup("kong_lsp", {})
vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  group = group,
  pattern = "*.rockspec",
  command = "setfiletype lua",
})
vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
  group = group,
  pattern = { "kong.conf", "kong.conf.*" },
  command = "setfiletype conf",
})
vim.api.nvim_create_autocmd("FileType", {
  group = group,
  pattern = filetypes,
  callback = function(event)
    start(event.buf ~= 0 and event.buf or vim.api.nvim_get_current_buf())
  end,
})
