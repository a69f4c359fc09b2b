[
  "DECL" "SETVAR" "SE" "ENTAO" "SENAO" "FIMSE" "REPITA" "ATE" "ENQUANTO" "FACA" "FIMENQ"
] @keyword

[ "E" "OU" "NAO" ] @keyword.operator
[ "=" "<>" "<" "<=" ">" ">=" "+" "-" "*" "/" ] @operator
[ "(" ")" ] @punctuation.bracket
[ "," ";" "." ] @punctuation.delimiter

(identifier) @variable
(declaration name: (identifier) @variable)
(call function: (identifier) @function.call)
(member name: (identifier) @variable.member)
(number) @number
(string) @string
[ (true) (false) ] @boolean
(comment) @comment
