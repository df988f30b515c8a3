-- Run by test_neovim_rename.py: nvim -u init.lua -l neovim_rename.lua KONG_CONF
-- A new plugin, then its name changed at the cursor, then all written.

local told = {}

local function wait(what, ready)
  if not vim.wait(20000, ready, 20) then
    error("timed out: " .. what .. vim.inspect(told) .. vim.inspect(vim.api.nvim_buf_get_lines(0, 0, -1, false)))
  end
end

local function client()
  return vim.lsp.get_clients({ bufnr = 0 })[1]
end


vim.notify = function(message)
  table.insert(told, message)
end

vim.cmd.edit(vim.fn.fnameescape(arg[1]))
wait("the server starts", function()
  return client() and client().initialized
end)

local made
client():exec_cmd({
  title = "New",
  command = "kong-lsp.newPlugin",
  arguments = { { name = "corp", folder = vim.uri_from_fname(vim.fs.dirname(arg[1])) } },
}, {}, function(failure, result)
  made = failure or result
end)
wait("the plugin is made", function()
  return made
end)
assert(made.uri, vim.inspect(made))
vim.cmd("silent wall")

vim.fn.search("corp")
vim.lsp.buf.rename("bolt")
wait("the name is changed", function()
  return vim.api.nvim_get_current_line():find("bolt")
end)
assert(made.uri, vim.inspect(made))
vim.cmd("silent wall")
vim.fn.search("bundled")
vim.lsp.buf.rename("x")
wait("the refusal", function()
  return #told > 0
end)
for _, each in ipairs(vim.lsp.get_clients()) do
  each:stop()
end
wait("the server stops", function()
  return #vim.lsp.get_clients() == 0
end)
io.stdout:write("\n" .. vim.json.encode({ made = made, told = told }) .. "\n")
