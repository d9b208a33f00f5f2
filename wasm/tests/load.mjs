// The built module in Node: the same two files that a mini-program and a browser load.
import { readFile } from 'node:fs/promises'

/** The package, built by `cargo xtask wasm`. */
const PACKAGE = new URL('../pkg/', import.meta.url)

/** @returns {Promise<typeof import('../pkg/fairwheel_wasm.js')>} */
export async function load(pkg = PACKAGE) {
  const glue = await import(new URL('fairwheel_wasm_bg.js', pkg).href)
  const bytes = await readFile(new URL('fairwheel_wasm.wasm', pkg))
  const { instance } = await WebAssembly.instantiate(bytes, { './fairwheel_wasm_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start?.()
  return glue
}

/** The cases of the independent implementation. */
export async function vectors() {
  const file = new URL('../../core/vectors/draw-v1.json', import.meta.url)
  return JSON.parse(await readFile(file, 'utf8')).cases
}

/** A proof of a case, without a sealed id. */
export function proofOf(wasm, vector) {
  const { table_text, table_hash, server_seed, commitment, client_seed, count, sold_out, results } = vector
  return {
    algorithm: wasm.algorithm(),
    draw_id: 'a-case',
    table_text,
    table_hash,
    server_seed,
    commitment,
    client_seed,
    nonce: vector.nonce,
    count,
    sold_out,
    results,
    created_at: '2026-01-31T12:00:00.000Z',
    next_nonce: vector.nonce + 1,
    next_commitment: 'f'.repeat(64),
  }
}
