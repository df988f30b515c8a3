" kong-lsp for Vim with ALE (https://github.com/dense-analysis/ale).
" Goes to ~/.vim/after/plugin/kong_lsp.vim; have kong-lsp on your PATH.

let s:filetypes = ['lua', 'yaml', 'json', 'conf', 'dockerfile', 'sh']

" The project that a file belongs to; none, and no server, where it has nothing of Kong's.
function! KongLspRoot(buffer) abort
  let l:folder = fnamemodify(bufname(a:buffer), ':p:h')
  while 1
    for l:pattern in ['*.rockspec', 'rockspecs', 'kong.conf', 'kong*.y*ml']
      if !empty(globpath(escape(l:folder, ',*?[{\'), l:pattern, 1, 1))
        let l:git = ale#path#FindNearestDirectory(a:buffer, '.git')
        return empty(l:git) ? l:folder : fnamemodify(l:git, ':h:h')
      endif
    endfor
    let l:parent = fnamemodify(l:folder, ':h')
    if l:parent ==# l:folder
      return ''
    endif
    let l:folder = l:parent
  endwhile
endfunction

for s:filetype in s:filetypes
  call ale#linter#Define(s:filetype, {
  \ 'name': 'kong-lsp',
  \ 'lsp': 'stdio',
  \ 'executable': 'kong-lsp',
  \ 'command': '%e serve',
  \ 'project_root': function('KongLspRoot'),
  \ 'language': s:filetype,
  \})
endfor

augroup kong_lsp
  autocmd!
  autocmd BufRead,BufNewFile *.rockspec setfiletype lua
  autocmd BufRead,BufNewFile kong.conf,kong.conf.* setfiletype conf
augroup END
