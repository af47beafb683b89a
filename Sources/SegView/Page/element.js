// Elements without a library: element("button", { class: "quiet", onclick }, "Text", child).

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A drawing of one path, which says nothing by itself. */
function drawing(box, attributes) {
  const namespace = "http://www.w3.org/2000/svg";
  const sign = document.createElementNS(namespace, "svg");
  const line = document.createElementNS(namespace, "path");
  sign.setAttribute("viewBox", box);
  sign.setAttribute("aria-hidden", "true");
  for (const [key, value] of Object.entries(attributes)) line.setAttribute(key, value);
  sign.append(line);
  return sign;
}

/** A sign of 24 by 24, drawn with one line. */
export const icon = (path) => drawing("0 0 24 24", { d: path });

/** A piece of an outline as it is drawn on the image. */
export function lineSample(color, dashes, isThick) {
  const sample = drawing("0 0 26 14", { d: "M1 7h24", stroke: color, "stroke-width": isThick ? 4 : 2, "stroke-dasharray": dashes.join(" ") });
  sample.classList.add("line-sample");
  return sample;
}

export const get = (id) => document.getElementById(id);

/** A number with at most so many digits behind the point, without those that say nothing. */
export const short = (number, digits = 2) => String(Number(number.toFixed(digits)));

/** Puts new children into an element, and the keyboard's focus back on the child that had it, by its `data-id`. */
export function refill(parent, children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  parent.replaceChildren(...children);
  if (focused) parent.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}
