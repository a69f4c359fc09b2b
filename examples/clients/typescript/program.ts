// Opens a purchase, plans its next move, makes it, writes a note and reads the history, with the types that openapi-typescript makes
// from the service's document and the client openapi-fetch. REPASSE_URL and REPASSE_KEY say where the service is; the argument is
// the ticket.
import createClient from "openapi-fetch";
import type { components, paths } from "./repasse.ts";

type Problem = components["schemas"]["ProblemShape"];

const client = createClient<paths>({
  baseUrl: process.env.REPASSE_URL,
  headers: { Authorization: `Bearer ${process.env.REPASSE_KEY}` },
});

/** The answer, or the problem as people read it. */
function good<Answer>(said: { data?: Answer; error?: Problem }): Answer {
  if (said.data !== undefined) return said.data;
  console.error(`${said.error?.code}: ${said.error?.detail}`);
  process.exit(1);
}

const ticket = process.argv[2];
const draft = {
  tipo: 10, assunto: "Cabos de aço", prioridade: "Urgente", parametros: { VALOR: "900" },
  campos: { FORNECEDOR: "Cabos do Vale", FILIAL: "MG" },
};

const opened = good(
  await client.POST("/v1/moves", {
    params: { header: { "Idempotency-Key": `open-${ticket}` } },
    body: { ticket, action: "open", actor: "1;2", draft },
  }),
);
console.log("opened:", opened.status, "version", opened.after.version);

const plan = good(await client.POST("/v1/plans", { body: { ticket, action: "advance", actor: "1;2" } }));
console.log("planned:", plan.headline?.text ?? plan.reason?.message);

const moved = good(await client.POST("/v1/moves", { body: { ticket, action: "advance", actor: "1;2" } }));
const holder = moved.after.holder?.attendant;
console.log("moved:", moved.status, "to", holder);

const noted = good(await client.POST("/v1/moves", { body: { ticket, action: "note", actor: holder, text: "Recebido", kind: "log" } }));
console.log("noted:", noted.status);

const listed = good(await client.GET("/v1/tickets", { params: { query: { holder } } }));
console.log("with the holder:", listed.tickets.some((row) => row.key === ticket));

const shown = good(await client.GET("/v1/tickets/{key}", { params: { path: { key: ticket } } }));
console.log("history:", shown.discussion.at(-1)?.text);
