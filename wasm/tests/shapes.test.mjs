// Each answer has exactly the fields that the types promise: the field names are read from the generated .d.ts.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { load, proofOf, vectors } from './load.mjs'

const wasm = await load()
const vector = (await vectors())[0]
const types = await readFile(new URL('../pkg/fairwheel_wasm.d.ts', import.meta.url), 'utf8')

/** The fields of an interface, those it extends included. */
function fields(name) {
  const found = types.match(new RegExp(`export interface ${name}(?: extends (\\w+))? \\{\\n([\\s\\S]*?)\\n\\}`))
  assert.ok(found, `no interface ${name}`)
  const own = [...found[2].matchAll(/^ +(\w+)\??:/gm)].map(([, field]) => field)
  return [...(found[1] ? fields(found[1]) : []), ...own].sort()
}

const is = (value, name) => assert.deepEqual(Object.keys(value).sort(), fields(name), name)

test('answers have the fields of their types', () => {
  const table = wasm.tableFromText(vector.table_text)
  is(table, 'Table')
  is(table.prizes[0], 'Prize')
  is(table.sectors[0], 'Sector')
  is(wasm.tableErrors({ ...vector.table, cost: 0 })[0], 'TableProblem')
  const drawn = wasm.draw(vector)
  is(drawn, 'Drawn')
  is(drawn.results[0], 'DrawResult')
  const traced = wasm.drawTrace(vector)
  is(traced, 'Traced')
  for (const draw of traced.draws) is(draw, 'DrawTrace')
  const proof = proofOf(wasm, vector)
  is(proof, 'Proof')
  const report = wasm.verify(proof)
  is(report, 'Report')
  for (const check of report.checks) is(check, 'Verdict')
  is(wasm.simulate(table.text, '07'.repeat(32), 10), 'Simulation')
  is(wasm.chiSquare(table.text, table.prizes.map(() => 1)), 'ChiSquare')
  for (const finding of wasm.promotionCheck(table.text, { rules: '' })) is(finding, 'PromotionFinding')
})

test('every check has a name that the types know', () => {
  const names = types.match(/export type CheckName =([\s\S]*?);/)?.[1].match(/\w+/g)
  const report = wasm.verify(proofOf(wasm, vector))
  assert.deepEqual([...new Set(report.checks.map((check) => check.check))].sort(), names?.sort())
})

test('every finding has a name that the types know', () => {
  const names = types.match(/export type FindingCode =([\s\S]*?);/)?.[1].match(/\w+/g)
  const terms = { organiser: '', period: '', redemption: '', contact: '' }
  const rules = wasm.noticeText(vector.table_text, terms)
  const findings = wasm.promotionCheck(vector.table_text, { rules })
  assert.deepEqual(findings.map((finding) => finding.code), names)
})

test('what is thrown has the fields of its type', () => {
  try {
    wasm.rotationFor('x')
    assert.fail('not refused')
  } catch (error) {
    assert.deepEqual(Object.keys(error).sort(), ['code', 'field'])
  }
})

test('the largest number of 32 bits, and those about it, come in as they are', () => {
  const text = (stock) => `fairwheel-table-v1\ncost 1\ndaily_limit 1\nfallback 2\nprize 1 0 1 coupon 0 0 ${stock} A\nprize 2 90 9999 empty 0 0 - B\n`
  for (const stock of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1]) {
    const { cost, daily_limit, fallback, prizes } = wasm.tableFromText(text(stock))
    assert.equal(prizes[0].stock, stock)
    assert.equal(wasm.tableFromSpec({ cost, daily_limit, fallback, prizes }).text, text(stock))
  }
})
