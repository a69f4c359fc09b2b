// Small formulas to begin with; the tickets come from the example workspace.
export const LESSONS = [
  {
    title: ["Urgente vai para o plantão", "Urgent goes to the shift"],
    formula: `/* Quem recebe: o plantão, se for urgente; senão, o grupo 5. */
SE PRIORIDADE = 'Urgente' ENTAO
  '1;3';
SENAO
  '5';
FIMSE;
`,
    context: `agora = 2026-11-24T10:00:00
usuario = "mestre"
coligada = 1

[campos]
PRIORIDADE = "Urgente"
ASSUNTO = "A prensa 3 parou"
`,
  },
  {
    title: ["Alçada por valor, com aviso", "Approval by amount, with a notice"],
    formula: `DECL VALOR, APROVADOR;

SETVAR(VALOR, PARAMETROATENDIMENTO('VALOR', 'V'));

SE VALOR > 20000 ENTAO
  SETVAR(APROVADOR, '1;1');
  ENVIAEMAILREPASSE('compras@exemplo.com.br', 'controladoria@exemplo.com.br', '', '1;1');
  ADICIONARDISCUSSAO(CONCAT('Acima da alçada: ', VALOR));
SENAO
  SETVAR(APROVADOR, '1;3');
FIMSE;

APROVADOR;
`,
    context: `agora = 2026-11-24T10:00:00
usuario = "mestre"
coligada = 1

[parametros]
VALOR = "32000.00"
`,
  },
  {
    title: ["Laço: dias úteis até o prazo", "Loop: working days until the deadline"],
    formula: `/* Conta os dias úteis entre a abertura e o prazo. */
DECL DIA, PRAZO, UTEIS;

SETVAR(DIA, MTDATA(20, 11, 2026));
SETVAR(PRAZO, MTDATA(1, 12, 2026));
SETVAR(UTEIS, 0);

ENQUANTO DIA < PRAZO FACA
  SE DIASEMANA(DIA, 'V') > 1 E DIASEMANA(DIA, 'V') < 7 ENTAO
    SETVAR(UTEIS, UTEIS + 1);
  FIMSE;
  SETVAR(DIA, DIA + 1);
FIMENQ;

UTEIS;
`,
    context: "agora = 2026-11-24T10:00:00\n",
  },
  {
    title: ["Sentença SQL: soma das idades", "SQL sentence: sum of ages"],
    formula: `DECL SOMA, MAIS;

SETVAR(SOMA, 0);
SETVAR(MAIS, EXECSQL('DEPENDENTES'));

ENQUANTO MAIS FACA
  SETVAR(SOMA, SOMA + RESULTSQL('DEPENDENTES', 'IDADE'));
  SETVAR(MAIS, PROXREGSQL('DEPENDENTES'));
FIMENQ;

SOMA;
`,
    context: `agora = 2026-11-24T10:00:00

[sql.DEPENDENTES]
linhas = [ { NOME = "Lia", IDADE = 7 }, { NOME = "Caio", IDADE = 11 } ]
`,
  },
  {
    title: ["Uma fórmula com erros para corrigir", "A formula with faults to mend"],
    formula: `DECL VALOR
SETVAR(VALR, 1420,38);
SE PRIORIDADE == 'Urgente' ENTAO
  '1;3'
SENAO
  '5';
`,
    context: `[campos]
PRIORIDADE = "Alta"
`,
  },
];
