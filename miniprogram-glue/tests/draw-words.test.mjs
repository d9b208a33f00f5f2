/** What a diner is told when a draw brought no answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../www-demo/common/api-error.js";
import { drawError, HAPPENED, loadError } from "../../www-demo/common/draw-words.js";
import { failureWords } from "../lib/api/words.js";

const NOW = { cost: 100, points: 1000, left: 10, unsure: true };

test("every kind of silence is told by its own cause, around a draw and elsewhere", () => {
  for (const kind of /** @type {const} */ (["network", "timeout", "server", "not_json"])) {
    const { title, text } = drawError(new ApiError(kind, 0, ""), NOW);
    assert.equal(title, "没有收到结果");
    assert.ok(text.startsWith(HAPPENED[kind]), `${kind}: ${text}`);
    assert.match(text, /不会重复扣积分/);
    assert.ok(loadError(new ApiError(kind, 0, "")).text.startsWith(HAPPENED[kind]), kind);
    assert.ok(failureWords(kind, { isUnknown: true, isCharged: true, isMoving: true }).startsWith(HAPPENED[kind]), kind);
  }
  assert.match(drawError(new ApiError("not_json", 0, ""), NOW).text, /Wi-Fi/);
  assert.doesNotMatch(drawError(new ApiError("timeout", 0, ""), NOW).text, /断开/);
});
