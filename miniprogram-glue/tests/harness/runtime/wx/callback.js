/** WeChat's way of answering: by callbacks if any is given, else by a promise. */

import { mp, report } from "../state.js";

/**
 * @param {string} name
 * @param {(options: any) => any} action what it gives is the answer, what it throws the refusal
 */
export const callback =
  (name, action) =>
  (options = {}) => {
    const { success, fail, complete, ...rest } = options;
    const answer = new Promise((resolve) => setTimeout(resolve))
      .then(() => action(options))
      .then(
        (given) => ({ errMsg: `${name}:ok`, ...given }),
        (error) => {
          throw { errMsg: `${name}:fail ${error?.message ?? error}`, ...error?.fields };
        },
      );
    mp.calls.push({ name, given: shown(rest) });
    if (!success && !fail && !complete) return answer;
    const tell = (listener, given) => {
      try {
        listener?.(given);
      } catch (error) {
        report(`a callback of wx.${name}`, error);
      }
    };
    answer.then(
      (given) => {
        tell(success, given);
        tell(complete, given);
      },
      (refusal) => {
        tell(fail, refusal);
        tell(complete, refusal);
      },
    );
  };

/** What can be handed to the test. */
export function shown(value) {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch {
    return null;
  }
}

/** A set of listeners with WeChat's two verbs. @param {string} name like `NetworkStatusChange` */
export function listeners(name) {
  const all = new Set();
  return {
    tell: (given) => {
      for (const each of all) each(given);
    },
    api: { [`on${name}`]: (each) => all.add(each), [`off${name}`]: (each) => (each ? all.delete(each) : all.clear()) },
  };
}
