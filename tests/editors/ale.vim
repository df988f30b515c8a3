" Run by test_vim_ale.py: vim -N -u vimrc -es -c 'source ale.vim'; $ROCKSPEC is opened, and
" what is seen goes to $SEEN as JSON.

let s:seen = {}

function! s:Fail(what) abort
  call writefile([a:what] + map(copy(ale#engine#GetLoclist(bufnr(''))), 'string(v:val)'), $SEEN . '.failed')
  cquit!
endfunction

function! s:Wait(what, ready) abort
  for l:i in range(1000)
    if eval(a:ready)
      return
    endif
    sleep 20m
  endfor
  call s:Fail(a:what)
endfunction

function! Codes() abort
  return map(copy(ale#engine#GetLoclist(bufnr(''))), '[v:val.lnum, v:val.col, get(v:val, "code", ""), v:val.linter_name]')
endfunction

function! s:Run() abort
  execute 'edit ' . fnameescape($ROCKSPEC)
  let s:seen.filetype = &filetype
  call ale#Queue(0, '')
  call s:Wait('findings', 'len(Codes()) >= 3')
  let s:seen.findings = Codes()
  let s:line = search('shema.lua')
  let l:column = filter(copy(Codes()), 'v:val[0] == s:line')[0][1]
  call cursor(s:line, l:column)
  call ale#codefix#Execute(0, function('s:Choose'))
  call s:Wait('the fix', 'getline(s:line) !~# "shema"')
  let s:seen.fixed = getline(s:line)
  write
  execute 'edit ' . fnameescape($CONF)
  let s:seen.conf = &filetype
  call ale#Queue(0, '')
  call s:Wait('findings in kong.conf', '!empty(Codes())')
  let s:seen.conf_findings = Codes()
  call writefile([json_encode(s:seen)], $SEEN)
  qall!
endfunction

function! s:Choose(data, items) abort
  for [l:kind, l:item] in a:items
    if l:item.title =~# '^Change to '
      call ale#codefix#ApplyLSPCodeAction(a:data, l:item)
      return
    endif
  endfor
  call s:Fail(string(a:items))
endfunction

try
  call s:Run()
catch
  call s:Fail(v:exception . ' ' . v:throwpoint)
endtry
