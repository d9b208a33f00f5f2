/** After the browser's next frame; also in a tab that shows none. */
export function nextFrame(action) {
  let isDone = false;
  const once = () => {
    if (!isDone) action();
    isDone = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, 100);
}
