-- Run by test_neovim_config.py: nvim -u init.lua -l neovim_config.lua FOLDER
-- Does what a person does in Kong's configuration files and prints what is seen, as JSON,
-- on the last line.

local folder = arg[1]
local seen = {}

local steps = dofile(vim.fs.dirname(debug.getinfo(1, "S").source:sub(2)) .. "/neovim_steps.lua")(folder)
local wait, open, codes = steps.wait, steps.open, steps.codes

local function fix(code, title)
  for _, each in ipairs(vim.diagnostic.get(0)) do
    if each.code == code then
      vim.api.nvim_win_set_cursor(0, { each.lnum + 1, each.col })
    end
  end
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return vim.startswith(action.title, title)
    end,
  })
  wait("the fix of " .. code, function()
    return not vim.iter(vim.diagnostic.get(0)):any(function(each)
      return each.code == code
    end)
  end)
end

-- What is proposed behind the last character of a new line.
local function complete(after, text)
  local line = vim.fn.search(after)
  assert(line > 0, after)
  vim.api.nvim_buf_set_lines(0, line, line, false, { text })
  vim.o.virtualedit = "onemore" -- the cursor behind the last character, as when typing
  vim.api.nvim_win_set_cursor(0, { line + 1, #text })
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  local answer = client:request_sync(
    "textDocument/completion",
    vim.lsp.util.make_position_params(0, client.offset_encoding),
    20000,
    vim.api.nvim_get_current_buf() -- with 0, changes that wait are not sent first
  )
  assert(answer and not answer.err, vim.inspect(answer))
  vim.api.nvim_buf_set_lines(0, line, line + 1, false, {})
  return vim.tbl_map(function(item)
    return item.label
  end, (answer.result or {}).items or {})
end

local function hover(pattern)
  vim.api.nvim_win_set_cursor(0, { vim.fn.search(pattern), 0 })
  local client = vim.lsp.get_clients({ bufnr = 0 })[1]
  local asked = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answer = client:request_sync("textDocument/hover", asked, 20000, vim.api.nvim_get_current_buf())
  return answer.result.contents.value
end

local function text(name)
  return vim.api.nvim_buf_get_lines(vim.fn.bufnr(folder .. "/" .. name), 0, -1, false)
end

open("kong.yml")
wait("findings in kong.yml", function()
  return #vim.diagnostic.get(0) > 0
end)
seen.declarative = codes()
fix("KC302", "Add greeter to ")
seen.compose_text = text("docker-compose.yml")
seen.declarative_completion = complete("config:", "    ")

open("docker-compose.yml")
wait("findings in docker-compose.yml", function()
  return #vim.diagnostic.get(0) > 0
end)
seen.compose = codes()
fix("KC305", "Create ")
fix("KC301", "Change to key-auth")
seen.compose_left = codes()
seen.compose_made = text("kong/plugins/half/schema.lua")
seen.compose_completion = complete("KONG_DATABASE", "      KONG_PLUGINS: bundled,g")
seen.compose_settings = complete("KONG_DATABASE", "      KONG_LOG_L")

open("gateway/kong.conf")
wait("findings in kong.conf", function()
  return #vim.diagnostic.get(0) > 0
end)
seen.conf = codes()
fix("KC315", "Change to log_level")
fix("KC304", "Replace ")
wait("the plugin without a handler", function()
  return #vim.diagnostic.get(0) > 0
end)
fix("KC305", "Create ")
seen.conf_left = codes()
seen.conf_made = text("kong/plugins/bare/handler.lua")
seen.conf_text = text("gateway/kong.conf")
seen.conf_completion = complete("database", "plugins = bundled,")
seen.conf_settings = complete("database", "log_l")
seen.conf_hover = hover("log_level")

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
