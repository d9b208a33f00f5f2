/** Line drawings on a 24-unit square: the same on the wheel, in the table and by a result. */

/** @typedef {"points" | "coupon" | "physical" | "empty"} PrizeKind */

/** @type {Record<PrizeKind, string>} */
export const PRIZE_ICONS = {
  points: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 1 0 0-17zM12 7.6l1.3 3.1 3.1 1.3-3.1 1.3-1.3 3.1-1.3-3.1L7.6 12l3.1-1.3z",
  coupon: "M3.5 7h17v3.200a1.9 1.9 0 0 0 0 3.700V17h-17v-3.100a1.9 1.9 0 0 0 0-3.700zM14.5 7.500v1.800M14.5 11.100v1.800M14.5 14.700v1.8",
  physical: "M3 12h18a9 9 0 0 1-5.5 7.500h-7A9 9 0 0 1 3 12zM9 8.800c-1.4-1.5 1.4-2.5 0-4.300M12.5 8.800c-1.4-1.5 1.4-2.5 0-4.300M16 8.800c-1.4-1.5 1.4-2.5 0-4.3",
  empty: "M5 9.500h11.500v4a5.5 5.5 0 0 1-5.5 5.500h-.5A5.5 5.5 0 0 1 5 13.500zM16.5 10.500h1a2.2 2.2 0 0 1 0 4.500h-1.200M9 6.700c-.8-1 .8-1.7 0-2.700M12.5 6.700c-.8-1 .8-1.7 0-2.7",
};

export const CHECK = "M5 12.500l4.5 4.500L19 7.5";
export const CROSS = "M6.5 6.500l11 11M17.5 6.500l-11 11";
export const DASH = "M7 12h10";
export const CHEVRON = "M7 10l5 5 5-5";
export const LOCK = "M6.5 11h11v8.500h-11zM9 11V8a3 3 0 0 1 6 0v3M12 14.500v1.5";
