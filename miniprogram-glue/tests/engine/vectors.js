/**
 * Run by JavaScriptCore's shell, the engine of iPhones: the files that are shipped, against the cases of the independent
 * implementation. `arguments` are the folder of the package, the wasm, the plain core or "", and the cases.
 */

/* global arguments, print, quit, readFile */

const [dist, wasmFile, plainFile, casesFile] = arguments;

/** A module of a mini-program: CommonJS, and nothing but the language around it. */
function load(file, WXWebAssembly) {
  const module = { exports: {} };
  const find = (id) => load(`${file.replace(/[^/]*$/, "")}${id}`, WXWebAssembly);
  new Function("module", "exports", "require", "WXWebAssembly", "WebAssembly", readFile(file))(module, module.exports, find, WXWebAssembly, undefined);
  return module.exports;
}

const bytes = plainFile ? null : readFile(wasmFile, "binary");
const refusing = {
  instantiate: () => Promise.reject(new Error("no wasm here")),
};
const willing = {
  instantiate: (_, imports) => WebAssembly.instantiate(bytes, imports).then(({ instance }) => ({ instance: { exports: onlyFunctions(instance.exports) } })),
};

/** iPhones export no Global. */
function onlyFunctions(exports) {
  return Object.fromEntries(Object.entries(exports).filter(([, value]) => !(value instanceof WebAssembly.Global)));
}

function same(found, wanted, what) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

function check(core, vector) {
  const table = core.tableFromSpec(vector.table);
  same(table.text, vector.table_text, "text");
  same(table.hash, vector.table_hash, "hash");
  same(core.commitment(vector.server_seed), vector.commitment, "commitment");
  const { key, commitment, results } = core.draw(vector);
  same(key, vector.draw_key, "key");
  same(results.map(({ ticket, prize_id, angle }) => [ticket, prize_id, angle]), vector.results.map(({ ticket, prize_id, angle }) => [ticket, prize_id, angle]), "results");
  for (const { angle, prize_id } of results) same(core.sectorAt(table.text, angle), prize_id, "sector");
  const { table_text, table_hash, server_seed, client_seed, nonce, count, sold_out } = vector;
  const proof = { algorithm: core.algorithm(), draw_id: "a-case", table_text, table_hash, server_seed, commitment, client_seed, nonce, count, sold_out, results: vector.results, created_at: "2026-01-31T12:00:00.000Z", next_nonce: nonce + 1, next_commitment: "f".repeat(64) };
  const failed = (given) => core.verify(given, { commitment, nonce, table_hash }).checks.filter(({ status }) => status === "failed").map((each) => each.check);
  // 2^53 + 1 is no JavaScript number.
  same(failed(proof), nonce === 2 ** 53 ? ["next"] : [], "checks");
  if (failed({ ...proof, server_seed: "0".repeat(64) }).length === 0) throw new Error("a wrong seed was not found out");
}

const { loadCore } = load(`${dist}/core/index.js`, plainFile ? refusing : willing);
loadCore({ fallback: plainFile ? () => load(plainFile) : undefined })
  .then((core) => {
    const { cases } = JSON.parse(readFile(casesFile));
    for (const [index, vector] of cases.entries()) {
      try {
        check(core, vector);
      } catch (error) {
        throw new Error(`case ${index}: ${error.message}`);
      }
    }
    print(`${cases.length} cases`);
  })
  .catch((error) => {
    print(`FAILED ${error && error.message}\n${error && error.stack}`);
    quit(1);
  });
