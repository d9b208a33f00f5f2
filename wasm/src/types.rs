//! The shapes of what goes in and out, for TypeScript. `wasm/tests/shapes.test.mjs` checks that each answer has
//! exactly the fields that are promised here.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** What every function throws for a bad value. */
export interface FairwheelError extends Error {
  /** Stable name of the refusal, for example `bad_value` or `weight_sum`. */
  code: string;
  /** The parameter or field at fault, for example `prizes[2].weight`. */
  field?: string;
}

export type PrizeKind = "points" | "coupon" | "physical" | "empty";

export interface Prize {
  /** 1..=2147483647, unique. */
  id: number;
  /** Start of the sector in whole degrees clockwise, 0..=359, unique. */
  angle: number;
  /** Probability in ten-thousandths, 0..=10000; a table adds up to 10000. */
  weight: number;
  type: PrizeKind;
  /** Worth in hundredths (of a yuan, or of a point), 0..=100000000. */
  value_cents: number;
  is_activity: boolean;
  /** Pieces declared when the table was published; null is unlimited. */
  stock: number | null;
  /** 1..=100 characters. */
  name: string;
}

export interface TableSpec {
  /** Price of one draw in points, 1..=1000000. */
  cost: number;
  /** Draws a user may make in a day, 1..=10000. */
  daily_limit: number;
  /** Id of the `empty` prize given in place of one that has run out; null only if nothing can. */
  fallback: number | null;
  prizes: Prize[];
}

export interface Sector {
  prize_id: number;
  /** Hundredths of a degree clockwise, 0..=35999. */
  start: number;
  /** Hundredths of a degree, 200..=35800. */
  width: number;
  /** Hundredths of a degree clockwise, 0..=35999. */
  middle: number;
}

/** A valid table, its prizes in order of angle. */
export interface Table extends TableSpec {
  /** Canonical text, `fairwheel-table-v1`. */
  text: string;
  /** SHA-256 of the text, 64 lower-case hexadecimal digits. */
  hash: string;
  /** One for each prize, in the same order. */
  sectors: Sector[];
}

/** A rule that a table breaks. */
export interface TableProblem {
  code: string;
  message: string;
  field: string;
  /** Position in the list of prizes as given, from 0; null if it is about the whole table. */
  prize_index: number | null;
  prize_id: number | null;
}

export interface DrawRequest {
  table_text: string;
  /** 64 lower-case hexadecimal digits. */
  server_seed: string;
  /** 1..=64 bytes of UTF-8 without control characters. */
  client_seed: string;
  /** 1..=2^53. */
  nonce: number;
  /** 1..=100. */
  count: number;
  /** For each draw the ids of the prizes that have run out. */
  sold_out?: number[][];
}

export interface DrawResult {
  /** 0..=9999. */
  ticket: number;
  /** The prize that the ticket won. */
  drawn_prize_id: number;
  /** The prize given: the fallback if the drawn one had run out. */
  prize_id: number;
  /** Where the wheel rests, in hundredths of a degree, 0..=35999. */
  angle: number;
  /** Whether it rests within 2 degrees of a rarer prize. */
  is_near_miss: boolean;
}

export interface Drawn {
  /** Key of the ChaCha20 stream, 64 lower-case hexadecimal digits. */
  key: string;
  commitment: string;
  results: DrawResult[];
}

export interface Traced {
  /** Key of the ChaCha20 stream, 64 lower-case hexadecimal digits. */
  key: string;
  draws: DrawTrace[];
}

/** A draw with all that led to it. */
export interface DrawTrace extends DrawResult {
  /**
   * Words of the key stream that it took, in order: the ticket's, then the place's. More than two only where one was
   * passed over, being at or above the last multiple of 10000 (of `width - 100` for the place) that 2^32 has room for.
   */
  words: number[];
  /** Start of the given prize's sector, hundredths of a degree. */
  start: number;
  /** Width of that sector, hundredths of a degree. */
  width: number;
  /** Where in the sector the wheel rests: `50 + word % (width - 100)` hundredths of a degree after its start. */
  offset: number;
}

export interface Proof {
  algorithm: string;
  draw_id: string;
  table_text: string;
  table_hash: string;
  server_seed: string;
  commitment: string;
  client_seed: string;
  nonce: number;
  count: number;
  /** For each draw the ids of the prizes that had run out, ascending. */
  sold_out: number[][];
  results: DrawResult[];
  /** ISO-8601 UTC with milliseconds. */
  created_at: string;
  next_nonce: number;
  next_commitment: string;
}

/** What was seen before the draw, and what was sent. Checks of what is left out are skipped. */
export interface Expected {
  commitment?: string | null;
  /** The client seed that was sent. Without it a server may have put in one of its own, chosen to suit it. */
  client_seed?: string | null;
  nonce?: number | null;
  /** The number of draws that was asked for. */
  count?: number | null;
  table_hash?: string | null;
  draw_id?: string | null;
}

export type CheckName =
  | "algorithm" | "table_hash" | "table" | "expected_table_hash" | "commitment" | "expected_commitment"
  | "client_seed" | "expected_client_seed" | "nonce" | "expected_nonce" | "count" | "expected_count" | "sold_out" | "ticket" | "drawn_prize" | "prize" | "angle"
  | "near_miss" | "next" | "created_at" | "draw_id" | "expected_draw_id";

export interface Verdict {
  check: CheckName;
  /** Which draw of the request, from 0; null if it is about the whole request. */
  draw: number | null;
  status: "ok" | "failed" | "skipped";
  /** Stable name of the failure; null unless failed. */
  code: string | null;
  message: string | null;
  /** What was computed here, or seen before. */
  expected: string | null;
  /** What the proof says. */
  found: string | null;
}

export interface Report {
  /** Whether no check failed. */
  ok: boolean;
  checks: Verdict[];
  /** Key of the ChaCha20 stream, if the proof has all that it is made of. */
  key: string | null;
  /** The draws as computed here, if there is a key. */
  results: DrawResult[] | null;
}

/** Pearson's chi-square test; all null if there is nothing to test: no draws, or only one prize that can be won. */
export interface ChiSquare {
  /** The statistic; Infinity if a prize of weight 0 was counted. */
  chi_square: number | null;
  degrees_of_freedom: number | null;
  /** Probability of a statistic at least this large if the draws follow the weights, 0..=1. */
  p_value: number | null;
}

export interface Simulation extends ChiSquare {
  draws: number;
  counts: { prize_id: number; weight: number; observed: number; expected: number }[];
  /** Results within 2 degrees of a rarer prize. */
  near_misses: number;
}

/** What diners read before they draw. */
export interface PromotionTerms {
  /** The rules, as they are published. */
  rules: string;
}

export type FindingCode =
  | "odds_published" | "notice_outdated" | "prize_worth" | "top_prize_limit" | "unreachable" | "empty_named" | "organiser_terms"
  | "period_terms" | "redemption_terms" | "points_terms" | "coupon_terms";

/** One line of the check of a promotion's rules. It informs; nothing is refused for it. */
export interface PromotionFinding {
  code: FindingCode;
  /** `warning`: what the provisions ask for was not found. `advice`: somebody should look at it. */
  level: "ok" | "advice" | "warning";
  /** The prize it is about; null if it is about the whole table or text. */
  prize_id: number | null;
}

/** What a notice says beyond the table, each at most 500 characters; an empty text is left out. */
export interface NoticeTerms {
  organiser: string;
  period: string;
  redemption: string;
  contact: string;
}

export interface ReceiptRule {
  /** 1..=10000, default 10. */
  points_per_yuan?: number;
  /** 0..=1000000, default 50. */
  min?: number;
  /** 0..=1000000, default 2000. */
  max?: number;
}
"#;
