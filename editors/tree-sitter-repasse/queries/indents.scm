[ (if_statement) (repeat_statement) (while_statement) ] @indent.begin
[ "SENAO" "FIMSE" "ATE" "FIMENQ" ] @indent.branch
[ "FIMSE" "FIMENQ" ] @indent.end
