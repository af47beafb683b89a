// Lines and words over the picture: zones, ruler, what is being drawn, the cross.

import { short } from "/element.js";

const ink = "#ffffff", shade = "rgb(0 0 0 / 75%)", draftInk = "#f0e442";

export function sketch(canvas, stage, tools, scene, showsZones) {
  const { clientWidth, clientHeight } = stage.frame;
  const ratio = stage.ratio;
  if (canvas.width !== stage.canvas.width || canvas.height !== stage.canvas.height) {
    canvas.width = stage.canvas.width;
    canvas.height = stage.canvas.height;
  }
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.scale(ratio, ratio);
  context.font = "600 12px system-ui, sans-serif";
  const line = (places, color, { closed = false, width = 1.5, dash = [] } = {}) => {
    if (places.length < 1) return;
    context.beginPath();
    places.forEach(([row, column], index) => context[index ? "lineTo" : "moveTo"](...stage.spot(row, column)));
    if (closed) context.closePath();
    context.setLineDash([]);
    context.strokeStyle = shade;
    context.lineWidth = width + 2;
    context.stroke();
    context.setLineDash(dash);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
    context.setLineDash([]);
  };
  const words = (text, x, y, { align = "center" } = {}) => {
    context.textAlign = align;
    context.textBaseline = "middle";
    const { width } = context.measureText(text);
    const left = align === "center" ? x - width / 2 : x;
    context.fillStyle = shade;
    context.beginPath();
    context.roundRect(left - 4, y - 9, width + 8, 18, 4);
    context.fill();
    context.fillStyle = ink;
    context.fillText(text, x, y + 0.5);
  };
  if (showsZones && scene.zones) {
    for (const [row, from, to] of scene.zones.cuts) line([[row, from], [row, to]], ink, { width: 1, dash: [5, 4] });
    const { after, before } = scene.severity ?? {};
    for (const zone of scene.zones.zones) {
      const [x, y] = stage.spot(...zone.label);
      const isBefore = stage.split !== null && before && x < stage.split * clientWidth;
      const percent = (isBefore ? before : after)?.zones[zone.name];
      words(percent === undefined || percent === null ? zone.name : `${zone.name}  ${short(percent, 0)} %`, x, y);
    }
  }
  if (stage.split !== null) {
    const x = stage.split * clientWidth;
    context.fillStyle = ink;
    context.fillRect(x - 1, 0, 2, clientHeight);
    words(scene.before?.name.startsWith("prior") ? "prior" : "before", Math.max(30, x - 34), clientHeight - 16);
    words("after", Math.min(clientWidth - 24, x + 30), clientHeight - 16);
  }
  if (tools.ruler) {
    const [from, to] = tools.ruler;
    line([from, to], draftInk);
    const [x, y] = stage.spot((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
    words(distance(from, to, scene.spacing), x, y - 16);
  }
  const { draft, tool } = tools;
  const isBrush = tool === "brush" || tool === "erase";
  if (draft.length && isBrush) {
    context.beginPath();
    draft.forEach(([row, column], index) => context[index ? "lineTo" : "moveTo"](...stage.spot(row, column)));
    if (draft.length === 1) context.lineTo(...stage.spot(...draft[0]));
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = Math.max(1, (2 * tools.radius * stage.scale) / ratio);
    context.strokeStyle = tool === "erase" ? "rgb(0 0 0 / 45%)" : "rgb(230 159 0 / 50%)";
    context.stroke();
  } else if (draft.length && tool === "ellipse") {
    const [[x0, y0], [x1, y1]] = draft.map((place) => stage.spot(...place));
    context.beginPath();
    context.ellipse((x0 + x1) / 2, (y0 + y1) / 2, Math.abs(x1 - x0) / 2, Math.abs(y1 - y0) / 2, 0, 0, 2 * Math.PI);
    context.strokeStyle = draftInk;
    context.lineWidth = 1.5;
    context.stroke();
  } else if (draft.length) {
    line(draft, draftInk, { closed: tool === "lasso" });
    for (const place of tool === "polygon" || draft.length === 1 ? draft : []) {
      const [x, y] = stage.spot(...place);
      context.fillStyle = draftInk;
      context.fillRect(x - 3, y - 3, 6, 6);
    }
  }
  const at = tools.cross ? stage.spot(...tools.cross) : isBrush ? tools.hover : null;
  if (at && isBrush) {
    context.beginPath();
    context.arc(...at, (tools.radius * stage.scale) / ratio, 0, 2 * Math.PI);
    context.strokeStyle = shade;
    context.lineWidth = 3;
    context.stroke();
    context.strokeStyle = tool === "erase" ? ink : draftInk;
    context.lineWidth = 1;
    context.stroke();
  }
  if (tools.cross) {
    const [x, y] = at;
    for (const [color, width] of [[shade, 4], [ink, 1.5]]) {
      context.fillStyle = color;
      context.fillRect(x - 10, y - width / 2, 20, width);
      context.fillRect(x - width / 2, y - 10, width, 20);
    }
  }
}

/** How far two places are from each other: in pixels, and in mm of a kind where that is known. */
export function distance(from, to, spacing) {
  const [rows, columns] = [to[0] - from[0], to[1] - from[1]];
  const pixels = `${short(Math.hypot(rows, columns), 1)} px`;
  if (!spacing) return `${pixels}, pixel spacing unknown`;
  const kind = spacing.kind === "calibrated" ? "calibrated" : "at the detector";
  return `${short(Math.hypot(rows * spacing.row_mm, columns * spacing.column_mm), 1)} mm ${kind}, ${pixels}`;
}
