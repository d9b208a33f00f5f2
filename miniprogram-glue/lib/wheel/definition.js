/** `<fair-wheel>`: what the page says to it, and what it says to the page. */

import { framesOf, makeCanvas, measure, tap } from "./place.js";
import { describe, sectorsOf } from "./prizes.js";
import { createTurning } from "./turning.js";

/**
 * @typedef {{calm?: boolean}} SpinOptions `calm`: a short fade instead of a spin; left out, the phone's own setting counts
 * @param {() => Promise<any>} loadCore
 */
export function definition(loadCore) {
  return {
    options: { styleIsolation: /** @type {const} */ ("isolated") },

    properties: {
      /** As `lottery/config` gives them. */
      prizes: { type: Array, value: [] },
      /** CSS pixels; 0: as wide as its place. */
      size: { type: Number, value: 0 },
      /** The button in the middle does nothing. */
      disabled: { type: Boolean, value: false },
      /** What it is, for those who hear it. */
      label: { type: String, value: "" },
    },

    data: { description: "", isReady: false },

    observers: {
      /** @this {any} */
      prizes(/** @type {unknown} */ prizes) {
        if (this.turning?.setPrizes(prizes)) {
          this.announce();
          if (this.resting) this.rest(this.turning.pointed());
        }
        this.describe();
      },
      /** @this {any} */
      size() {
        wx.nextTick(() => this.look());
      },
      /** @this {any} */
      label() {
        this.describe();
      },
    },

    lifetimes: {
      /** @this {any} */
      created() {
        this.resting = "";
        this.isHidden = false;
        /** Whoever wants to move the wheel waits until there is one, or until it is clear that there will be none. */
        this.whenThere = new Promise((resolve) => {
          this.isThere = resolve;
        });
      },
      /** @this {any} */
      attached() {
        this.onTheme = () => wx.nextTick(() => this.look());
        if (wx.onThemeChange) wx.onThemeChange(this.onTheme);
      },
      /** @this {any} */
      ready() {
        this.isRendered = true;
        this.look();
      },
      /** @this {any} */
      detached() {
        this.isGone = true;
        this.isThere(null);
        if (wx.offThemeChange) wx.offThemeChange(this.onTheme);
        this.endObserver();
        if (this.turning) this.turning.destroy();
      },
    },

    pageLifetimes: {
      /** @this {any} */
      show() {
        this.isHidden = false;
        if (this.turning) this.turning.resume();
        this.look();
      },
      /** @this {any} */
      hide() {
        this.isHidden = true;
        if (this.turning) this.turning.pause();
      },
      /** @this {any} */
      resize() {
        this.look();
      },
    },

    methods: {
      /**
       * Turns until the angle is under the pointer.
       * @this {any} @param {number} angle degrees @param {SpinOptions} [options]
       * @returns {Promise<boolean>} whether it came there; false if another motion or the end of the page cut it off
       */
      async spinTo(angle, options = {}) {
        const turning = this.turning || (await this.whenThere);
        return turning ? turning.spinTo(angle, options.calm === undefined ? this.isCalm : options.calm) : false;
      },

      /** Stands there at once. @this {any} @param {number} angle degrees */
      async showAt(angle) {
        const turning = this.turning || (await this.whenThere);
        if (turning?.showAt(angle)) this.rest(turning.at(angle));
      },

      /** Lets a prize stand out; null: none does. @this {any} @param {number | null} prizeId */
      async highlight(prizeId) {
        const turning = this.turning || (await this.whenThere);
        if (turning) turning.highlight(prizeId);
      },

      /** Looks again how large it is and which colours are in force. @this {any} */
      async look() {
        if (!this.isRendered) return;
        const { canvas, isCalm, place } = await measure(this);
        if (this.isGone) return;
        this.isCalm = isCalm;
        if (!this.turning && !this.start(canvas)) return;
        if (this.turning.setPlace(place)) this.announce();
        if (place.size === 0) this.awaitRoom();
      },

      /** Looks again as soon as it is to be seen. @this {any} */
      awaitRoom() {
        if (this.observer || !this.createIntersectionObserver) return;
        this.observer = this.createIntersectionObserver();
        this.observer.relativeToViewport().observe(".wheel__square", () => {
          this.endObserver();
          this.look();
        });
      },

      /** @this {any} */
      endObserver() {
        if (this.observer) this.observer.disconnect();
        this.observer = null;
      },

      /** @this {any} @param {any} canvas @returns {boolean} whether there is a wheel now */
      start(canvas) {
        try {
          this.turning = createTurning({ canvas, frames: framesOf(canvas), makeCanvas, loadCore, fail: (failure) => this.fail(failure), end: (arrival) => this.end(arrival) });
        } catch {
          this.isThere(null);
          this.fail({ reason: "canvas", message: "这台手机画不出转盘，结果不受影响" });
          return false;
        }
        if (this.isHidden) this.turning.pause();
        if (this.data.prizes.length > 0) this.turning.setPrizes(this.data.prizes);
        this.isThere(this.turning);
        return true;
      },

      /** @this {any} */
      announce() {
        if (this.data.isReady) return;
        this.setData({ isReady: true });
        this.triggerEvent("ready", { count: this.turning.sectors.length });
      },

      /** @this {any} @param {import('./turning.js').Arrival} arrival */
      end(arrival) {
        const { angle, prize } = arrival;
        if (!this.isHidden) tap();
        this.rest(prize);
        this.triggerEvent("end", { angle, prizeId: prize ? prize.prizeId : null, name: prize ? prize.name : "" });
      },

      /** @this {any} @param {import('./prizes.js').Sector | undefined} prize */
      rest(prize) {
        this.resting = prize ? prize.name : "";
        this.describe();
      },

      /** @this {any} @param {import('./turning.js').Failure} failure */
      fail(failure) {
        this.triggerEvent("fail", failure);
      },

      /** @this {any} */
      describe() {
        // What is to be seen, not what it will be with the next motion.
        const sectors = this.turning ? this.turning.sectors : sectorsOf(this.data.prizes).sectors;
        const description = describe(this.data.label, sectors, this.resting);
        if (description !== this.data.description) this.setData({ description });
      },

      /** The button in the middle. @this {any} */
      press() {
        if (!this.data.disabled) this.triggerEvent("spin", {});
      },
    },
  };
}
