// The tab that checks an answer: how it is read before it is judged, the verdict, a hint first and
// the place only when asked.

import { $, el } from "./dom.js";
import { ask } from "./engine.js";
import { language, word } from "./words.js";
import { watch, complaint } from "./preview.js";

export function setUp() {
  const lookQuestion = watch($("question"), $("question-preview"), () => ({}), () => lookAnswer());
  const lookAnswer = watch(lastLine($("answer")), $("answer-preview"), () => ({ expression: $("question").value, ...options() }));
  $("check-form").addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  $("answer").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) check();
  });
  return async () => {
    await lookQuestion();
    await lookAnswer();
  };
}

// A working has many lines: the last one is previewed, as it is typed.
function lastLine(box) {
  return {
    get value() { return box.value.trimEnd().split("\n").pop().replace(/^\s*(?:=|f'\(\w\)\s*=)\s*/, ""); },
    set value(text) { box.value = box.value.trimEnd().replace(/[^\n]*$/, () => text); },
    addEventListener: (...args) => box.addEventListener(...args),
    dispatchEvent: (event) => box.dispatchEvent(event),
    focus: () => box.focus(),
  };
}

const options = () => ({
  wrt: $("check-wrt").value.trim(), order: Number($("check-order").value) || 1,
  assume: $("check-assume").value.split(",").map((text) => text.trim()).filter(Boolean),
});

export async function check() {
  const expression = $("question").value, answer = $("answer").value;
  if (!expression.trim()) return $("question").focus();
  const working = answer.trim().includes("\n");
  const place = $("check-answer");
  place.replaceChildren(el("p", {}, word("working")));
  const found = await ask("check", { expression, answer, working, rounding: $("check-rounding").checked ? "accept" : "reject", lang: language, ...options() });
  history.replaceState(null, "", "#" + new URLSearchParams({ q: expression, a: answer }));
  if (found.error) return place.replaceChildren(...complaint(found, $("question")));
  place.replaceChildren(...(working ? lines(found) : judgement(found)));
}

const KINDS = { correct: "good", incorrect: "bad", equal_on_part: "bad" };

export function judgement(found) {
  const parts = [el("p", { class: "verdict " + (KINDS[found.verdict] ?? "odd") }, word("c_" + found.verdict))];
  if (found.verdict === "correct") {
    const { points: n, digits: d } = found.evidence;
    parts.push(el("p", {}, found.message === "Right." || !found.message ? "" : found.message + " ", n ? word("equal", { n, d }) : ""));
  } else if (found.verdict === "invalid" || found.verdict === "undecided") {
    const [first, ...drawn] = found.message.split("\n");
    parts.push(el("p", {}, first), drawn.length ? el("pre", { class: "caret", "aria-hidden": "true" }, drawn.join("\n")) : null);
  } else {
    parts.push(...hints(found));
  }
  if (found.credit > 0 && found.credit < 1) parts.push(el("p", {}, word("credit", { n: Math.round(100 * found.credit) })));
  if (found.remarks?.length) parts.push(el("ul", { class: "notes" }, ...found.remarks.map((remark) => el("li", {}, remark))));
  return parts.filter(Boolean);
}

// First what kind of mistake it is, then where, then a point to test: each only when asked.
function hints(found) {
  const open = [];
  const general = found.hints?.[0];
  if (general) open.push(["hint", general]);
  if (found.message && found.message !== general) open.push([general ? "where" : "hint", found.message]);
  const w = found.witness;
  if (w) {
    const point = Object.entries(w.point).map(([name, x]) => `${name} = ${x}`).join(", ");
    const key = w.yours === null ? "p_none" : w.slope === null ? "p_yours" : "p_point";
    open.push(["point", word(key, { point, yours: w.yours, slope: w.slope })]);
  }
  const list = el("div", {});
  const button = el("button", { type: "button" });
  const next = () => {
    const [kind, text] = open.shift();
    if (kind === "where") list.replaceChildren(); // it says the hint again, with its place
    list.append(el("p", {}, text));
    if (open.length) button.textContent = word(open[0][0]);
    else button.remove();
  };
  button.addEventListener("click", next);
  if (open.length) button.textContent = word(open[0][0]);
  return [list, open.length ? button : null];
}

function lines(found) {
  return found.lines.map((line) => el("section", { class: "step" },
    el("h3", {}, word("line", { n: line.number }), ": ", el("span", { class: "where" }, line.text)),
    ...(line.judgement ? judgement({ hints: [], ...line.judgement }) : [])));
}
