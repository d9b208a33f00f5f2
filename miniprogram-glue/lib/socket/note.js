/** What an event says of the user's points. */

/**
 * On approval `review_result` comes first and adds, and `points_update` sets.
 * @param {import('../session/state.js').State} state
 * @param {{type: string, data: any}} message
 */
export function noteEvent(state, { type, data }) {
  const { user } = state;
  if (!user || !data) return;
  if (type === "points_update" && data.user_id === user.user_id && Number.isInteger(data.total_points)) {
    state.setPoints(data.total_points);
  }
  if (type === "review_result" && data.status === "approved" && Number.isInteger(data.points_awarded)) {
    state.setPoints(user.total_points + data.points_awarded);
  }
}
