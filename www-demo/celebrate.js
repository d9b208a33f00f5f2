/** A win, celebrated once: petals over the wheel for a little over a second; a tap sends them away. */

const PETALS = 22;
const DURATION_MS = 1300;
const COLOURS = ["#CB3A22", "#D9A03F", "#EFB98A", "#1F7A55", "#FBE8CC"];

/** @param {HTMLElement} place */
export function celebrate(place) {
  const petals = Array.from({ length: PETALS }, (_, n) => {
    const petal = document.createElement("i");
    petal.className = "petal";
    petal.style.background = COLOURS[n % COLOURS.length] ?? "";
    petal.style.left = "50%";
    petal.style.top = "12%";
    place.append(petal);
    const angle = (n / PETALS) * Math.PI * 2 + (n % 3);
    const reach = place.clientWidth * (0.22 + 0.3 * ((n * 7) % 10) / 10);
    const [x, y] = [Math.cos(angle) * reach, Math.sin(angle) * reach * 0.7];
    const steps = [
      { transform: "translate(0, 0) rotate(0deg) scale(0.4)", opacity: 1 },
      { transform: `translate(${x}px, ${y}px) rotate(${n * 40}deg) scale(1)`, opacity: 1, offset: 0.45, easing: "ease-in" },
      { transform: `translate(${x * 1.15}px, ${y + place.clientWidth * 0.3}px) rotate(${n * 40 + 160}deg) scale(0.9)`, opacity: 0 },
    ];
    petal.animate(steps, { duration: DURATION_MS, easing: "cubic-bezier(0.15, 0.7, 0.3, 1)", fill: "forwards" });
    return petal;
  });
  const away = () => {
    document.removeEventListener("pointerdown", away);
    for (const petal of petals) petal.remove();
  };
  document.addEventListener("pointerdown", away);
  setTimeout(away, DURATION_MS);
}
