/** Receipts that were sent in, and what became of them. */

const { count, when, yuan } = require("./format");

/** @type {Record<string, {text: string, tag: string}>} */
const STATUSES = {
  pending: { text: "待审核", tag: "tag-gold" },
  approved: { text: "已通过", tag: "tag-good" },
  rejected: { text: "未通过", tag: "tag-bad" },
};

/** @param {any} upload as the server lists it */
function receiptOf(upload) {
  const { id, upload_id, thumbnail_url, image_url, amount, estimated_amount, points_awarded, status, review_reason, created_at } = upload;
  return {
    id: id || upload_id,
    picture: thumbnail_url || image_url,
    fullPicture: image_url,
    title: typeof amount === "number" ? yuan(amount) : typeof estimated_amount === "number" ? `识别为 ${yuan(estimated_amount)}` : "未填金额",
    time: when(created_at),
    ...outcomeOf({ status, points_awarded, review_reason }),
  };
}

/** @param {{status: string, points_awarded?: number, review_reason?: string | null}} review */
function outcomeOf({ status, points_awarded = 0, review_reason }) {
  const { text, tag } = STATUSES[status] || { text: status, tag: "" };
  return { status, statusText: text, statusTag: tag, earned: points_awarded > 0 ? `+${count(points_awarded)} 积分` : "", reason: review_reason || "" };
}

/**
 * Why a photo was not taken in, in words; null: nothing is special about it.
 * @param {any} error an ApiError
 * @returns {{title: string, text: string, isSame?: boolean, isPhotoBad?: boolean} | null} `isPhotoBad`: another
 * try with the same photo would end the same way
 */
function notSent(error) {
  if (error.kind !== "refused") return null;
  switch (error.code) {
    case 1001:
      return { title: "这个文件不能用", text: "请用 JPG、PNG 或 WebP 格式的照片。", isPhotoBad: true };
    case 1002:
    case 413:
      return { title: "照片太大了", text: "最大 5 MB。请重新拍一张，或者选压缩过的照片。", isPhotoBad: true };
    case 1003:
      return { title: "照片太小，看不清", text: "请拍清楚整张小票再传。", isPhotoBad: true };
    case 1004:
      return { title: "照片没有存下来", text: "请再试一次。" };
    case 1005:
      return { title: "今天上传的次数用完了", text: "明天再来传吧。" };
    case 409:
      if (error.data && typeof error.data.first_amount === "string") return { title: "照片之前已经传到", text: error.message, isSame: true };
      return { title: "这张小票已经传过了", text: "不用重复上传，等待审核就好。", isSame: true };
    case 429:
      return { title: "传得有点快", text: "请稍等片刻再试。" };
    default:
      return null;
  }
}

module.exports = { receiptOf, outcomeOf, notSent };
