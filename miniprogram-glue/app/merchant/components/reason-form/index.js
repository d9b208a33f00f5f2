/** Why a receipt is rejected: a usual reason with one tap, or a few words of one's own. */
const { REASONS, REASON_MAX } = require("../../lib/receipt");

Component({
  properties: {
    value: String,
    error: String,
  },
  data: { reasons: REASONS, max: REASON_MAX },
  methods: {
    onReason(event) {
      const { reason } = event.currentTarget.dataset;
      this.triggerEvent("edit", { value: reason === this.data.value ? "" : reason });
    },
    onEdit(event) {
      this.triggerEvent("edit", { value: event.detail.value });
    },
  },
});
