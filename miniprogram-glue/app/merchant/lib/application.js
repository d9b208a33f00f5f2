/** A diner's application to become a merchant. */

const { hasControl, length } = require("../common/index");

const blank = () => ({ store_name: "", business_license: "", contact_person: "", contact_phone: "" });

/** @param {ReturnType<typeof blank>} typed @returns {Record<string, string>} what is wrong, field by field */
function errors(typed) {
  const found = /** @type {Record<string, string>} */ ({});
  for (const field of ["store_name", "contact_person"]) {
    const text = typed[field].trim();
    if (text === "") found[field] = "请填写";
    else if (length(text) > 100) found[field] = `最多 100 个字，现在 ${length(text)} 个`;
    else if (hasControl(text)) found[field] = "不能换行，也不能有特殊字符";
  }
  if (!/^[0-9A-Za-z-]{1,50}$/.test(typed.business_license.trim())) found.business_license = "请填营业执照上的编号：字母、数字或 -，最多 50 位";
  if (!/^1[3-9]\d{9}$/.test(typed.contact_phone.trim())) found.contact_phone = "请填 11 位手机号";
  return found;
}

/** @param {ReturnType<typeof blank>} typed */
function body(typed) {
  const clean = blank();
  for (const field of Object.keys(clean)) clean[field] = typed[field].trim();
  return clean;
}

module.exports = { blank, body, errors };
