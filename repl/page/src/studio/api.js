// The studio's addresses. Every answer is a document; a fault is thrown as one.
import { language } from "./texts.js";

export class Fault extends Error {
  constructor(document) { super(document.message ?? document.code); this.document = document; this.status = document.status; this.code = document.code; }
}

// Under `repasse serve` the page only shows, and asks with a key, which this browser forgets with the tab.
export const served = document.getElementById("page").dataset.served !== undefined;
const KEY = "repasse.studio.key";
let secret = null;
try { secret = sessionStorage.getItem(KEY); } catch { /* this browser keeps nothing */ }
export const hasKey = () => Boolean(secret);
export function useKey(text) {
  secret = text;
  try { if (text) sessionStorage.setItem(KEY, text); else sessionStorage.removeItem(KEY); } catch { /* asked for again after a reload */ }
}

const headers = () => ({ "Content-Type": "application/json", "Accept-Language": language(), "X-Studio": "1", ...(served && secret ? { Authorization: `Bearer ${secret}` } : {}) });

async function answered(promise) {
  let answer;
  try {
    answer = await promise;
  } catch (reason) {
    if (reason.name === "AbortError") throw reason;
    throw new Fault({ status: 0, code: "fora", message: String(reason.message) });
  }
  if (answer.ok) return answer;
  let document;
  try { document = await answer.json(); } catch { document = { message: answer.statusText, code: "resposta" }; }
  throw new Fault({ ...document, message: document.message ?? document.detail, status: answer.status });
}

export const get = async (path) => (await answered(fetch(path, { headers: headers() }))).json();
export const send = async (method, path, body, signal) => (await answered(fetch(path, { method, headers: headers(), body: JSON.stringify(body), signal }))).json();
export const ask = (job, given, signal) => send("POST", `${served ? "/studio" : "/api"}/ask/${job}`, given, signal);

// A long question; `progress` is told how far it is, and what came with that.
export async function askLong(job, given, progress) {
  const answer = await answered(fetch(`/api/long/${job}`, { method: "POST", headers: headers(), body: JSON.stringify(given) }));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) throw new Fault({ status: 0, code: "fora", message: "…" });
    rest += value;
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const said = JSON.parse(line);
      if (said.progress) progress?.(...said.progress, said);
      else if (said.fault) throw new Fault(said.fault);
      else if (said.result) return said.result;
    }
  }
}
