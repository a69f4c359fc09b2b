[ (if_statement) (repeat_statement) (while_statement) (comment) ] @fold
