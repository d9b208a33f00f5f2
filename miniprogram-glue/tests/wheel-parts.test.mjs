/** What the wheel is made of: sectors, names in the room there is, colours, and the way to a prize. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "../../wasm/tests/load.mjs";
import { contrast, labelColour, mix, sectorColour } from "../../www-demo/common/colour.js";
import { isWide, paintDisc, sectorRadius } from "../../www-demo/common/disc.js";
import { PRIZE_ICONS } from "../../www-demo/common/icons.js";
import { fitLines, fitOne, letterPattern, letters } from "../../www-demo/common/label.js";
import { SPIN_MS, wayTo } from "../../www-demo/common/motion.js";
import { count, fraction, percent, points } from "../../www-demo/common/numbers.js";
import { trace } from "../../www-demo/common/trace.js";
import { describe as inWords, hundredthsOf, restAt, sectorAt, sectorsOf } from "../lib/wheel/prizes.js";
import { DEMO, evenPrizes, LONG, specOf } from "./prizes.mjs";
import { recorder } from "./stand.mjs";

const core = await load();
const COUNTS = Array.from({ length: 23 }, (_, n) => n + 2);

describe("sectors", () => {
  it("go from one start to the next, as the core's do", () => {
    for (const count of COUNTS) {
      const prizes = evenPrizes(count);
      const { sectors, problem } = sectorsOf(prizes);
      assert.equal(problem, "");
      assert.deepEqual(
        sectors.map(({ prizeId, start, width }) => ({ prize_id: prizeId, start, width })),
        core.tableFromSpec(specOf(prizes)).sectors.map(({ prize_id, start, width }) => ({ prize_id, start, width })),
      );
    }
  });

  it("may be of any width and come in any order", () => {
    const prizes = [
      { id: 3, name: "丙", angle: 200 },
      { id: 1, name: "甲", angle: 20 },
      { id: 2, name: "乙", angle: 22 },
    ];
    const { sectors } = sectorsOf(prizes);
    assert.deepEqual(sectors.map(({ name, start, width }) => [name, start, width]), [["甲", 2000, 200], ["乙", 2200, 17_800], ["丙", 20_000, 18_000]]);
    assert.equal(sectorAt(sectors, 1999)?.name, "丙", "the last one goes on over 12 o'clock");
    assert.equal(sectorAt(sectors, 2000)?.name, "甲");
  });

  it("are refused in words where there can be none", () => {
    assert.match(sectorsOf(undefined).problem, /没有奖品/);
    assert.match(sectorsOf([{ id: 1, name: "甲", angle: Number.NaN }, DEMO[1]]).problem, /甲/);
    assert.match(sectorsOf([null, DEMO[1]]).problem, /无名/);
    assert.match(sectorsOf([{ ...DEMO[0], angle: 360 }, DEMO[0]]).problem, /同一个角度/);
  });

  it("are told to those who hear them", () => {
    const { sectors } = sectorsOf([{ ...DEMO[0], sold_out: true }, DEMO[3]]);
    assert.equal(inWords("", sectors, "再接再厉"), "转盘，2 个奖品：八折券（已送完）、再接再厉。指针停在：再接再厉。");
    assert.match(inWords("今日转盘", sectors, ""), /^今日转盘，2 个奖品：[^。]+。$/);
  });
});

describe("names", () => {
  const wide = (text) => letters(text).length * 10;

  it("are cut where a reader would cut them", () => {
    const known = new Intl.Segmenter("zh", { granularity: "grapheme" });
    for (const text of [LONG, "🏴󠁧󠁢󠁥󠁮󠁧󠁿🇫🇷🇨🇳🇨", "1️⃣2️⃣👍🏽👩🏽‍🚀", "é à ก็", "甲\r\n乙", "\ud800甲"]) {
      assert.deepEqual(letters(text), Array.from(known.segment(text), ({ segment }) => segment));
    }
  });

  it("are cut the same where patterns know no properties of letters", () => {
    class Old extends RegExp {
      /** @param {string} source @param {string} flags */
      constructor(source, flags) {
        if (/\\p\{/i.test(source)) throw new SyntaxError("Invalid escape");
        super(source, flags);
      }
    }
    const old = letterPattern(/** @type {any} */ (Old));
    assert.ok(old instanceof Old);
    for (const text of [LONG, "e\u0301a\r\nb", "🇨🇳🇯🇵x", "👍🏽👍", "❤️‍🔥", "5️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿!"]) assert.deepEqual(text.match(old), letters(text), text);
  });

  it("fit their room, an emoji whole or not at all", () => {
    for (let room = 20; room < 400; room += 7) {
      const line = fitOne(LONG, room, wide);
      assert.ok(wide(line) <= room, `${line} in ${room}`);
      assert.ok(LONG.startsWith(letters(line).slice(0, -1).join("")) || line === LONG);
      const lines = fitLines(LONG, [room, room], wide);
      assert.ok(lines.length <= 2 && lines.every((one) => wide(one) <= room), lines.join("|"));
    }
    assert.deepEqual(fitLines("招牌小炒肉套餐", [40, 40], wide), ["招牌小炒", "肉套餐"]);
  });

  it("stay inside their sector at every size and number", () => {
    for (const size of [200, 260, 343, 400]) {
      for (const number of COUNTS) {
        const { context, calls } = recorder();
        const { sectors } = sectorsOf(evenPrizes(number, (n) => ({ name: n % 2 ? LONG : `${n}号奖品`, sold_out: n === 3 })));
        const rings = { outer: (size * 125) / 260, hub: (size * 45) / 260 };
        paintDisc(context, sectors, rings, { rim: "#fffdfa", line: "#efe3d6", peg: "#c9983f" });
        const radius = sectorRadius(rings.outer);
        for (const { name, args, font } of calls) {
          if (name !== "fillText") continue;
          const em = Number(/([\d.]+)px/.exec(font)[1]);
          assert.ok(em >= 13, `${em} px is too small to read`);
          const [text, x, y] = args;
          const far = y === 0 ? x : Math.hypot(context.measureText(text).width / 2, Math.abs(y) + em / 2);
          assert.ok(far <= radius, `${text} reaches ${far} of ${radius}, ${number} prizes at ${size}`);
          const near = y === 0 ? x - context.measureText(text).width : Math.abs(y) - em / 2;
          assert.ok(near >= rings.hub, `${text} begins at ${near} under the button of ${rings.hub}, ${number} prizes at ${size}`);
        }
      }
    }
  });

  it("have a second line above a picture where both fit", () => {
    const painted = (/** @type {number} */ size, /** @type {number} */ number) => {
      const { context, calls } = recorder();
      const { sectors } = sectorsOf(evenPrizes(number, () => ({ name: "招牌小炒肉双人套餐一份再加酸梅汤" })));
      const image = /** @type {any} */ ({ width: 64, height: 64 });
      paintDisc(context, sectors.map((sector) => ({ ...sector, image })), { outer: size * 0.48, hub: size * 0.17 }, { rim: "#fffdfa", line: "#efe3d6", peg: "#c9983f" });
      const of = (/** @type {string} */ wanted) => calls.filter(({ name }) => name === wanted).map(({ args }) => args);
      return { lines: of("fillText").map(([text]) => text), pictures: of("drawImage"), radius: sectorRadius(size * 0.48), widths: sectors.map(({ width }) => width) };
    };
    const large = painted(600, 8);
    assert.equal(large.pictures.length, 8);
    assert.equal(large.lines.length, 16);
    assert.ok(!large.lines.join("").includes("…"), large.lines.join());
    const small = painted(260, 8);
    assert.equal(small.lines.length, 8, "a picture that could not be made out is not worth a line");
    const many = painted(260, 24);
    assert.equal(many.pictures.length, 0);
    assert.ok(many.widths.every((width) => !isWide(width, many.radius)), "and it can be said beforehand");
  });
});

describe("colours", () => {
  it("give every name 4.5:1 and more, sold out or not, light and dark", () => {
    const own = ["#000", "#ffffff", "#767676", "#ff0000", "#00f", "#808080", "#5b7f00", "#E91E63"];
    const all = [...own, ...COUNTS.flatMap((count) => Array.from({ length: count }, (_, n) => sectorColour(undefined, n, count)))];
    for (const colour of all) {
      for (const ground of [colour, mix(colour, "#fffdfa", 0.65), mix(colour, "rgb(51, 41, 31)", 0.65)]) {
        const ratio = contrast(labelColour(ground), ground);
        assert.ok(ratio >= 4.5, `${ratio} on ${ground}`);
      }
    }
  });

  it("differ from one sector to the next, around the wheel", () => {
    for (const count of COUNTS) {
      const colours = Array.from({ length: count }, (_, n) => sectorColour(undefined, n, count));
      for (const [n, colour] of colours.entries()) assert.notEqual(colour, colours[(n + 1) % count], `${n} of ${count}`);
    }
  });

  it("can be read in every way a phone writes them", () => {
    assert.equal(contrast("#fff", "rgb(0, 0, 0)"), 21);
    assert.equal(contrast("#ffffff", "rgba(0, 0, 0, 1)"), 21);
    assert.equal(mix("#000", "#fff", 0.5), "rgb(128, 128, 128)");
  });
});

describe("the way", () => {
  it("never turns back, and ends with the prize under the pointer", () => {
    for (const number of COUNTS) {
      const { sectors } = sectorsOf(evenPrizes(number));
      for (const { prizeId, start, width } of sectors) {
        const angle = (start + Math.floor(width / 3)) % 36_000;
        const from = (prizeId * 7919) % 36_000;
        const way = wayTo(core, from, angle);
        let before = way(0);
        assert.equal(before, from);
        for (let elapsed = 1000 / 60; elapsed < SPIN_MS; elapsed += 1000 / 60) {
          const now = way(elapsed);
          assert.ok(now >= before, `back from ${before} to ${now}`);
          before = now;
        }
        assert.ok(before - from >= 3 * 36_000 - 1);
        assert.equal(sectorAt(sectors, (36_000 - (way(SPIN_MS) % 36_000)) % 36_000)?.prizeId, prizeId);
      }
    }
  });

  it("begins anywhere, in the middle of another, too", () => {
    for (const from of [0, 35_999.6, 36_000, 123_456.78]) {
      const way = wayTo(core, from, 7_500);
      assert.equal(way(0), Math.round(from) % 36_000);
      assert.equal(way(SPIN_MS), restAt(7_500));
    }
  });

  it("ends where the core says the angle is", () => {
    for (let angle = 0; angle < 36_000; angle += 7) assert.equal(restAt(angle), core.rotationFor(angle));
    assert.deepEqual([0, 359.99, 360, -90, 123.456].map(hundredthsOf), [0, 35_999, 0, 27_000, 12_346]);
  });
});

describe("drawings", () => {
  it("are the same lines as an SVG path gives", () => {
    const { context, calls } = recorder();
    trace(context, "M3 7h17v3.2a1.9 1.9 0 0 0 0 3.7l1 1-2 2z");
    const rounded = calls.map(({ name, args }) => [name, ...args.map((value) => (typeof value === "number" ? Math.round(value * 100) / 100 : value))]);
    assert.deepEqual(rounded, [
      ["moveTo", 3, 7],
      ["lineTo", 20, 7],
      ["lineTo", 20, 10.2],
      ["arc", 20.43, 12.05, 1.9, -1.8, 1.8, true],
      ["lineTo", 21, 14.9],
      ["lineTo", 19, 16.9],
      ["closePath"],
    ]);
  });

  it("can all be drawn", () => {
    for (const path of Object.values(PRIZE_ICONS)) {
      const { context, calls } = recorder();
      trace(context, path);
      assert.ok(calls.length > 3);
      for (const { name, args } of calls) assert.ok(args.every((value) => typeof value !== "number" || (Number.isFinite(value) && Math.abs(value) < 30)), `${name} ${args}`);
    }
  });
});

describe("numbers", () => {
  it("are written without Intl as with it", () => {
    const known = new Intl.NumberFormat("zh-CN");
    for (const n of [0, 7, 999, 1000, 12_345, 1_234_567, -4200]) assert.equal(count(n), known.format(n));
    assert.deepEqual([points(1400), percent(5), fraction(500), fraction(10_000), fraction(0)], ["1,400 积分", "0.05%", "1/20", "1", "0"]);
  });
});
