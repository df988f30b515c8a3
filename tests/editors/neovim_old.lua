-- Run by test_neovim.py in Neovim 0.7 or newer: kong_test(ROCKSPEC, CONF) prints what is
-- seen, as JSON. Only what 0.7 has is used.

local seen = {}

local function wait(what, ready)
  if not vim.wait(20000, ready, 20) then
    error("timed out: " .. what .. "\n" .. vim.inspect(vim.diagnostic.get(0)))
  end
end

local function codes()
  local list = vim.tbl_map(function(each)
    return (each.lnum + 1) .. " " .. tostring(each.code or each.user_data.lsp.code)
  end, vim.diagnostic.get(0))
  table.sort(list)
  return list
end

local function clients()
  return vim.lsp.get_active_clients()
end

local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
  for _, answer in pairs(answers or {}) do
    assert(not answer.error, vim.inspect(answer.error))
    return answer.result
  end
  error("no answer to " .. method)
end

local function open(path)
  vim.cmd("edit " .. vim.fn.fnameescape(path))
  wait("the server starts", function()
    return clients()[1] and clients()[1].initialized
  end)
end

local function run(rockspec, conf)
  open(rockspec)
  seen.filetype = vim.bo.filetype
  seen.root = clients()[1].config.root_dir
  wait("findings", function()
    return #vim.diagnostic.get(0) >= 3
  end)
  seen.findings = codes()
  local line = vim.fn.search("shema.lua")
  local actions = request("textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = {
      start = { line = line - 1, character = 0 },
      ["end"] = { line = line - 1, character = 200 },
    },
    context = { diagnostics = {} },
  })
  for _, action in ipairs(actions) do
    if action.title:match("^Change to ") then
      vim.lsp.util.apply_workspace_edit(action.edit, clients()[1].offset_encoding)
      break
    end
  end
  wait("the fix", function()
    return not vim.tbl_contains(codes(), line .. " KM101")
  end)
  seen.fixed = vim.api.nvim_buf_get_lines(0, line - 1, line, false)[1]
  vim.cmd("silent write")
  open(conf)
  seen.conf = vim.bo.filetype
  wait("findings in kong.conf", function()
    return #vim.diagnostic.get(0) > 0
  end)
  seen.conf_findings = codes()
  seen.clients = #clients()
  vim.lsp.stop_client(clients())
  wait("the server stops", function()
    return #clients() == 0
  end)
  io.stdout:write("\n" .. vim.json.encode(seen) .. "\n")
end

function _G.kong_test(rockspec, conf)
  local done, failure = xpcall(run, debug.traceback, rockspec, conf)
  if not done then
    io.stderr:write(tostring(failure) .. "\n")
    vim.cmd("cquit 1")
  end
  vim.cmd("qall!")
end
