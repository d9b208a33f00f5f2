/** A draw that was made, shown: the wheel turns to its place, then the result and its seal. */

import { celebrate } from "./celebrate.js";
import { renderResult } from "./result.js";
import { outcomesOf } from "./common/outcomes.js";
import { createSpin } from "./spin.js";

/**
 * @param {object} parts
 * @param {ReturnType<typeof import('./stage.js').createStage>} parts.stage
 * @param {ReturnType<typeof import('./wheel.js').createWheel>} parts.wheel
 * @param {import('./core.js').Core} parts.core
 * @param {(proof: unknown, against: import('./common/prove.js').Against) => void} parts.openProof
 */
export function createShow({ stage, wheel, core, openProof }) {
  const motion = matchMedia("(prefers-reduced-motion: reduce)");
  const spinTo = createSpin({ wheel, core, calm: () => motion.matches, fade: stage.fade });

  /**
   * @param {import('./common/play.js').Played} played
   * @param {import('./common/news.js').Known} now brought up to date with the answer
   * @param {() => boolean} wanted whether the one who drew is still here
   */
  return async function show(played, now, wanted) {
    const { answer, proof, against, shown, judgement } = played;
    const outcomes = outcomesOf(played);
    const last = shown.at(-1);
    stage.numbers({ ...now, points: Math.max(0, now.points - answer.points_cost) });
    const onWheel = last && last.angle >= 0 && last.angle < 36_000 && proof.table_hash === now.table.hash;
    if (onWheel) {
      stage.lookAtWheel();
      await spinTo(last.angle);
      if (!wanted()) return;
      wheel.mark(last.prize_id);
    }
    renderResult(stage.result, outcomes, judgement, () => openProof(proof, against));
    now.points = answer.remaining_points;
    now.left = Math.max(0, now.config.daily_limit - answer.today_draw_count);
    if (judgement.ok) {
      now.nonce = proof.next_nonce;
      now.commitment = proof.next_commitment;
      stage.promise(now.nonce, proof.next_commitment);
    }
    stage.numbers(now);
    stage.describe(now.table.prizes, outcomes.at(-1)?.name ?? "");
    stage.reveal();
    const won = outcomes.some((outcome) => outcome.kind !== "empty");
    if (won && judgement.ok && !motion.matches) celebrate(stage.wheel);
  };
}
