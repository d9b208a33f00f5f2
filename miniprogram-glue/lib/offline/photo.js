/** Receipts: sending them in, and deciding about them. Here anybody may decide, even about an own one. */

import { dayOf, listOf, malformed, movePoints, ownRows, refusal, withStatus } from "./answer.js";
import { nextId } from "./shop.js";

/** @typedef {import('./answer.js').Visit} Visit */

/** @type {Record<string, string>} */
const STATUS_TEXTS = { pending: "待审核", approved: "已通过", rejected: "已拒绝" };
const POINTS_MAX = 2_000;
const POINTS_MIN = 50;
const ALREADY = "该小票已审核";

/** @param {Visit} visit */
function upload({ shop, me, photo, at, push }) {
  const given = photo?.formData?.amount;
  const amount = given === undefined ? null : Number(given);
  if (amount !== null && !(amount >= 0.01 && amount <= 999_999.99)) throw malformed("user_amount", "金额必须是 0.01 到 999999.99 元，最多两位小数");
  const image_url = photo ? photo.filePath : "";
  const same = shop.uploads.find((one) => one.user_id === me.user_id && one.image_url === image_url);
  if (same) throw refusal(409, "这张图片已经上传过", { upload_id: same.upload_id });
  const upload_id = `UP${String(nextId(shop)).padStart(19, "0")}`;
  const decision = { points_awarded: 0, review_reason: null, review_time: null };
  shop.uploads.push({ user_id: me.user_id, upload_id, image_url, amount, status: "pending", ...decision, created_at: at });
  push("review_pending", { upload_id, user_phone: me.phone, timestamp: at });
  return { upload_id, image_url, estimated_amount: null, review_status: "pending", status: "pending", created_at: at };
}

/** @param {any} upload */
const record = ({ upload_id, image_url, amount, status, points_awarded, review_reason, review_time, created_at }) => ({
  id: upload_id,
  upload_id,
  image_url,
  thumbnail_url: image_url,
  amount,
  estimated_amount: null,
  points_awarded,
  status,
  review_status: status,
  status_text: STATUS_TEXTS[status],
  review_reason,
  review_time,
  created_at,
});

/** @param {Visit["core"]} core @param {any} upload */
const expectedPoints = (core, { amount }) => (amount === null ? POINTS_MIN : core.receiptPoints(Math.round(amount * 100)));

/** @param {Visit} visit */
function pending({ shop, core, query }) {
  const waiting = shop.uploads.filter(({ status }) => status === "pending");
  const rows = waiting.map((one) => {
    const { upload_id, user_id, image_url, amount, created_at, status } = one;
    const user = shop.users.find((other) => other.user_id === user_id) || { phone: "", nickname: "" };
    const points = expectedPoints(core, one);
    return {
      id: upload_id,
      upload_id,
      user_id,
      user_phone: user.phone,
      user_nickname: user.nickname,
      is_own: false,
      image_url,
      receipt_image: image_url,
      thumbnail_url: image_url,
      amount,
      estimated_amount: null,
      expected_points: points,
      suggested_points: points,
      possible_duplicate_of: null,
      upload_time: created_at,
      status,
    };
  });
  return listOf("reviews", rows, query);
}

/**
 * @param {Visit} visit @param {string} upload_id
 * @param {{action: string, points?: number, reason?: string | null, amount?: number}} decision without points: the expected ones
 */
function decide(visit, upload_id, { action, points, reason = null, amount }) {
  const { shop, core, at, push } = visit;
  const upload = shop.uploads.find((one) => one.upload_id === upload_id);
  if (!upload) throw refusal(1001, "该小票不存在");
  if (upload.status !== "pending") throw refusal(1002, ALREADY, { status: upload.status });
  const status = action === "approve" ? "approved" : "rejected";
  const points_awarded = action === "approve" ? (points ?? expectedPoints(core, upload)) : 0;
  Object.assign(upload, { status, points_awarded, review_reason: reason, review_time: at, amount: amount ?? upload.amount });
  push("review_result", { upload_id, status, points_awarded, review_reason: reason, timestamp: at });
  const user = shop.users.find(({ user_id }) => user_id === upload.user_id);
  if (points_awarded > 0 && user) {
    movePoints(visit, user, { points: points_awarded, reason: "photo_review", description: "小票审核通过", related_id: upload_id });
  }
  return { upload_id, status, points_awarded, review_reason: reason, review_time: at };
}

/** @param {any} body */
function checkAction({ action, review_reason }) {
  if (action !== "approve" && action !== "reject") throw malformed("action", "参数 action 必须是 approve 或 reject");
  const reason = String(review_reason ?? "").trim() || null;
  if (action === "reject" && !reason) throw refusal(1004, "驳回时必须填写原因", { field: "review_reason" });
  return reason;
}

/** @param {Visit} visit */
function review(visit) {
  const { body } = visit;
  const reason = checkAction(body);
  const points = Number(body.points_awarded ?? body.points);
  if (body.action === "approve" && !(Number.isInteger(points) && points >= 1 && points <= POINTS_MAX)) {
    throw refusal(1003, `积分必须是 1 到 ${POINTS_MAX}`, { field: "points_awarded", min: 1, max: POINTS_MAX });
  }
  return decide(visit, body.upload_id, { action: body.action, points, reason, amount: body.amount });
}

/** @param {Visit} visit */
function batchReview(visit) {
  const { upload_ids, action } = visit.body;
  const reason = checkAction(visit.body);
  if (!Array.isArray(upload_ids) || upload_ids.length === 0) throw malformed("upload_ids", "参数 upload_ids 不能为空");
  if (upload_ids.length > 100) throw refusal(1002, "一次最多审核 100 张", { max: 100 });
  const results = upload_ids.map((upload_id) => {
    try {
      const { points_awarded } = decide(visit, upload_id, { action, reason });
      return { upload_id, ok: true, code: 0, message: "success", points_awarded };
    } catch (error) {
      const { code, message } = /** @type {any} */ (error);
      return { upload_id, ok: false, code, message, points_awarded: 0 };
    }
  });
  const success_count = results.filter(({ ok }) => ok).length;
  const data = { processed_count: results.length, success_count, failed_count: results.length - success_count, results };
  if (data.failed_count > 0) throw refusal(1001, "部分小票未能审核", data);
  return data;
}

/** @param {Visit} visit */
function statistics({ shop, now }) {
  const decided = shop.uploads.filter(({ status }) => status !== "pending");
  const today = decided.filter(({ review_time }) => dayOf(review_time) === dayOf(now));
  const week = (/** @type {number} */ day) => Math.floor((day + 3) / 7); // day 0 was a Thursday, weeks begin on Monday
  const minutes = decided.map(({ created_at, review_time }) => (Date.parse(review_time) - Date.parse(created_at)) / 60_000);
  const average = minutes.length === 0 ? 0 : minutes.reduce((sum, one) => sum + one, 0) / minutes.length;
  return {
    pending_count: shop.uploads.length - decided.length,
    today_approved: today.filter(({ status }) => status === "approved").length,
    today_rejected: today.filter(({ status }) => status === "rejected").length,
    total_processed: decided.length,
    this_week_processed: decided.filter(({ review_time }) => week(dayOf(review_time)) === week(dayOf(now))).length,
    average_processing_time: Math.round(average * 100) / 100,
  };
}

/** @param {Visit} visit */
function apply({ shop, me, body, at }) {
  for (const field of ["store_name", "business_license", "contact_person", "contact_phone"]) {
    if (!String(body[field] ?? "").trim()) throw malformed(field, `参数 ${field} 不能为空`);
  }
  const open = shop.applications.find(({ user_id, status }) => user_id === me.user_id && status === "pending");
  if (open) throw refusal(409, "您已有申请正在审核中", { application_id: open.application_id });
  const application_id = nextId(shop);
  const undecided = { status: "pending", status_text: "审核中", review_reason: null, review_time: null };
  shop.applications.push({ user_id: me.user_id, application_id, store_name: String(body.store_name).trim(), ...undecided, created_at: at });
  return { application_id, status: "pending" };
}

/** @type {Record<string, (visit: Visit) => any>} */
export const PHOTO = {
  "POST /api/photo/upload": upload,
  "GET /api/photo/records": ({ shop, me, query }) => {
    const rows = withStatus(ownRows(shop.uploads, me), query.status, Object.keys(STATUS_TEXTS));
    return listOf("records", rows.map(record), query);
  },
  "GET /api/merchant/pending-reviews": pending,
  "POST /api/merchant/review": review,
  "POST /api/merchant/batch-review": batchReview,
  "GET /api/merchant/statistics": statistics,
  "POST /api/merchant/apply": apply,
  "GET /api/merchant/apply": ({ shop, me }) => ({ application: ownRows(shop.applications, me)[0] ?? null }),
};
