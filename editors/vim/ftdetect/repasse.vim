" Fórmulas do TOTVS RM.
autocmd BufRead,BufNewFile *.formula setfiletype repasse
