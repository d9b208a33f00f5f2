/** What the typings of WeChat leave out, and the few names of browsers that the shared modules use in their types alone. */

type CanvasRenderingContext2D = any;
type CanvasImageSource = any;
/** `localStorage`, which a mini-program has no equal of. */
interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}
