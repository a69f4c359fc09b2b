" Cores para fórmulas do TOTVS RM, em Vim e Neovim.
if exists("b:current_syntax")
  finish
endif

syntax case ignore
syntax match repasseNumber /\<\d\+\(\.\d\+\)\?\>/
syntax match repasseCall /\<[a-z_]\w*\ze\s*(/
syntax match repasseOperator /<>\|<=\|>=\|[-+*\/=<>]/
syntax region repasseString start=/'/ skip=/''/ end=/'/ oneline
syntax region repasseString start=/"/ skip=/""/ end=/"/ oneline
syntax region repasseComment start=/\/\*/ end=/\*\//
syntax match repasseKeyword /\<\(decl\|setvar\|se\|ent[aã]o\|sen[aã]o\|fimse\|repita\|at[eé]\|enquanto\|fa[cç]a\|fimenq\|fimenquanto\)\>/
syntax match repasseWord /\<\(e\|ou\|n[aã]o\)\>/
syntax keyword repasseConstant verdade falso

highlight default link repasseNumber Number
highlight default link repasseCall Function
highlight default link repasseOperator Operator
highlight default link repasseString String
highlight default link repasseComment Comment
highlight default link repasseKeyword Statement
highlight default link repasseWord Operator
highlight default link repasseConstant Boolean

let b:current_syntax = "repasse"
