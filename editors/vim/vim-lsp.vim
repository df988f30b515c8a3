" kong-lsp for Vim with vim-lsp (https://github.com/prabirshrestha/vim-lsp).
" Goes to ~/.vimrc; have kong-lsp on your PATH.

augroup kong_lsp
  autocmd!
  autocmd BufRead,BufNewFile *.rockspec setfiletype lua
  autocmd BufRead,BufNewFile kong.conf,kong.conf.* setfiletype conf
  autocmd User lsp_setup call lsp#register_server({
    \ 'name': 'kong-lsp',
    \ 'cmd': {server_info -> ['kong-lsp', 'serve']},
    \ 'root_uri': {server_info -> lsp#utils#path_to_uri(lsp#utils#find_nearest_parent_file_directory(
    \   lsp#utils#get_buffer_path(), ['.git/', 'rockspecs/', 'kong/', 'kong.conf']))},
    \ 'allowlist': ['lua', 'yaml', 'json', 'conf', 'dockerfile', 'sh'],
    \ })
augroup END
