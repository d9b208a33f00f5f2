/** Handing a proof to somebody: as a file where WeChat can send one, as text otherwise. */

/** @param {unknown} evidence @returns {string} */
const textOf = (evidence) => JSON.stringify(evidence, null, 2);

/** @param {unknown} evidence */
function copyProof(evidence) {
  wx.setClipboardData({ data: textOf(evidence) });
}

/** @param {unknown} evidence @param {string} drawId */
function sendProof(evidence, drawId) {
  if (!wx.shareFileMessage || !wx.env || !wx.env.USER_DATA_PATH) return copyProof(evidence);
  const fileName = `抽奖证明-${drawId.slice(0, 12)}.json`;
  const filePath = `${wx.env.USER_DATA_PATH}/proof-${drawId.slice(0, 12)}.json`;
  wx.getFileSystemManager().writeFile({
    filePath,
    data: textOf(evidence),
    encoding: "utf8",
    success: () => wx.shareFileMessage({ filePath, fileName, fail: (failure) => /cancel/.test(failure.errMsg) || copyProof(evidence) }),
    fail: () => copyProof(evidence),
  });
}

module.exports = { copyProof, sendProof };
