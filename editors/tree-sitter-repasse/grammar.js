// Formulas of TOTVS RM for tree-sitter; the language is described in docs/language.md.
// Levels of expressions are hidden rules, so that no precedence has to be given.
/// <reference types="tree-sitter-cli/dsl" />

// Keywords are written in any case; some may carry an accent. A word glued to one is a name.
const ACCENTED = { E: "[eEéÉ]", ENTAO: "ENT[aAãÃ]O", SENAO: "SEN[aAãÃ]O", NAO: "N[aAãÃ]O", ATE: "AT[eEéÉ]", FACA: "FA[cCçÇ]A", FIMENQ: "FIMENQ(UANTO)?" };
const anyCase = (text) => text.replace(/\[.*?\]|[A-Z]/g, (one) => (one.length > 1 ? one : `[${one.toLowerCase()}${one}]`));
const word = (name) => alias(new RegExp(anyCase(ACCENTED[name] ?? name)), name);

const binary = ($, left, operator, right) => seq(field("left", left), field("operator", operator), field("right", right));
const listed = (one) => seq(one, repeat(seq(",", one)));

module.exports = grammar({
  name: "repasse",
  word: ($) => $.identifier,
  extras: ($) => [/[\s\uFEFF]/, $.comment],

  rules: {
    formula: ($) => optional($._block),

    _block: ($) => choice($._statement, seq(optional($._block), ";", optional($._statement))),

    _statement: ($) => choice($.declaration, $.assignment, $.if_statement, $.repeat_statement, $.while_statement, $.expression_statement),

    declaration: ($) => seq(word("DECL"), listed(field("name", $.identifier))),
    assignment: ($) => seq(word("SETVAR"), "(", field("name", $.identifier), ",", field("value", $._expression), ")"),
    expression_statement: ($) => $._expression,

    if_statement: ($) => seq(
      word("SE"), field("condition", $._expression), repeat(";"), word("ENTAO"), field("consequence", optional($.block)),
      optional(seq(word("SENAO"), field("alternative", optional($.block)))), word("FIMSE"),
    ),
    repeat_statement: ($) => seq(word("REPITA"), field("body", optional($.block)), word("ATE"), field("condition", $._expression)),
    while_statement: ($) => seq(
      word("ENQUANTO"), field("condition", $._expression), repeat(";"), word("FACA"), field("body", optional($.block)), word("FIMENQ"),
    ),
    block: ($) => $._block,

    _expression: ($) => choice($._conjunction, alias($._or, $.binary_expression)),
    _or: ($) => binary($, $._expression, word("OU"), $._conjunction),
    _conjunction: ($) => choice($._negation, alias($._and, $.binary_expression)),
    _and: ($) => binary($, $._conjunction, word("E"), $._negation),
    _negation: ($) => choice($._comparison, alias($._not, $.unary_expression)),
    _not: ($) => seq(field("operator", word("NAO")), field("argument", $._negation)),
    _comparison: ($) => choice($._sum, alias($._compared, $.binary_expression)),
    _compared: ($) => binary($, $._sum, choice("=", "<>", "<", "<=", ">", ">="), $._sum),
    _sum: ($) => choice($._product, alias($._added, $.binary_expression)),
    _added: ($) => binary($, $._sum, choice("+", "-"), $._product),
    _product: ($) => choice($._signed, alias($._multiplied, $.binary_expression)),
    _multiplied: ($) => binary($, $._product, choice("*", "/"), $._signed),
    _signed: ($) => choice($._operand, alias($._sign, $.unary_expression)),
    _sign: ($) => seq(field("operator", choice("+", "-")), field("argument", $._signed)),
    _operand: ($) => choice($.call, $.member, $.number, $.string, $.true, $.false, $.identifier, $.parenthesized_expression),

    parenthesized_expression: ($) => seq("(", $._expression, ")"),
    call: ($) => seq(field("function", $.identifier), field("arguments", $.arguments)),
    arguments: ($) => seq("(", optional(listed($._expression)), ")"),
    member: ($) => seq(field("object", choice($.call, $.member)), ".", field("name", $.identifier)),

    true: () => word("VERDADE"),
    false: () => word("FALSO"),
    identifier: () => /[\p{L}_][\p{L}\p{N}_]*/,
    number: () => /[0-9]+(\.[0-9]+)?/,
    string: () => choice(/'([^'\r\n]|'')*'/, /"([^"\r\n]|"")*"/),
    comment: () => /\/\*([^*]|\*+[^*\/])*\*+\//,
  },
});
