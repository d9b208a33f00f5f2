// Every case of the independent implementation, through the wasm.
import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { test } from 'node:test'
import { load, proofOf, vectors } from './load.mjs'

const wasm = await load()
const cases = await vectors()

const pick = ({ start, width }) => ({ start, width })

/** The next number below `n`, taken from `words` as the specification says. */
function below(n, words) {
  const limit = Math.floor(2 ** 32 / n) * n
  let word = words.shift()
  while (word >= limit) word = words.shift()
  return word % n
}

/** The first words of the key stream, from OpenSSL. */
function chacha20(key, count) {
  const stream = createCipheriv('chacha20', Buffer.from(key, 'hex'), Buffer.alloc(16)).update(Buffer.alloc(count * 4))
  return Array.from({ length: count }, (_, index) => stream.readUInt32LE(index * 4))
}

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

    const traced = wasm.drawTrace(vector)
    assert.equal(traced.key, vector.draw_key)
    for (const [draw, { words, start, width, offset, ...result }] of traced.draws.entries()) {
      const { sectors } = table
      assert.deepEqual(result, vector.results[draw])
      assert.deepEqual({ start, width }, pick(sectors.find((sector) => sector.prize_id === result.prize_id)))
      const left = [...words]
      assert.equal(below(10_000, left), result.ticket)
      assert.equal(50 + below(width - 100, left), offset)
      assert.deepEqual(left, [], 'each word was needed')
      assert.equal((start + offset) % 36_000, result.angle)
    }
    assert.equal(traced.draws.length, vector.count)
    const words = traced.draws.flatMap((draw) => draw.words)
    assert.deepEqual(words, chacha20(traced.key, words.length))

    const report = wasm.verify(proofOf(wasm, vector), { commitment, nonce: vector.nonce, table_hash: table.hash })
    // 2^53 + 1 is no JavaScript number, so that a proof of nonce 2^53 cannot name its next nonce.
    const failed = report.checks.filter((check) => check.status === 'failed').map((check) => check.check)
    assert.deepEqual(failed, vector.nonce === 2 ** 53 ? ['next'] : [])
    assert.equal(report.key, vector.draw_key)
    assert.deepEqual(report.results, vector.results)
  })
}
