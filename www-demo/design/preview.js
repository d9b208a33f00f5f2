/** The draft as diners will see it: turned, stopped anywhere, tried out, and its sectors pulled to their width. */

import { isWide, sectorRadius } from "../common/disc.js";
import { createImages } from "../common/images.js";
import { count } from "../common/numbers.js";
import { h } from "../dom.js";
import { keepFocus } from "../steady.js";
import { createWheel } from "../wheel.js";
import { createEdges } from "./edges.js";
import { createPhone, RINGS } from "./phone.js";
import { described, sectorAt, sectorsOf, stopIn } from "./sectors.js";
import { createStops } from "./stops.js";
import { createTrial } from "./trial.js";
import { createTrialCard } from "./trial-card.js";
import { renderTally } from "./trial-view.js";
import { createTurner } from "./turner.js";

/** @typedef {import('./sectors.js').Sector} Sector */

/** @param {{place: HTMLElement, store: import('./store.js').DesignStore, core: import('../common/types.js').Core}} parts */
export function createPreview({ place, store, core }) {
  const phone = createPhone();
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  const wheel = createWheel(phone.canvas, (size) => ({ outer: size * RINGS.outer, hub: size * RINGS.hub }));
  const turner = createTurner({ wheel: shownWheel(), core, calm: () => reduced.matches, fade });
  const trial = createTrial(core);
  const card = createTrialCard({ place: phone.result, store });
  const pictures = createImages({ make: () => new Image(), loaded: () => paint(true), failed: () => paint(true) });
  const edges = createEdges({ layer: phone.edges, arc: phone.arc, store, rotation: () => wheel.rotation, tap: tapped, held });
  const tally = h("div", { class: "tally", hidden: true });
  const stops = createStops({ go: (sector, where) => void wander(sector, where, "spin"), slow: turner.setSlow });
  /** What is on the wheel now. @type {Sector[]} */
  let sectors = [];
  let painted = "";
  let selected = store.selected;
  /** What was tapped on the wheel itself is under the finger already. */
  let isOwn = false;
  let turns = 0;
  /** The sector that stands out, as it was then. @type {Sector | null} */
  let marked = null;

  /** The layer of the edges goes round with the disc. */
  function shownWheel() {
    return {
      get rotation() {
        return wheel.rotation;
      },
      turn(/** @type {number} */ rotation) {
        wheel.turn(rotation);
        phone.edges.style.rotate = `${rotation / 100}deg`;
      },
    };
  }

  function fade() {
    phone.wheel.classList.remove("wheel--fade");
    void phone.wheel.offsetWidth; // restarts the animation
    phone.wheel.classList.add("wheel--fade");
  }

  /** @param {{before: Sector, own: Sector} | null} sides */
  function held(sides) {
    phone.readout.hidden = sides === null;
    if (!sides) return;
    const { before, own } = sides;
    const side = (/** @type {Sector} */ { name, width }) => h("span", {}, h("i", {}, name), h("b", {}, `${width / 100}°`));
    phone.readout.replaceChildren(side(before), h("strong", {}, `${own.start / 100}°`), side(own));
  }

  /** @param {{clientX: number, clientY: number}} event */
  function tapped(event) {
    const { angle, radius } = edges.spot(event);
    if (radius > phone.canvas.clientWidth * RINGS.outer) return;
    const sector = sectorAt(sectors, angle * 100);
    if (!sector) return;
    isOwn = true;
    store.select(sector.key);
    isOwn = false;
  }

  /** @param {number} angle @param {"spin" | "glide"} how @returns {Promise<boolean>} whether the wheel rests there */
  async function turnTo(angle, how) {
    const mine = ++turns;
    mark(null);
    busy(true);
    const arrived = await turner[how](angle);
    if (mine !== turns) return false;
    busy(false);
    const resting = sectorAt(sectors, angle);
    phone.canvas.setAttribute("aria-label", described(sectors, resting?.name ?? ""));
    return arrived;
  }

  /** @param {Sector | null | undefined} sector */
  function mark(sector) {
    marked = sector ?? null;
    wheel.mark(sector?.prizeId ?? null);
  }

  /** @param {boolean} isBusy */
  function busy(isBusy) {
    phone.canvas.dataset.state = isBusy ? "busy" : "rest";
    phone.canvas.dataset.rotation = String(wheel.rotation);
    keepFocus(
      phone.edges,
      () => {
        phone.edges.inert = isBusy;
      },
      () => phone.one,
    );
    buttons();
  }

  function buttons() {
    const off = !store.table || phone.canvas.dataset.state === "busy";
    for (const button of [phone.one, phone.ten]) button.setAttribute("aria-disabled", String(off));
    phone.one.toggleAttribute("data-off", !store.table);
  }

  /** @param {number} count of draws */
  async function draw(count) {
    const { table, draft } = store;
    if (!table || phone.canvas.dataset.state === "busy") return;
    const drawn = trial.draw(table, draft, count);
    const last = drawn.results.at(-1);
    if (!last) return;
    card.wait();
    const arrived = await turnTo(last.angle, "spin");
    if (arrived && card.arrive(table, drawn)) mark(sectorAt(sectors, last.angle));
    tallied();
  }

  function tallied() {
    const change = () => {
      renderTally(tally, store.table, trial, () => {
        trial.reset();
        tallied();
        if (phone.canvas.dataset.state !== "busy") card.clear();
      });
    };
    keepFocus(tally, change, () => phone.one);
  }

  /** The wheel goes where no draw has sent it. @param {Sector} sector @param {import('./stops.js').Where} where @param {"spin" | "glide"} how */
  async function wander(sector, where, how) {
    card.leave();
    const angle = stopIn(sector, where);
    if (!(await turnTo(angle, how)) || how === "glide") return;
    const resting = sectorAt(sectors, angle);
    if (resting?.key !== sector.key) return;
    mark(resting);
    card.stop(resting, angle);
  }

  /** What is wrong, where the wheel cannot show it. @param {boolean} isOld it shows an earlier state */
  function say(isOld) {
    const faults = Object.keys(store.errors).length;
    const broken = sectors.find(({ imageUrl }) => pictures.isBroken(imageUrl));
    const radius = sectorRadius(phone.canvas.clientWidth * RINGS.outer);
    const narrow = sectors.find(({ imageUrl, width }) => imageUrl && !isWide(width, radius));
    const words = isOld ? "角度还没有改好，转盘停留在改之前的样子。" : faults > 0 ? `还有 ${faults} 处要改，改好才能试抽。` : broken ? `「${broken.name}」的图片没有取到。` : narrow ? `「${narrow.name}」的格子太窄，放不下图片，加宽一些才看得到。` : "";
    phone.note.hidden = words === "";
    if (phone.note.textContent !== words) phone.note.textContent = words;
  }

  /** @param {boolean} [isForced] */
  function paint(isForced = false) {
    const next = sectorsOf(store.draft);
    if (next) sectors = next;
    pictures.want([...new Set(sectors.map(({ imageUrl }) => imageUrl))].filter(Boolean));
    const now = JSON.stringify(sectors);
    if (isForced || now !== painted) {
      painted = now;
      const resting = sectorAt(sectors, (36_000 - (Math.round(wheel.rotation) % 36_000)) % 36_000);
      wheel.setSectors(sectors.map((sector) => ({ ...sector, image: /** @type {any} */ (pictures.get(sector.imageUrl)) })).map(withoutNothing));
      phone.canvas.setAttribute("aria-label", described(sectors, ""));
      mark(marked && resting?.key === marked.key ? resting : null);
    }
    const size = phone.canvas.clientWidth;
    const change = () => {
      edges.show(sectors, { size, outer: size * RINGS.outer });
      phone.edges.hidden = !next;
    };
    keepFocus(phone.edges, change, () => phone.one);
    say(!next);
  }

  function render() {
    paint();
    if (store.table) {
      trial.follow(store.table);
      phone.cost.textContent = `${count(store.table.cost)} 积分`;
      phone.costTen.textContent = `${count(store.table.cost * 10)} 积分`;
    }
    card.follow();
    buttons();
    tallied();
    stops.list(sectors, store.selected !== selected ? store.selected : null);
    const sector = sectors.find(({ key }) => key === store.selected);
    if (store.selected !== selected && sector && !isOwn) void wander(sector, "middle", "glide");
    selected = store.selected;
  }

  phone.one.addEventListener("click", () => void draw(1));
  phone.ten.addEventListener("click", () => void draw(10));
  phone.canvas.addEventListener("click", tapped);
  new ResizeObserver(() => paint()).observe(phone.canvas);
  const hint = h("p", { class: "quiet preview__hint" }, "点一格选中它，拖分界改宽窄；概率不看扇形大小。");
  const foot = h("div", { class: "preview__foot" }, stops.slow, tally);
  const all = h("div", { class: "preview" }, h("h2", { class: "sr-only" }, "预览"), phone.frame, phone.note, hint, stops.row, foot);
  place.replaceChildren(all);
  busy(false);
  render();
  store.subscribe(render);
}

/** @param {Sector & {image: HTMLImageElement | undefined}} sector @returns {Sector} */
function withoutNothing({ image, ...sector }) {
  return image ? { ...sector, image } : sector;
}
