// What is refused, and by what name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load, proofOf, vectors } from './load.mjs'

const wasm = await load()
const vector = (await vectors()).find((one) => one.nonce < 2 ** 32 && one.sold_out.flat().length > 3)
const proof = () => structuredClone(proofOf(wasm, vector))

/** @param {(proof: any) => void} change @param {object} [expected] */
function failures(change, expected) {
  const changed = proof()
  change(changed)
  return wasm.verify(changed, expected).checks.filter((check) => check.status === 'failed')
}

test('an honest proof holds, and what was not given is skipped', () => {
  const report = wasm.verify(proof())
  assert.ok(report.ok)
  const skipped = report.checks.filter((check) => check.status === 'skipped').map((check) => check.check)
  const seen = ['table_hash', 'commitment', 'client_seed', 'nonce', 'count'].map((name) => `expected_${name}`)
  assert.deepEqual(skipped, [...seen, 'draw_id', 'expected_draw_id'])
})

test('each change is named', () => {
  const named = (change, expected) => failures(change, expected).map((check) => check.code)
  assert.deepEqual(named((p) => (p.results[0].angle += 1)), ['angle_mismatch'])
  assert.deepEqual(named((p) => (p.results[0].is_near_miss = !p.results[0].is_near_miss)), ['near_miss_mismatch'])
  assert.deepEqual(named((p) => (p.algorithm = 'fairwheel-draw-v2')), ['unknown_algorithm'])
  assert.deepEqual(named((p) => p.sold_out[0].reverse().push(1)).includes('sold_out_unknown'), true)
  assert.deepEqual(named(() => {}, { commitment: '0'.repeat(64) }), ['other_commitment'])
  assert.deepEqual(named(() => {}, { nonce: vector.nonce + 1 }), ['other_nonce'])
  assert.deepEqual(named(() => {}, { client_seed: 'another' }), ['other_client_seed'])
  assert.deepEqual(named(() => {}, { count: vector.count + 1 }), ['other_count'])
  const seed = failures((p) => (p.client_seed += '!'))
  assert.ok(seed.length > 0 && seed.every((check) => check.draw !== null && check.expected !== check.found))
})

test('a field that is not known is refused, so that a misspelt one is not taken for an absent one', () => {
  const refused = (change, expected) => {
    assert.throws(() => failures(change, expected), { code: 'bad_value', message: /not known/ })
  }
  refused(() => {}, { comitment: '0'.repeat(64) })
  refused((p) => (p.note = 'hello'))
  refused((p) => (p.results[0].note = 'hello'))
})

test('half a surrogate pair does not pass for the replacement character', () => {
  const sealed = { ...proof(), client_seed: 'a\ufffd' }
  assert.equal(wasm.verify(sealed).checks.find((check) => check.check === 'client_seed')?.status, 'ok')
  assert.throws(() => wasm.verify({ ...sealed, client_seed: 'a\udffd' }), { field: 'proof.client_seed' })
})

test('every changed byte of a sealed proof is refused', () => {
  const { text } = wasm.tableFromText(vector.table_text)
  const sealed = JSON.stringify({ ...proof(), draw_id: `d1-${'0'.repeat(40)}` })
  const seal = wasm.verify(JSON.parse(sealed)).checks.find((check) => check.check === 'draw_id')
  assert.equal(seal?.code, 'draw_id_mismatch')
  const honest = sealed.replace(`d1-${'0'.repeat(40)}`, String(seal?.expected))
  assert.ok(wasm.verify(JSON.parse(honest)).ok)
  assert.equal(JSON.parse(honest).table_text, text)
  const bytes = Buffer.from(honest)
  for (let at = 0; at < bytes.length; at++) {
    for (const byte of [0x30, 0x61, bytes[at] ^ 1]) {
      if (byte === bytes[at]) continue
      const changed = Buffer.from(bytes)
      changed[at] = byte
      let value
      try {
        value = JSON.parse(changed.toString('utf8'))
      } catch {
        continue
      }
      let held = false
      try {
        held = wasm.verify(value).ok
      } catch (error) {
        assert.equal(error.code, 'bad_value')
      }
      assert.ok(!held, `byte ${at} changed to ${byte}: ${changed}`)
    }
  }
})

test('a table that breaks a rule is refused with prize and field', () => {
  const spec = structuredClone(vector.table)
  spec.prizes[2].weight -= 1
  assert.throws(() => wasm.tableFromSpec(spec), { code: 'weight_sum', field: 'weight' })
  spec.prizes[3].angle = 360
  const problems = wasm.tableErrors(spec)
  assert.deepEqual(problems.map((one) => [one.field, one.code, one.prize_index]), [
    ['weight', 'weight_sum', null],
    ['angle', 'out_of_range', 3],
  ])
  assert.throws(() => wasm.tableFromText(vector.table_text.replace('cost ', 'cost 0')), { code: 'bad_text', message: /line 2/ })
  assert.throws(() => wasm.tableFromSpec({ ...vector.table, cost: '100' }), { code: 'bad_value', field: 'spec.cost' })
})

test('a spin starts where it stands and ends on the angle', () => {
  const end = wasm.spinRotation(1_234, 9_000, 4, 4_200, 4_200)
  assert.equal(wasm.spinRotation(1_234, 9_000, 4, 4_200, 0), 1_234)
  assert.equal(end % 36_000, wasm.rotationFor(9_000))
  assert.equal(wasm.spinRotation(1_234, 9_000, 4, 4_200, 1e9), end)
  assert.equal(wasm.rotationFor(9_000), 27_000)
})

test('a simulation counts every draw', () => {
  const { draws, counts, p_value } = wasm.simulate(vector.table_text, '07'.repeat(32), 200_000)
  assert.equal(draws, 200_000)
  assert.equal(counts.reduce((sum, count) => sum + count.observed, 0), draws)
  assert.equal(counts.reduce((sum, count) => sum + count.expected, 0), draws)
  assert.ok(p_value !== null && p_value > 0.001, `${p_value}`)
})

test('client seeds and points', () => {
  assert.match(wasm.randomClientSeed(), /^[0-9a-f]{32}$/)
  assert.notEqual(wasm.randomClientSeed(), wasm.randomClientSeed())
  assert.match(wasm.clientSeedFromBytes(new Uint8Array(16)), /^[0-9a-f]{32}$/)
  assert.notEqual(wasm.clientSeedFromBytes(new Uint8Array(16)), wasm.clientSeedFromBytes(new Uint8Array(17)))
  assert.throws(() => wasm.clientSeedFromBytes(new Uint8Array(15)), { field: 'bytes' })
  assert.equal(wasm.receiptPoints(5_850), 585)
  assert.equal(wasm.receiptPoints(5_850, { points_per_yuan: 1, min: 0 }), 58)
})
