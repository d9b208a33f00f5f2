/**
 * Shapes of the server's answers; the core's own shapes come from its generated types.
 *
 * @typedef {typeof import('../core/fairwheel_wasm.js')} Core
 * @typedef {import('../core/fairwheel_wasm.js').Proof} Proof
 *
 * @typedef {import('./icons.js').PrizeKind} PrizeKind
 *
 * @typedef {object} ConfigPrize
 * @property {number} id
 * @property {string} name
 * @property {PrizeKind} type
 * @property {number} probability 0..=1
 * @property {number} angle start of the sector, whole degrees
 * @property {string} [color] `#rgb` or `#rrggbb`
 * @property {string} [image] address or path of its picture; empty for none
 * @property {boolean} [sold_out]
 *
 * @typedef {object} Config
 * @property {ConfigPrize[]} prizes
 * @property {number} cost_points
 * @property {number} daily_limit
 * @property {number} today_draw_count
 * @property {number} remaining_draws
 * @property {string | null} [rules]
 * @property {{algorithm: string, table_hash: string, table_text: string, nonce: number, commitment: string}} fairness
 *
 * @typedef {object} User
 * @property {number} user_id
 * @property {number} total_points
 *
 * @typedef {object} DrawBody
 * @property {"single" | "triple" | "five" | "ten"} draw_type
 * @property {number} count
 * @property {string} client_seed
 * @property {string} table_hash
 * @property {number} nonce
 * @property {string} request_id
 *
 * @typedef {object} ShownResult
 * @property {number} prize_id
 * @property {number} drawn_prize_id
 * @property {string} [prize_name]
 * @property {number} angle degrees, two decimals
 *
 * @typedef {object} DrawAnswer
 * @property {ShownResult[]} results
 * @property {string} draw_id
 * @property {number} remaining_points
 * @property {number} today_draw_count
 * @property {number} points_cost
 * @property {Omit<Proof, "table_text"> & {table_text?: string}} fairness
 *
 * @typedef {object} DrawRecord
 * @property {number} id
 * @property {string} draw_id
 * @property {string} draw_type
 * @property {number} prize_id
 * @property {number} angle degrees, two decimals
 * @property {string} prize_name
 * @property {PrizeKind} prize_type
 * @property {number} nonce
 * @property {string} created_at
 *
 * @typedef {object} Records
 * @property {DrawRecord[]} records
 * @property {number} total
 * @property {boolean} has_more
 */

/**
 * The calls that a fair draw needs.
 * @typedef {object} Calls
 * @property {() => Promise<User>} user
 * @property {() => Promise<Config>} config
 * @property {(body: DrawBody) => Promise<DrawAnswer>} draw
 * @property {(page: number, size?: number) => Promise<Records>} records
 * @property {(drawId: string) => Promise<any>} proof
 */

export {};
