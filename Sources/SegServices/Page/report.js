// Layer switches, display window and zoom. Without this script, the report shows the image as written.

const all = (selector) => [...document.querySelectorAll(selector)];
const stage = document.querySelector(".stage");

document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
});

if (stage) {
  for (const box of all("[data-layer]")) {
    const show = () => { stage.querySelector("." + box.dataset.layer).style.display = box.checked ? "inline" : "none"; };
    box.addEventListener("input", show);
    show();
  }
  for (const range of all("[data-strength]")) {
    const set = () => { stage.querySelector("." + range.dataset.strength).style.opacity = range.value / 100; };
    range.addEventListener("input", set);
    set();
  }

  // The window: slope and intercept of a line from gray to gray, both 0 to 1.
  const center = document.getElementById("center"), width = document.getElementById("width");
  const setWindow = () => {
    const span = Math.max(1, width.value) / 255, low = center.value / 255 - span / 2;
    for (const part of all("#gray-window feFuncR, #gray-window feFuncG, #gray-window feFuncB")) {
      part.setAttribute("slope", 1 / span);
      part.setAttribute("intercept", -low / span);
    }
  };
  for (const range of [center, width]) range.addEventListener("input", setWindow);

  // Zoom and pan, as the visible part of the image.
  const [, , columns, rows] = stage.getAttribute("viewBox").split(" ").map(Number);
  const zoom = document.getElementById("zoom");
  let x = columns / 2, y = rows / 2;
  const look = () => {
    const factor = Number(zoom.value);
    const [w, h] = [columns / factor, rows / factor];
    x = Math.min(columns - w / 2, Math.max(w / 2, x));
    y = Math.min(rows - h / 2, Math.max(h / 2, y));
    stage.setAttribute("viewBox", [x - w / 2, y - h / 2, w, h].join(" "));
    stage.classList.toggle("zoomed", factor > 1);
  };
  zoom.addEventListener("input", look);
  const move = (dx, dy) => {
    const factor = Number(zoom.value);
    x += dx / factor;
    y += dy / factor;
    look();
  };
  let from = null;
  stage.addEventListener("pointerdown", (event) => {
    from = [event.clientX, event.clientY];
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!from || Number(zoom.value) <= 1) return;
    const box = stage.getBoundingClientRect();
    const scale = Math.max(columns / box.width, rows / box.height);
    move((from[0] - event.clientX) * scale, (from[1] - event.clientY) * scale);
    from = [event.clientX, event.clientY];
  });
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, () => { from = null; });
  stage.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step && Number(zoom.value) > 1) {
      move((step[0] * columns) / 10, (step[1] * rows) / 10);
    } else if (event.key === "+" || event.key === "-") {
      zoom.value = Number(zoom.value) * (event.key === "+" ? 1.25 : 0.8);
      look();
    } else {
      return;
    }
    event.preventDefault();
  });
}
