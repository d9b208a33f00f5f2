/** The proof of one draw in a sheet: given with its verdict, or asked for and judged here. */

const { client } = require("../../services/client");
const { describe } = require("../../utils/trouble");

Component({
  data: { show: false, state: "loading", verdict: null, trouble: null },

  methods: {
    /** @param {any} verdict of the library */
    open(verdict) {
      this.asked = null;
      this.setData({ show: true, state: "ready", verdict, trouble: null });
    },

    /**
     * @param {string} drawId @param {any[]} [rows] its rows in the list of draws: they are held against the proof
     * @returns {Promise<any>} the verdict; null if it could not be had
     */
    async prove(drawId, rows) {
      this.asked = drawId;
      this.rows = rows;
      this.setData({ show: true, state: "loading", verdict: null, trouble: null });
      try {
        const verdict = await client.draws.judge(drawId, rows);
        if (this.asked === drawId) this.setData({ state: "ready", verdict });
        return verdict;
      } catch (error) {
        if (this.asked === drawId) this.setData({ state: "error", trouble: describe(error, "证明") });
        return null;
      }
    },

    onRetry() {
      const { asked, rows } = this;
      if (asked) this.prove(asked, rows).then((verdict) => verdict && this.triggerEvent("judged", { drawId: asked, verdict }));
    },

    onClose() {
      this.asked = null;
      this.setData({ show: false, verdict: null });
    },

    onCopied() {
      wx.showToast({ title: "证明已复制", icon: "none" });
    },
  },
});
