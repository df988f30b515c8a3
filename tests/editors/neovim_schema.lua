-- Run by test_neovim_schema.py: nvim -u init.lua -l neovim_schema.lua FOLDER
-- Changes the schema of a plugin, and then its configuration, as a person does; prints what
-- is seen, as JSON, on the last line.

local folder = arg[1]
local seen = {}

local steps = dofile(vim.fs.dirname(debug.getinfo(1, "S").source:sub(2)) .. "/neovim_steps.lua")(folder)
local wait, open, codes = steps.wait, steps.open, steps.codes

local function ask(method, more)
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer = client:request_sync(
    method,
    vim.tbl_extend("force", params, more or {}),
    20000,
    vim.api.nvim_get_current_buf() -- with 0, changes that wait are not sent first
  )
  assert(answer and not answer.err, vim.inspect(answer))
  return answer.result
end

local function text()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

-- The schema has a field that the configuration lacks, and another name for one it has.
open("kong.yml")
vim.o.hidden = true
open("kong/plugins/greeter/schema.lua")
local line = vim.fn.search("greeting")
vim.api.nvim_buf_set_lines(0, line - 1, line, false, {
  '  { salutation = { type = "string", required = true } },',
  '  { volume = { type = "integer", required = true, between = { 1, 11 } } },',
})

open("kong.yml")
wait("findings in kong.yml", function()
  return #vim.diagnostic.get(0) >= 3
end)
seen.found = codes()

-- A field of the schema is completed, and its value.
line = vim.fn.search("greeting: hello")
vim.api.nvim_buf_set_lines(0, line - 1, line, false, { "    sal" })
vim.o.virtualedit = "onemore" -- the cursor behind the last character, as when typing
vim.api.nvim_win_set_cursor(0, { line, 7 })
local items = ask("textDocument/completion").items
seen.completion = items[1].label
vim.lsp.util.apply_text_edits(
  { { range = items[1].textEdit.range, newText = "salutation: hello" } },
  vim.api.nvim_get_current_buf(),
  "utf-8"
)

-- What is missing yet is filled in.
vim.api.nvim_win_set_cursor(0, { vim.fn.search("config:"), 4 })
wait("one finding is left", function()
  return #vim.diagnostic.get(0) == 1 and codes()[1][2] == "KC309"
end)
seen.left = codes()
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action)
    return action.title == "Fill in required fields"
  end,
})
wait("nothing is left", function()
  return #vim.diagnostic.get(0) == 0
end)
seen.text = text()

-- From the schema to the configuration.
open("kong/plugins/greeter/schema.lua")
vim.api.nvim_win_set_cursor(0, { vim.fn.search("salutation"), 6 })
seen.references = vim.tbl_map(function(each)
  return { vim.fs.basename(each.uri), each.range.start.line + 1 }
end, ask("textDocument/references", { context = { includeDeclaration = false } }))
vim.api.nvim_win_set_cursor(0, { vim.fn.search("config ="), 41 })
seen.example = ask("textDocument/hover").contents.value

for _, each in ipairs(vim.lsp.get_clients()) do
  each:stop()
end
wait("the server stops", function()
  return #vim.lsp.get_clients() == 0
end)
for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
  vim.bo[buffer].modified = false
end
io.stdout:write("\n" .. vim.json.encode(seen) .. "\n")
