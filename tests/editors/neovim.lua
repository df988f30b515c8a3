-- Run by test_neovim.py: nvim -u init.lua -l neovim.lua ROCKSPEC
-- Does what a person does and prints what is seen, as JSON, on the last line.

local path = arg[1]
local seen = {}

local function wait(what, ready)
  if not vim.wait(20000, ready, 20) then
    error("timed out: " .. what .. "\n" .. vim.inspect(vim.diagnostic.get(0)))
  end
end

local function told()
  local list = vim.diagnostic.get(0)
  table.sort(list, function(a, b)
    return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col)
  end)
  return vim.tbl_map(function(each)
    return { each.lnum + 1, each.col + 1, each.code, each.source }
  end, list)
end

local function has(code)
  return vim.iter(vim.diagnostic.get(0)):any(function(each)
    return each.code == code
  end)
end

vim.cmd.edit(vim.fn.fnameescape(path))
seen.filetype = vim.bo.filetype
wait("the server starts", function()
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  return client and client.initialized
end)
seen.root = vim.lsp.get_clients({ bufnr = 0 })[1].root_dir
wait("findings", function()
  return #vim.diagnostic.get(0) >= 3
end)
seen.findings = told()

-- The quick fix of the misspelt file, as `gra` applies it.
local function fix(code)
  for _, each in ipairs(vim.diagnostic.get(0)) do
    if each.code == code then
      vim.api.nvim_win_set_cursor(0, { each.lnum + 1, each.col })
    end
  end
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return vim.startswith(action.title, "Change to ")
    end,
  })
  wait("the fix of " .. code, function()
    return not has(code)
  end)
end
fix("KM101")
fix("KM106")
seen.fixed = vim.api.nvim_buf_get_lines(0, 0, -1, false)
seen.left = told()

-- Completion of a key: a new line in build.modules, `["kong.plugins.geojson.` typed.
local line = vim.fn.search("geojson.handler")
vim.api.nvim_buf_set_lines(0, line, line, false, { '    ["kong.plugins.geojson.' })
vim.o.virtualedit = "onemore" -- the cursor behind the last character, as when typing
vim.api.nvim_win_set_cursor(0, { line + 1, 27 })
local client = vim.lsp.get_clients({ bufnr = 0 })[1]
local answer = client:request_sync(
  "textDocument/completion",
  vim.lsp.util.make_position_params(0, client.offset_encoding),
  20000,
  0
)
assert(answer and not answer.err, vim.inspect(answer))
local items = answer.result.items or answer.result
seen.completion = vim.tbl_map(function(item)
  return item.label
end, items)

vim.cmd("silent edit!")
for _, each in ipairs(vim.lsp.get_clients()) do
  each:stop()
end
wait("the server stops", function()
  return #vim.lsp.get_clients() == 0
end)
io.stdout:write("\n" .. vim.json.encode(seen) .. "\n")
