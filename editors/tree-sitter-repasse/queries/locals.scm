(formula) @local.scope
(declaration name: (identifier) @local.definition.var)
(identifier) @local.reference
