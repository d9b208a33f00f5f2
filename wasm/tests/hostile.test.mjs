// Any JavaScript value at all, for every parameter of every function: an answer or {code, message}, never a panic.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { load, proofOf, vectors } from './load.mjs'

const wasm = await load()
const vector = (await vectors())[0]

/** @type {Record<string, unknown[]>} Arguments that are right, a list for each function. */
const right = {
  algorithm: [],
  chiSquare: [vector.table_text, vector.table.prizes.map(() => 10)],
  clientSeedFromBytes: [new Uint8Array(16)],
  commitment: [vector.server_seed],
  draw: [vector],
  drawTrace: [vector],
  noticeText: [vector.table_text, { organiser: '甲', period: '', redemption: '', contact: '' }],
  promotionCheck: [vector.table_text, { rules: '规则' }],
  randomClientSeed: [],
  receiptPoints: [100, { min: 1 }],
  rotationFor: [1],
  sectorAt: [vector.table_text, 1],
  simulate: [vector.table_text, '07'.repeat(32), 10],
  spinRotation: [0, 1, 3, 4_200, 1],
  tableErrors: [vector.table],
  tableFromSpec: [vector.table],
  tableFromText: [vector.table_text],
  verify: [proofOf(wasm, vector), { nonce: 1 }],
}

function values() {
  const cycle = {}
  cycle.self = cycle
  const hostile = new Proxy({}, {
    get() { throw new Error('get') },
    ownKeys() { throw new Error('ownKeys') },
    getPrototypeOf() { throw new Error('getPrototypeOf') },
  })
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  let deep = []
  for (let i = 0; i < 100_000; i++) deep = [deep]
  let deepish = {}
  for (let i = 0; i < 2_000; i++) deepish = { prizes: [deepish, deepish], nonce: deepish }
  return [
    undefined, null, true, false, 0, -0, -1, 1.5, 1e308, NaN, Infinity, -Infinity, 2 ** 32, 2 ** 53, 10n, 2n ** 70n, '', 'a', '\0',
    '\ud800', '好'.repeat(1_000), 'x'.repeat(2 ** 21), '07'.repeat(32), Symbol('s'), () => 1, class {}, [], [[]], {}, [1, 2], /x/,
    new Date(Number.NaN), new Map([[1, 2]]), new Uint8Array(15), new Uint8Array(1_025), new Float64Array(4), new ArrayBuffer(8),
    Object.create(null), new Proxy([], {}), hostile, proxy, new Proxy([], { get() { throw new Error('item') } }), cycle, deep, deepish, { toJSON() { throw new Error('toJSON') } },
    { valueOf() { throw new Error('valueOf') }, toString() { throw new Error('toString') } }, { get nonce() { throw new Error('getter') } },
    Object.create(Uint8Array.prototype), new Proxy(new Uint8Array(16), {}), new (class extends Uint8Array {})(16),
    Object.defineProperty(new Uint8Array(16), 'length', { get() { throw new Error('length') } }),
    Object.defineProperty(new Uint8Array(16), 'length', { value: 1_024 }),
    { prizes: new Array(1_000).fill({ ...vector.table.prizes[0], name: 'x'.repeat(2 ** 20) }) },
    { length: 2 ** 31, 0: 1 }, new Array(10_000).fill(0), new WeakMap(), Promise.resolve(1), new Error('e'), globalThis,
    new String('boxed'), new Number(1), { prizes: new Array(1_000).fill(vector.table.prizes[0]) },
    { ...vector, count: 4_294_967_295 }, { ...vector, nonce: 2 ** 60 }, { ...vector, sold_out: [[1e20]] }, { ...vector, sold_out: 7 },
  ]
}

/** `args` with another one in a place. */
const changed = (args, at, value) => Object.assign([...args], { [at]: value })

function call(name, args) {
  try {
    wasm[name](...args)
  } catch (error) {
    assert.ok(error instanceof Error && !(error instanceof WebAssembly.RuntimeError), `${name}: ${String(error)}`)
    assert.equal(typeof error.code, 'string', `${name} threw ${error.stack}`)
    assert.ok(error.message.length > 0)
  }
}

test('every exported function is tried here', () => {
  const exported = Object.keys(wasm).filter((name) => !name.startsWith('__'))
  assert.deepEqual(exported.sort(), Object.keys(right).sort())
  for (const [name, args] of Object.entries(right)) wasm[name](...args)
})

for (const [name, args] of Object.entries(right)) {
  test(`${name} answers or refuses whatever it is given`, () => {
    call(name, [])
    for (let at = 0; at < args.length; at++) {
      for (const value of values()) call(name, changed(args, at, value))
    }
    for (const [at, arg] of args.entries()) {
      if (typeof arg !== 'object' || ArrayBuffer.isView(arg)) continue
      for (const field of Object.keys(arg)) {
        for (const value of values()) call(name, changed(args, at, { ...arg, [field]: value }))
      }
    }
    wasm[name](...args)
  })
}
