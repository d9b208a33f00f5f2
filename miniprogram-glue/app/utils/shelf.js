/** Products made ready for showing. */

const { count, points } = require("./format");

/** From here on it is said how few are left. */
const LOW = 5;
/** The server takes no more of one product in an order. */
const MOST = 99;

/** A drawing in the place of a picture. @param {string} text what the product is */
const iconOf = (text) => (/券|卡/.test(text) ? "coupon" : /饮|茶|咖啡|奶|果汁|汽水/.test(text) ? "empty" : "physical");

/** @param {any} product as the server lists it */
function productOf(product) {
  const { id, name, description, category, exchange_points, stock, image, is_hot, sales_count } = product;
  return {
    id,
    name,
    description,
    category,
    ...priceOf(exchange_points),
    image,
    icon: iconOf(`${category} ${name}`),
    isHot: is_hot === true || is_hot === 1,
    sold: sales_count > 0 ? `已兑 ${count(sales_count)} 件` : "",
    ...stockOf(stock),
  };
}

/** @param {number} price points for one piece */
const priceOf = (price) => ({ price, priceText: count(price) });

/** @param {number} stock */
function stockOf(stock) {
  const isSoldOut = stock <= 0;
  const isLow = !isSoldOut && stock <= LOW;
  const stockText = isSoldOut ? "已换完" : isLow ? `仅剩 ${stock} 件` : `库存 ${count(stock)} 件`;
  return { stock, isSoldOut, isLow, stockText };
}

/**
 * Those whose name or description has every word of `text`.
 * @template {{name: string, description: string}} T
 * @param {T[]} products @param {string} text
 */
function search(products, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return products;
  return products.filter(({ name, description }) => {
    const all = `${name} ${description}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** A quantity that can be had. @param {number} wanted @param {number} stock */
const quantityOf = (wanted, stock) => Math.max(1, Math.min(Math.trunc(wanted) || 1, stock, MOST));

/**
 * What an order would cost, and what stands in its way.
 * @param {{price: number, stock: number, isSoldOut: boolean}} product @param {number} wanted @param {number | null} has points; null: nobody is logged in
 */
function offer(product, wanted, has) {
  const quantity = quantityOf(wanted, product.stock);
  const cost = product.price * quantity;
  const missing = has === null ? 0 : Math.max(0, cost - has);
  const most = Math.min(product.stock, MOST);
  const label = product.isSoldOut ? "已换完" : missing > 0 ? `还差 ${points(missing)}` : has === null ? "登录后兑换" : `用 ${points(cost)}兑换`;
  return { quantity, cost, costText: points(cost), missing, label, can: !product.isSoldOut && missing === 0, canLess: quantity > 1, canMore: quantity < most };
}

/** What a piece costs by now, if an order was refused for that. @param {any} error @returns {number | null} */
function newPrice({ code, data }) {
  const isPrice = code === 409 && data && data.field === "exchange_points" && Number.isInteger(data.exchange_points);
  return isPrice ? data.exchange_points : null;
}

/**
 * Why an order was not made, in words.
 * @param {any} error an ApiError @param {number} cost @param {number} has
 * @returns {{title: string, text: string} | null} null: nothing is special about it
 */
function notRedeemed(error, cost, has) {
  if (error.kind !== "refused") return null;
  const free = "没有扣积分。";
  const missing = (error.data && error.data.missing_points) || cost - has;
  switch (error.code) {
    case 1001:
      return { title: "这件商品刚刚下架了", text: `${free}看看别的吧。` };
    case 1002:
      return { title: missing > 0 ? `积分不足，还差 ${points(missing)}` : "积分不足", text: free };
    case 1003: {
      const left = error.data && error.data.stock;
      return { title: left > 0 ? `只剩 ${count(left)} 件了` : "刚刚被换完了", text: left > 0 ? `${free}减少数量再试。` : free };
    }
    case 1004:
      return { title: `一次可以换 1 到 ${MOST} 件`, text: free };
    default:
      return null;
  }
}

module.exports = { iconOf, newPrice, priceOf, productOf, stockOf, search, quantityOf, offer, notRedeemed };
