/** The wheel of the proof's own table: it turns again to the angle of each draw. */

import { sectorColour } from "../common/colour.js";
import { CHEVRON } from "../common/icons.js";
import { h, icon } from "../dom.js";
import { sectorsOf } from "../shop.js";
import { createSpin } from "../spin.js";
import { keepFocus, say } from "../steady.js";
import { createWheel } from "../wheel.js";
import { count, degrees } from "../words.js";

/** Between two of ten, so that the eye can rest, in milliseconds. */
const REST_MS = 700;

/** @typedef {import('./workings.js').Workings} Workings */

/** The table's prizes in the colours that pages give them. @param {Workings["table"]} table */
export const coloured = (table) => table.prizes.map((prize, n) => ({ ...prize, colour: sectorColour(undefined, n, table.prizes.length), soldOut: false }));

/**
 * @param {HTMLElement} place
 * @param {import('../core.js').Core} core
 * @param {(draw: number) => void} picked the wheel shows this draw now
 */
export function createReplay(place, core, picked) {
  const canvas = h("canvas", { id: "wheel-canvas", role: "img", "aria-label": "转盘" });
  const again = h("button", { class: "wheel__button", type: "button", onclick: () => void spin(at) }, "重转");
  const stand = h("div", { class: "wheel wheel--ready" }, canvas, again);
  const reading = h("output", { class: "replay__angle", "aria-live": "off" });
  const words = h("p", { class: "replay__words", role: "status" });
  const step = (/** @type {string} */ label, /** @type {number} */ by, /** @type {string} */ looks) =>
    h("button", { class: `replay__step ${looks}`, type: "button", "aria-label": label, onclick: () => go(at + by) }, icon(CHEVRON));
  const [back, on] = [step("上一个结果", -1, "replay__step--back"), step("下一个结果", 1, "replay__step--on")];
  const which = h("span", { class: "num" });
  const all = h("button", { class: "button button--second button--small", type: "button", onclick: () => void spinAll() }, "依次重转");
  const steps = h("div", { class: "replay__steps" }, back, which, on, all);
  const note = h("p", { class: "quiet" });
  place.replaceChildren(
    h("h2", { id: "replay-title", class: "sr-only" }, "按证明重转"),
    stand,
    h("div", { class: "replay__reading" }, h("span", { class: "quiet" }, "指针"), reading),
    words,
    steps,
    note,
  );

  const motion = matchMedia("(prefers-reduced-motion: reduce)");
  const wheel = createWheel(canvas);
  const shown = {
    get rotation() {
      return wheel.rotation;
    },
    /** @param {number} rotation hundredths of a degree */
    turn(rotation) {
      wheel.turn(rotation);
      reading.textContent = degrees((36_000 - (Math.round(rotation) % 36_000)) % 36_000);
    },
  };
  const spinTo = createSpin({ wheel: shown, core, calm: () => motion.matches, fade });
  /** @type {Workings | null} */
  let made = null;
  let hash = "";
  let at = 0;
  /** Where the wheel rests or is on its way to; null if neither is known. @type {number | null} */
  let aim = null;
  /** A proof was opened, and the spin to its first draw comes next. */
  let isOpening = false;
  /** Spins so far: one that was cut off goes no further. */
  let spins = 0;

  function fade() {
    stand.classList.remove("wheel--fade");
    void stand.offsetWidth; // restarts the animation
    stand.classList.add("wheel--fade");
  }

  function tell() {
    const draw = made?.draws[at];
    const total = made?.draws.length ?? 0;
    keepFocus(
      steps,
      () => {
        steps.hidden = total < 2;
        back.disabled = at === 0;
        on.disabled = at >= total - 1;
      },
      () => (steps.hidden ? again : at === 0 ? on : back),
    );
    which.textContent = `第 ${at + 1} / ${total} 个`;
    const said = draw ? `号码 ${count(draw.ticket.result)}，${draw.given.name}${draw.given === draw.drawn ? "" : `（抽到的「${draw.drawn.name}」已送完）`}` : "";
    say(words, said);
  }

  /** The prize under the pointer stands out, as the proof that is open now has it. */
  function rest() {
    canvas.dataset.state = "rest";
    canvas.dataset.rotation = String(wheel.rotation);
    wheel.mark((aim === null ? null : made?.draws[at]?.given.id) ?? null);
  }

  /** @param {number} draw */
  async function spin(draw) {
    const wanted = made?.draws[draw];
    if (!wanted) return false;
    const mine = ++spins;
    at = draw;
    aim = wanted.sector.angle;
    tell();
    picked(draw);
    canvas.dataset.state = "busy";
    wheel.mark(null);
    await spinTo(aim);
    if (mine !== spins) return false;
    rest();
    return true;
  }

  async function spinAll() {
    for (let draw = 0; draw < (made?.draws.length ?? 0); draw += 1) {
      if (!(await spin(draw))) return;
      const mine = spins;
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      if (mine !== spins) return;
    }
  }

  /** The wheel at a draw, without turning. @param {number} draw */
  function go(draw) {
    const wanted = made?.draws[draw];
    if (!wanted) return;
    stop();
    at = draw;
    aim = wanted.sector.angle;
    tell();
    shown.turn(core.rotationFor(aim));
    fade();
    rest();
    picked(draw);
  }

  /** Wherever it is. */
  function stop() {
    spins += 1;
    spinTo.stop();
    aim = null;
    rest();
  }

  return {
    /** The draw that is shown. */
    get at() {
      return at;
    },
    go,
    /** Another proof is about to be shown: the wheel waits for `start`. */
    open() {
      stop();
      at = 0;
      isOpening = true;
    },
    start() {
      isOpening = false;
      void spin(0);
    },
    /** @param {Workings | null} next @param {{ok: boolean}} judgement */
    show(next, { ok }) {
      made = next;
      place.hidden = made === null;
      note.textContent = ok ? "转盘按证明里的奖品表画成，颜色和图片不在证明里。" : "转盘停在重新算出的位置，不是证明里写的位置。";
      if (!made) return stop();
      if (made.table.hash !== hash) {
        hash = made.table.hash;
        wheel.setSectors(sectorsOf(made.table, coloured(made.table)));
        canvas.setAttribute("aria-label", `转盘，${made.table.prizes.length} 个奖品：${made.table.prizes.map(({ name }) => name).join("、")}`);
      }
      at = Math.min(at, made.draws.length - 1);
      tell();
      // Edited: the wheel goes where it would have gone, resting or turning, whatever was shown in between.
      if (!isOpening && made.draws[at]?.sector.angle !== aim) go(at);
      else if (canvas.dataset.state !== "busy") rest();
    },
  };
}
