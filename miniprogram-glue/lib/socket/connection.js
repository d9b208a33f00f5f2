/** One connection, from the handshake to its end: messages in and out, and a heartbeat. */

/** The server closes after 120 s of silence. */
const PING_MS = 30_000;
/** No pong for so long: the connection is dead, whatever the phone believes. */
const PONG_MS = 10_000;
/** A handshake that takes longer is given up. */
const OPEN_MS = 15_000;

/**
 * @typedef {object} Events
 * @property {(message: {type: string, data: any, id?: number, timestamp?: string}) => void} message
 * @property {(code: number) => void} end once; 0 if the server said nothing of why
 */

/**
 * @param {import('../host.js').Host} host @param {string} url @param {Events} events
 * @returns {{send: (type: string, data: any) => void, probe: () => void, close: () => void}} `probe` finds out soon whether it lives;
 * `close` ends it without `end`
 */
export function connect(host, url, events) {
  let isOver = false;
  let isOpen = false;
  /** @type {any} */
  let timer = null;
  /** @type {any} */
  let task = null;

  /** @param {number} ms @param {() => void} fn */
  function after(ms, fn) {
    host.clearTimeout(timer);
    timer = host.setTimeout(fn, ms);
  }

  function hangUp() {
    isOver = true;
    host.clearTimeout(timer);
    try {
      task?.close?.({ code: 1000, reason: "", success: () => {}, fail: () => {} });
    } catch {
      // It is closed already.
    }
  }

  /** @param {number} code */
  function ended(code) {
    if (isOver) return;
    hangUp();
    events.end(code);
  }

  /** @param {string} type @param {any} data */
  function send(type, data) {
    if (isOver) return;
    const timestamp = new Date(host.now()).toISOString();
    task.send({ data: JSON.stringify({ type, data, timestamp }), success: () => {}, fail: () => ended(0) });
  }

  function ping() {
    send("ping", { client_time: new Date(host.now()).toISOString() });
    if (!isOver) after(PONG_MS, () => ended(0));
  }

  /** @param {unknown} text */
  function heard(text) {
    if (isOver) return;
    after(PING_MS, ping); // whatever comes, the connection lives
    let message;
    try {
      message = JSON.parse(String(text));
    } catch {
      return;
    }
    if (typeof message?.type === "string") events.message(message);
  }

  after(OPEN_MS, () => ended(0));
  try {
    task = host.wx.connectSocket({ url, protocols: ["wss"], success: () => {}, fail: () => ended(0) });
  } catch {
    host.clearTimeout(timer);
    timer = host.setTimeout(() => ended(0), 0); // whoever asked must know of the connection before its end
  }
  task?.onOpen?.(() => {
    if (isOver) hangUp(); // not every phone closes what is not open yet
    else {
      isOpen = true;
      after(PONG_MS, () => ended(0)); // the first message follows at once
    }
  });
  task?.onMessage?.((/** @type {{data: unknown}} */ { data }) => heard(data));
  task?.onClose?.((/** @type {{code?: number}} */ closed) => ended(closed?.code || 0));
  task?.onError?.(() => ended(0));
  return { send, probe: () => (isOpen ? ping() : undefined), close: hangUp };
}
