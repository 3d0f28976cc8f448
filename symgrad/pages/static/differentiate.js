// The tab that differentiates: preview, derivative with its verdict, steps, plot and graph.

import { $, el, signed, typeset, wide, copied } from "./dom.js";
import { ask } from "./engine.js";
import { language, word } from "./words.js";
import { keyed, watch, complaint } from "./preview.js";
import { plotted } from "./plot.js";
import { played } from "./graph.js";

let names = new Set(); // of several letters, declared by a button
let shown = null; // what was asked last, and its answer

export function setUp() {
  const input = $("formula");
  const look = watch(input, $("formula-preview"), () => ({ vars: declared() }), choices, declare);
  keyed(input);
  $("diff-form").addEventListener("submit", (event) => {
    event.preventDefault();
    differentiate();
  });
  for (const button of document.querySelectorAll(".example")) {
    button.addEventListener("click", () => {
      input.value = button.textContent;
      look().then(differentiate);
    });
  }
  $("copy-link").addEventListener("click", async () => {
    if (await copied(location.href)) $("copied").textContent = word("copied");
  });
  for (const [id, work] of [["steps-part", explain], ["plot-part", plot], ["graph-part", graph]]) {
    $(id).addEventListener("toggle", () => $(id).open && shown && work());
  }
  return look;
}

export const declared = () => [...names].filter((name) => $("formula").value.includes(name));

export function declare(...given) {
  for (const name of given) names.add(name);
  $("formula").dispatchEvent(new Event("input"));
}

// The variables of what was typed, to choose from.
function choices(found) {
  const names = found?.readings?.[0]?.variables ?? [];
  const select = $("wrt"), before = select.value;
  const options = names.length > 1 ? [el("option", { value: "" }, word("all")), ...names.map((n) => el("option", { value: n }, n))]
    : names.map((n) => el("option", { value: n }, n));
  select.replaceChildren(...options);
  if (names.includes(before)) select.value = before;
}

export async function differentiate() {
  const expression = $("formula").value;
  if (!expression.trim()) return $("formula").focus();
  const order = Number($("order").value) || 1, wrt = $("wrt").value ? [$("wrt").value] : [];
  $("copied").textContent = "";
  $("diff-verdict").textContent = word("working");
  $("diff-verdict").className = "verdict";
  $("diff-answer").hidden = false;
  const vars = declared(), found = await ask("diff", { expression, vars, wrt, order, written: true, lang: language });
  if (found.error) {
    shown = null;
    $("partials").replaceChildren(...complaint(found, $("formula"), () => {}, declare));
    $("diff-verdict").textContent = "";
    return toggled(false);
  }
  shown = { found, expression, vars, order, wrt: found.partials[0]?.wrt ?? "", done: {} };
  history.replaceState(null, "", "#" + new URLSearchParams({ f: expression, ...(wrt[0] && { by: wrt[0] }), ...(order > 1 && { order }), ...(vars.length && { vars }) }));
  $("partials").replaceChildren(...(found.partials.length ? found.partials.map((p) => partial(found, p)) : [constant()]));
  verdict(found);
  toggled(true);
  if ($("steps-part").open) explain();
  if ($("plot-part").open) plot();
  if ($("graph-part").open) graph();
}

function toggled(on) {
  for (const id of ["steps-part", "plot-part", "graph-part", "copy-link"]) $(id).hidden = !on;
  $("steps-part").hidden = !on || shown.order > 1 || !shown.wrt;
  for (const id of ["steps", "plot", "graph"]) $(id).replaceChildren();
}

const MATH = (inner) => `<math xmlns="http://www.w3.org/1998/Math/MathML">${inner}</math>`;

function symbol(found, p) {
  const name = p.written.wrt.replace(/<\/?math[^>]*>/g, "");
  const order = found.order, n = `<mn>${order}</mn>`;
  if (found.variables.length < 2) {
    const primes = order < 4 ? `<mo>${"′".repeat(order)}</mo>` : `<mrow><mo>(</mo>${n}<mo>)</mo></mrow>`;
    return `<mrow><msup><mi>f</mi>${primes}</msup><mo stretchy="false">(</mo>${name}<mo stretchy="false">)</mo></mrow>`;
  }
  const top = order > 1 ? `<msup><mo>∂</mo>${n}</msup>` : "<mo>∂</mo>", x = order > 1 ? `<msup>${name}${n}</msup>` : name;
  return `<mfrac><mrow>${top}<mi>f</mi></mrow><mrow><mo>∂</mo>${x}</mrow></mfrac>`;
}

function partial(found, p) {
  const inner = p.written.mathml.replace(/<\/?math[^>]*>/g, "");
  const formula = typeset(MATH(`<mrow>${symbol(found, p)}<mo>=</mo>${inner}</mrow>`), false);
  const copies = [["LaTeX", "latex"], ["Python", "python"], ["C", "c"], [word("text"), "text"]].map(([what, key]) =>
    el("button", { type: "button", "aria-label": word("copy", { what }), onclick: (event) => flash(event.target, p.written[key]) }, what));
  const notes = [...p.notes, ...(p.fragile ? [p.fragile] : [])].map((note) => el("li", {}, signed(note)));
  return el("div", { class: "partial" }, wide(formula), el("div", { class: "copies" }, ...copies), notes.length ? el("ul", { class: "notes" }, ...notes) : null);
}

async function flash(button, text) {
  if (!(await copied(text))) return;
  const before = button.textContent;
  button.textContent = word("copied");
  setTimeout(() => (button.textContent = before), 1200);
}

const constant = () => el("div", { class: "partial" }, typeset(MATH("<mn>0</mn>")));

function verdict(found) {
  const kind = found.verdict ?? "undecided";
  const place = $("diff-verdict");
  place.className = "verdict " + ({ verified: "good", wrong: "bad" }[kind] ?? "odd");
  const where = found.sampled ? word("at_points", { n: found.points }) : word("here");
  place.replaceChildren(word("v_" + kind), el("span", { class: "means" }, word("m_" + kind, { where })));
  $("diff-notes").replaceChildren(...found.notes.map((note) => el("li", {}, signed(note))));
}

// --- steps ------------------------------------------------------------------------------------------

async function explain() {
  const mine = shown;
  if (mine.done.steps || mine.order > 1 || !mine.wrt) return;
  mine.done.steps = true;
  const place = $("steps");
  place.replaceChildren(el("p", { role: "status" }, word("working")));
  const found = await ask("explain", { expression: mine.expression, vars: mine.vars, wrt: mine.wrt, lang: language });
  if (mine !== shown) return;
  if (found.error) return place.replaceChildren(...complaint(found, $("formula")));
  const steps = found.steps.map(step);
  const list = el("div", { "aria-live": "polite" }, steps[0]);
  let count = 1;
  const more = (n) => {
    list.append(...steps.slice(count, count + n));
    count = Math.min(steps.length, count + n);
    next.disabled = all.disabled = count === steps.length;
  };
  const next = el("button", { type: "button", onclick: () => more(1) }, word("next_step"));
  const all = el("button", { type: "button", onclick: () => more(steps.length) }, word("all_steps"));
  more(0);
  place.replaceChildren(list, el("div", { class: "row" }, next, all));
}

// The rule in letters, and what u stands for: (sin u)′ = cos u · u′ with u = 3x.
function stated(mathml) {
  if (!mathml.stated) return null;
  const inner = mathml.inner && mathml.letter
    ? [` ${word("with")} `, typeset(MATH(`<mrow>${[mathml.letter, mathml.inner].map((m) => m.replace(/<\/?math[^>]*>/g, "")).join("<mo>=</mo>")}</mrow>`))] : [];
  return el("div", { class: "stated" }, typeset(mathml.stated), ...inner);
}

function step(s) {
  const sure = s.verified === true ? word("verified_step", { n: s.points }) : s.verified === null ? word("doubtful_step") : word("wrong_step");
  const prime = (inner) => `<mrow><msup><mrow><mo>(</mo>${inner}<mo>)</mo></mrow><mo>′</mo></msup></mrow>`;
  const bare = (mathml) => mathml.replace(/<\/?math[^>]*>/g, "");
  const sides = [prime(bare(s.mathml.on)), bare(s.mathml.becomes)];
  if (bare(s.mathml.result) !== sides[1]) sides.push(bare(s.mathml.result));
  const line = MATH(`<mrow>${sides.join("<mo>=</mo>")}</mrow>`);
  return el("section", { class: `step d${Math.min(4, s.depth)}` },
    el("h3", {}, `${s.number}. ${s.rule}`), stated(s.mathml),
    wide(typeset(line)), el("span", { class: s.verified === true ? "tick" : "error" }, sure));
}

// --- plot and graph -----------------------------------------------------------------------------------

function plot() {
  if (shown.done.plot) return;
  shown.done.plot = true;
  plotted($("plot"), shown);
}

function graph() {
  if (shown.done.graph) return;
  shown.done.graph = true;
  played($("graph"), shown);
}
