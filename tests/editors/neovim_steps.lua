-- What the scripts of Neovim do alike: dofile(…)(FOLDER) gives the steps.

return function(folder)
  local steps = {}

  function steps.wait(what, ready)
    if not vim.wait(20000, ready, 20) then
      error("timed out: " .. what .. "\n" .. vim.inspect(vim.diagnostic.get(0)))
    end
  end

  function steps.open(name)
    vim.cmd.edit(vim.fn.fnameescape(folder .. "/" .. name))
    steps.wait("the server knows " .. name, function()
      local client = vim.lsp.get_clients({ bufnr = 0 })[1]
      return client and client.initialized
    end)
  end

  function steps.codes()
    local found = vim.tbl_map(function(each)
      return { each.lnum + 1, each.code }
    end, vim.diagnostic.get(0))
    table.sort(found, function(a, b)
      return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2])
    end)
    return found
  end

  return steps
end
