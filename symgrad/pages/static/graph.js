// The graph of a formula: values flow forwards, gradients backwards, one step at a time.

import { el, svg, short } from "./dom.js";
import { ask } from "./engine.js";
import { language, word } from "./words.js";
import { complaint } from "./preview.js";

const BOX = { width: 124, height: 56, across: 164, down: 74, margin: 12 };
const GAP = BOX.across - BOX.width; // where an edge leaves its row: what lies before has another
const MILLISECONDS_A_STEP = 1100;

export function played(place, shown) {
  const names = shown.found.variables;
  const at = Object.fromEntries(names.map((name, k) => [name, [2, -1, 3, 0.5][k % 4]]));
  const stage = el("div", {});
  const inputs = names.map((name) => {
    const input = el("input", { type: "number", value: at[name], step: "any" });
    input.addEventListener("change", () => Number.isFinite(input.valueAsNumber) && ((at[name] = input.valueAsNumber), show()));
    return el("label", {}, `${name} =`, input);
  });
  const show = async () => {
    const found = await ask("graph", { expression: shown.expression, vars: shown.vars, at, lang: language });
    stage.replaceChildren(...(found.error ? complaint(found, null) : scene(found)));
  };
  place.replaceChildren(el("div", { class: "row" }, ...inputs), stage);
  show();
}

// What happens, in order: each entry changes one number and says so.
function script(data) {
  const title = (i) => data.nodes[i].title;
  const grads = new Map([[data.root, 1]]);
  const forward = data.forward.map((i) => ({ hot: [i, ...data.nodes[i].args], edges: data.nodes[i].args.map((j) => [j, i]), data: i,
    says: word("g_forward", { title: title(i), args: data.nodes[i].args.map((j) => short(data.nodes[j].data)).join(", "), data: short(data.nodes[i].data) }) }));
  const seed = { hot: [data.root], edges: [], grad: [data.root, 1], says: word("g_seed") };
  const backward = data.backward.map((flow) => {
    const grad = grads.get(flow.from);
    grads.set(flow.to, flow.total);
    return { hot: [flow.from, flow.to], edges: [[flow.to, flow.from]], grad: [flow.to, flow.total],
      says: word("g_flow", { to: title(flow.to), from: title(flow.from), local: short(flow.local), grad: short(grad), term: short(flow.term), total: short(flow.total) }) };
  });
  return [...forward, seed, ...backward, { hot: [], edges: [], says: data.message ? word("g_done_but", { why: data.message }) : word("g_done") }];
}

function scene(data) {
  const events = script(data);
  let k = 0, timer = null;
  const x = (n) => BOX.margin + n.column * BOX.across, y = (n) => BOX.margin + n.row * BOX.down;
  const edges = new Map();
  const lines = data.nodes.flatMap((node, i) => node.args.map((j) => {
    const from = data.nodes[j], x1 = x(from) + BOX.width, y1 = y(from) + BOX.height / 2, x2 = x(node), y2 = y(node) + BOX.height / 2;
    const path = svg("path", { class: "edge", d: `M${x1} ${y1}H${x2 - GAP}C${x2 - GAP / 2} ${y1} ${x2 - GAP / 2} ${y2} ${x2} ${y2}` });
    edges.set(`${j}-${i}`, path);
    return path;
  }));
  const boxes = data.nodes.map((node) => {
    const value = svg("text", { class: "number", x: x(node) + 8, y: y(node) + 35 }), grad = svg("text", { class: "number grad", x: x(node) + 8, y: y(node) + 50 });
    const group = svg("g", { class: node.kind }, svg("rect", { x: x(node), y: y(node), width: BOX.width, height: BOX.height, rx: 8 }),
      svg("text", { class: "title", x: x(node) + BOX.width / 2, y: y(node) + 19, "text-anchor": "middle" }, node.title), value, grad);
    return { group, value, grad };
  });
  const width = 2 * BOX.margin + Math.max(...data.nodes.map((n) => n.column)) * BOX.across + BOX.width;
  const height = 2 * BOX.margin + Math.max(...data.nodes.map((n) => n.row)) * BOX.down + BOX.height;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": word("graph_label", { n: data.nodes.length }) }, ...lines, ...boxes.map((b) => b.group));
  const says = el("p", { class: "playing", role: "status" });
  const update = () => {
    const seen = new Set(data.nodes.flatMap((n, i) => (n.args.length ? [] : [i]))), grads = new Map();
    for (const event of events.slice(0, k)) {
      if (event.data !== undefined) seen.add(event.data);
      if (event.grad) grads.set(...event.grad);
    }
    boxes.forEach((box, i) => {
      box.value.textContent = seen.has(i) ? "data " + short(data.nodes[i].data) : "";
      box.grad.textContent = grads.has(i) ? "grad " + short(grads.get(i)) : "";
    });
    const now = events[k - 1];
    boxes.forEach((box, i) => box.group.setAttribute("class", data.nodes[i].kind + (now?.hot.includes(i) ? " hot" : "")));
    for (const [key, path] of edges) path.setAttribute("class", "edge" + (now?.edges.some(([a, b]) => `${a}-${b}` === key) ? " hot" : ""));
    says.textContent = now ? `${now.says} (${word("step_of", { k, n: events.length })})` : word("g_start");
    back.disabled = first.disabled = k === 0;
    next.disabled = last.disabled = k === events.length;
    if (k === events.length) stop();
  };
  const go = (to) => { k = Math.max(0, Math.min(events.length, to)); update(); };
  const stop = () => { clearInterval(timer); timer = null; play.textContent = word("play"); };
  const button = (key, work) => el("button", { type: "button", onclick: work }, word(key));
  const first = button("first", () => go(0)), back = button("back", () => go(k - 1)), next = button("forward", () => go(k + 1)), last = button("end", () => go(events.length));
  const play = button("play", () => {
    if (timer) return stop();
    if (k === events.length) go(0);
    timer = setInterval(() => go(k + 1), MILLISECONDS_A_STEP);
    play.textContent = word("pause");
    go(k + 1);
  });
  const stage = el("div", { class: "wide graph", tabindex: "0", role: "group", "aria-label": word("graph_label", { n: data.nodes.length }) }, picture);
  update();
  return [el("div", { class: "row" }, first, back, play, next, last), says, stage];
}
