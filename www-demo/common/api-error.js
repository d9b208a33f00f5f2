/** The ways in which a call can go wrong, the same for the page and the mini-program. */

/**
 * refused: the server said no, nothing was done · expired: log in again · network, timeout: no answer came ·
 * server: it failed inside, or has no such call · not_json: an answer came that is none of ours.
 * @typedef {"refused" | "expired" | "network" | "timeout" | "server" | "not_json"} ErrorKind
 */

/** After these nobody knows whether the call was carried out. @type {ErrorKind[]} */
const UNANSWERED = ["network", "timeout", "server", "not_json"];

export class ApiError extends Error {
  /**
   * @param {ErrorKind} kind
   * @param {number} code the envelope's code, 0 without one
   * @param {string} message for a person
   * @param {any} [data]
   */
  constructor(kind, code, message, data = null) {
    super(message);
    this.name = "ApiError";
    this.kind = kind;
    this.code = code;
    this.data = data;
    /** What the server found fault with. @type {string | null} */
    this.field = typeof data?.field === "string" ? data.field : null;
    /** Whether what was asked for may have been done all the same. */
    this.isUnknown = false;
  }

  /** Whether no answer came that says what became of the call. */
  get isUnanswered() {
    return UNANSWERED.includes(this.kind);
  }
}

/** An answer of another shape than promised is as good as none. @param {unknown} error */
export function apiError(error) {
  if (error instanceof ApiError) return error;
  console.warn("fairwheel:", error);
  return new ApiError("not_json", 0, "");
}

/** Codes that say nothing of an earlier sending of the same request: it was refused at the door. */
const AT_THE_DOOR = [401, 403, 429, 1004];

/** @param {ApiError} error of a request that was sent before without an answer */
export const isAtTheDoor = (error) => AT_THE_DOOR.includes(error.code);
