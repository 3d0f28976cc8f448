// The curves of f and f′, with a tangent that can be moved. Lines join only what the server says
// may be joined, so that none crosses a pole.

import { el, svg, short, debounced } from "./dom.js";
import { ask } from "./engine.js";
import { language, word } from "./words.js";
import { complaint } from "./preview.js";

let WIDTH = 640, HEIGHT = 380; // as wide as there is room, so that text keeps its size
const HIGHEST = 1e200; // beyond, not even a picture's own sums are numbers
let LEFT = 46; // room for the longest number beside the heights
const DIGIT_WIDTH = 7, RIGHT = 12, TOP = 12, BOTTOM = 28;
let clips = 0;

export function plotted(place, shown) {
  const names = shown.found.variables, name = shown.wrt || names[0] || "x";
  const state = { place, shown, name, from: -6, to: 6, at: Object.fromEntries(names.filter((n) => n !== name).map((n) => [n, 1])), x: 1 };
  state.figure = el("figure", {});
  state.says = el("p", { role: "status", class: "playing" });
  state.coarse = el("p", { class: "note" });
  const number = (label, value, set) => {
    const input = el("input", { type: "number", value, step: "any" });
    input.addEventListener("change", () => Number.isFinite(input.valueAsNumber) && (set(input.valueAsNumber), draw(state)));
    return [el("label", {}, label, input), input];
  };
  const [from, fromInput] = number(word("from"), state.from, (x) => (state.from = x));
  const [to, toInput] = number(word("to"), state.to, (x) => (state.to = x));
  const others = Object.keys(state.at).map((n) => number(`${n} =`, 1, (x) => (state.at[n] = x))[0]);
  const zoom = (factor) => {
    const middle = (state.from + state.to) / 2, half = ((state.to - state.from) / 2) * factor;
    [state.from, state.to] = [Number((middle - half).toPrecision(12)), Number((middle + half).toPrecision(12))];
    [fromInput.value, toInput.value] = [state.from, state.to];
    draw(state);
  };
  const button = (key, factor) => el("button", { type: "button", onclick: () => zoom(factor) }, word(key));
  state.slider = el("input", { type: "range", min: 0, max: 400, value: 233, id: "tangent-x" });
  state.slider.addEventListener("input", () => moved(state, state.from + ((state.to - state.from) * state.slider.value) / 400));
  place.replaceChildren(
    state.figure, state.coarse,
    el("p", { class: "legend" }, el("span", { class: "f" }, "f"), el("span", { class: "slope" }, "f′"), el("span", { class: "tangent" }, word("tangent"))),
    el("label", { for: "tangent-x" }, word("tangent_at", { name })), state.slider, state.says,
    el("div", { class: "row" }, from, to, button("zoom_in", 0.5), button("zoom_out", 2), ...others));
  draw(state);
}

const draw = debounced(async (state) => {
  const found = await ask("plot", { expression: state.shown.expression, vars: state.shown.vars, wrt: state.name, at: state.at, from: state.from, to: state.to, lang: language });
  if (found.error) return state.figure.replaceChildren(...complaint(found, null));
  state.data = found;
  state.range = found.heights;
  picture(state);
  if (!state.seen && !between(found, state.x)) state.x = middle(found) ?? state.x;
  state.seen = true;
  moved(state, Math.min(state.to, Math.max(state.from, state.x)));
}, 10);

// A place where there is a tangent: the middle of the longest piece.
function middle(found) {
  const longest = [...found.value].sort((a, b) => b.length - a.length)[0];
  return longest?.[Math.floor(longest.length / 2)][0];
}

// Where f has no value: what lies between its pieces, if that is more than a break, and all is drawn.
function gaps(found) {
  if (found.coarse) return [];
  const ends = [[null, [found.from]], ...found.value.map((piece) => [piece[0], piece[piece.length - 1]]), [[found.to], null]];
  const least = (found.to - found.from) / 100;
  return ends.slice(1).map((next, k) => [ends[k][1][0], next[0][0]]).filter(([a, b]) => b - a > least);
}

function ticks(low, high, most) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= rough);
  const found = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(Number((k * step).toPrecision(10)));
  return found;
}

function picture(state) {
  WIDTH = Math.max(300, Math.min(880, state.figure.clientWidth || 640));
  HEIGHT = Math.round(WIDTH * (WIDTH < 500 ? 0.8 : 0.55));
  const { data, range: [low, high] } = state, name = `clip${++clips}`;
  const heightsShown = ticks(low, high, 7);
  LEFT = 14 + DIGIT_WIDTH * Math.max(...heightsShown.map((y) => short(y).length));
  const X = (state.X = (x) => LEFT + ((x - data.from) / (data.to - data.from)) * (WIDTH - LEFT - RIGHT));
  const Y = (state.Y = (y) => TOP + ((high - y) / (high - low)) * (HEIGHT - TOP - BOTTOM));
  const far = 20 * HEIGHT, held = (y) => Math.max(-far, Math.min(far, Y(y) || 0)).toFixed(1);
  const line = (pieces, kind) => svg("path", { class: kind, d: pieces.map((piece) => "M" + piece.map(([x, y]) => `${X(x).toFixed(1)} ${held(y)}`).join("L")).join("") });
  const grid = [
    ...ticks(data.from, data.to, WIDTH / 70).flatMap((x) => [svg("line", { class: x === 0 ? "axis" : "grid", x1: X(x), x2: X(x), y1: TOP, y2: HEIGHT - BOTTOM }), svg("text", { x: X(x), y: HEIGHT - 9, "text-anchor": "middle" }, short(x))]),
    ...heightsShown.flatMap((y) => [svg("line", { class: y === 0 ? "axis" : "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: Y(y), y2: Y(y) }), svg("text", { x: LEFT - 6, y: Y(y) + 4, "text-anchor": "end" }, short(y))]),
  ];
  const breaks = data.breaks.map((b) => b.y !== null
    ? svg("circle", { class: "kink", cx: X(b.x), cy: held(b.y), r: 4 })
    : svg("line", { class: "pole", x1: X(b.x), x2: X(b.x), y1: TOP, y2: HEIGHT - BOTTOM }));
  const listed = data.breaks.slice(0, 8).map((b) => word("b_" + b.kind, { x: short(b.x) })).join(", ") || word("no_break");
  state.tangent = svg("line", { class: "tangent" });
  state.point = svg("circle", { class: "point", r: 7 });
  const box = svg("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": word("plot_label", { from: short(data.from), to: short(data.to), breaks: listed }) },
    svg("clipPath", { id: name }, svg("rect", { x: LEFT, y: TOP, width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM })),
    ...gaps(data).map(([a, b]) => svg("rect", { class: "out", x: X(a), y: TOP, width: X(b) - X(a), height: HEIGHT - TOP - BOTTOM })),
    ...grid, svg("g", { "clip-path": `url(#${name})` }, ...breaks.slice(0, 200), line(data.derivative, "slope"), line(data.value, "f"), state.tangent, state.point));
  const drag = (event) => {
    const bounds = box.getBoundingClientRect(), px = ((event.clientX - bounds.left) / bounds.width) * WIDTH;
    moved(state, data.from + ((px - LEFT) / (WIDTH - LEFT - RIGHT)) * (data.to - data.from));
  };
  box.addEventListener("pointerdown", (event) => { box.setPointerCapture(event.pointerId); drag(event); });
  box.addEventListener("pointermove", (event) => event.buttons && drag(event));
  state.figure.replaceChildren(box);
}

// f and f′ at x, by Hermite's cubic through the two points around it; null in a gap.
function between(data, x) {
  for (const piece of data.value) {
    if (x < piece[0][0] || x > piece[piece.length - 1][0]) continue;
    const k = Math.max(1, piece.findIndex(([at]) => at >= x));
    if (k >= piece.length) return null;
    const [[a, fa], [b, fb]] = [piece[k - 1], piece[k]], h = b - a, t = (x - a) / h;
    const da = slopeAt(data, a), db = slopeAt(data, b);
    if (da === null || db === null) return { y: fa + t * (fb - fa), slope: da ?? db ?? (fb - fa) / h };
    const y = (1 + 2 * t) * (1 - t) ** 2 * fa + t * (1 - t) ** 2 * h * da + t * t * (3 - 2 * t) * fb + t * t * (t - 1) * h * db;
    return { y, slope: da + t * (db - da) };
  }
  return null;
}

function slopeAt(data, x) {
  for (const piece of data.derivative) {
    const k = piece.findIndex(([at]) => at >= x);
    if (k < 0 || x < piece[0][0]) continue;
    const [[a, da], [b, db]] = [piece[Math.max(0, k - 1)], piece[k]];
    return b === a ? db : da + ((x - a) / (b - a)) * (db - da);
  }
  return null;
}

// To what the slider tells: four digits, or more where the stretch is short.
const rounded = (x, { from, to }) => Number(x.toPrecision(Math.max(4, Math.min(15, 4 + Math.ceil(Math.log10(Math.max(Math.abs(from), Math.abs(to)) / (to - from)))))));

function moved(state, x) {
  if (!state.data) return;
  state.x = x = Math.min(state.data.to, Math.max(state.data.from, rounded(x, state)));
  state.slider.value = ((x - state.data.from) / (state.data.to - state.data.from)) * 400;
  const near = between(state.data, x);
  touch(state, near?.y ?? null, near?.slope ?? null);
  state.says.textContent = "";
  state.coarse.textContent = state.data.coarse ? word("coarse") : "";
  tell(state);
}

// The point and its tangent, where there are such.
function touch({ X, Y, x, data: { from, to }, point, tangent }, y, slope) {
  const ends = { x1: X(from), y1: Y(y + slope * (from - x)), x2: X(to), y2: Y(y + slope * (to - x)) };
  const seen = y !== null && Number.isFinite(Y(y)), flat = seen && slope !== null && [ends.y1, ends.y2].every(Number.isFinite);
  for (const [node, shown] of [[point, seen], [tangent, flat]]) {
    node.toggleAttribute("hidden", !shown);
    node.style.display = shown ? "" : "none";
  }
  if (seen) for (const [key, value] of [["cx", X(x)], ["cy", Y(y)]]) point.setAttribute(key, value);
  if (flat) for (const [key, value] of Object.entries(ends)) tangent.setAttribute(key, value);
}

// What is said of the point is computed there: the curve only runs close to it while one drags.
const tell = debounced(async (state) => {
  const { name, x } = state;
  const found = await ask("tangent", { expression: state.shown.expression, vars: state.shown.vars, wrt: name, at: { ...state.at, [name]: x }, lang: language });
  if (x !== state.x || found.error) return;
  const parts = { name, x: short(x), y: short(found.value), slope: short(found.slope) };
  const heights = found.value === null ? "" : word("value_says", parts);
  state.says.textContent = found.slope === null ? [heights, found.message].filter(Boolean).join(" ") : word("tangent_says", parts);
  touch(state, found.value, found.slope);
}, 60);
