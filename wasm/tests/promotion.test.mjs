// The check of a promotion and its notice; what they find is tested in core/tests/promotion.rs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load, vectors } from './load.mjs'

const wasm = await load()
const vector = (await vectors())[0]
const full = {
  organiser: '张记餐饮有限公司',
  period: '2026 年 12 月 1 日至 12 月 31 日',
  redemption: '到店向店员出示中奖记录。优惠券全店可用，30 天内有效。积分可换商品，长期有效',
  contact: '010-12345678',
}

test('a full notice of the usual table is all right', () => {
  const rules = wasm.noticeText(vector.table_text, full)
  const findings = wasm.promotionCheck(vector.table_text, { rules })
  assert.deepEqual([...new Set(findings.map((finding) => finding.level))], ['ok'])
  for (const text of Object.values(full)) assert.ok(rules.includes(text))
  for (const prize of vector.table.prizes) assert.ok(rules.includes(`・${prize.name}（`))
})

test('other odds, and what is missing, are named', () => {
  const { id, name } = vector.table.prizes[0]
  const findings = wasm.promotionCheck(vector.table_text, { rules: `${name} 99%` })
  assert.deepEqual(findings[0], { code: 'odds_published', level: 'advice', prize_id: id })
  const warned = findings.filter((finding) => finding.level === 'warning').map((finding) => finding.code)
  assert.deepEqual(warned, ['organiser_terms', 'period_terms', 'redemption_terms'])
})

test('a term that is missing or too long is refused by name', () => {
  const { contact: _, ...rest } = full
  assert.throws(() => wasm.noticeText(vector.table_text, rest), { code: 'bad_value', field: 'terms.contact' })
  const long = { ...full, period: '期'.repeat(501) }
  assert.throws(() => wasm.noticeText(vector.table_text, long), { code: 'bad_value', field: 'terms.period' })
  assert.throws(() => wasm.noticeText(vector.table_text, ''), { code: 'bad_value', field: 'terms' })
  assert.throws(() => wasm.promotionCheck(vector.table_text, {}), { code: 'bad_value', field: 'terms.rules' })
  assert.throws(() => wasm.promotionCheck('', { rules: '' }), { code: 'bad_text' })
})

test('the largest notice fits the rules of a server', () => {
  const prizes = Array.from({ length: 100 }, (_, index) => ({
    id: index + 1, angle: index * 3, weight: 100, type: index ? 'coupon' : 'empty', value_cents: 99_999_999, is_activity: false,
    stock: index ? 4_294_967_295 : null, name: '好'.repeat(100),
  }))
  const table = wasm.tableFromSpec({ cost: 1_000_000, daily_limit: 10_000, fallback: 1, prizes })
  const longest = Object.fromEntries(Object.keys(full).map((term) => [term, '期'.repeat(500)]))
  const rules = wasm.noticeText(table.text, longest)
  assert.ok([...rules].length <= 5_000, `${[...rules].length}`)
  assert.match(rules, /全部奖项与概率见“公开概率”页面/)
})

test('a chi-square of given counts is that of the simulation that counted them', async () => {
  for (const { table_text } of await vectors()) {
    const { counts, chi_square, degrees_of_freedom, p_value } = wasm.simulate(table_text, '07'.repeat(32), 100_000)
    const observed = counts.map((count) => count.observed)
    assert.deepEqual(wasm.chiSquare(table_text, observed), { chi_square, degrees_of_freedom, p_value })
  }
})

test('counts that are none are refused', () => {
  const counts = vector.table.prizes.map(() => 1)
  const refused = (list, field) => {
    assert.throws(() => wasm.chiSquare(vector.table_text, list), { code: 'bad_value', field })
  }
  refused(counts.slice(1), 'counts')
  refused([...counts, 1], 'counts')
  refused(Object.assign([...counts], { 2: -1 }), 'counts[2]')
  refused(Object.assign([...counts], { 2: 0.5 }), 'counts[2]')
  refused(Object.assign([...counts], { 2: 2 ** 53 + 2 }), 'counts[2]')
  const none = { chi_square: null, degrees_of_freedom: null, p_value: null }
  assert.deepEqual(wasm.chiSquare(vector.table_text, counts.map(() => 0)), none)
  const most = wasm.chiSquare(vector.table_text, counts.map(() => 2 ** 53))
  assert.ok(most.chi_square > 1e15 && most.p_value === 0)
})

test('a chi-square adds up the draws of many simulations', () => {
  const runs = [1, 2, 3].map((run) => wasm.simulate(vector.table_text, `0${run}`.repeat(32), 50_000).counts)
  const sums = runs[0].map((_, prize) => runs.reduce((sum, counts) => sum + counts[prize].observed, 0))
  const { p_value, degrees_of_freedom } = wasm.chiSquare(vector.table_text, sums)
  assert.ok(p_value > 0.001, `${p_value}`)
  assert.equal(degrees_of_freedom, 7)
  const swapped = [sums[1], sums[0], ...sums.slice(2)]
  assert.equal(wasm.chiSquare(vector.table_text, swapped).p_value, 0)
})
