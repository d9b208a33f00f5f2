// Every case of the independent implementation, through the wasm.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load, proofOf, vectors } from './load.mjs'

const wasm = await load()
const cases = await vectors()

test('no case was lost', () => assert.equal(cases.length, 24))

for (const [index, vector] of cases.entries()) {
  test(`case ${index}: table, draw and proof`, () => {
    const table = wasm.tableFromSpec(vector.table)
    assert.equal(table.text, vector.table_text)
    assert.equal(table.hash, vector.table_hash)
    assert.deepEqual(wasm.tableFromText(vector.table_text), table)
    assert.deepEqual(table.prizes, vector.table.prizes)
    assert.equal(wasm.commitment(vector.server_seed), vector.commitment)

    const { key, commitment, results } = wasm.draw(vector)
    assert.equal(key, vector.draw_key)
    assert.equal(commitment, vector.commitment)
    assert.deepEqual(results, vector.results)
    for (const result of results) assert.equal(wasm.sectorAt(table.text, result.angle), result.prize_id)

    const report = wasm.verify(proofOf(wasm, vector), { commitment, nonce: vector.nonce, table_hash: table.hash })
    // 2^53 + 1 is no JavaScript number, so that a proof of nonce 2^53 cannot name its next nonce.
    const failed = report.checks.filter((check) => check.status === 'failed').map((check) => check.check)
    assert.deepEqual(failed, vector.nonce === 2 ** 53 ? ['next'] : [])
    assert.equal(report.key, vector.draw_key)
    assert.deepEqual(report.results, vector.results)
  })
}
