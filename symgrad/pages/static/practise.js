// The tab that practises: exercises made by rule; what went wrong comes back after a few others.
// Progress is kept in this browser only, and can be taken along as a file.

import { $, el, typeset, wide } from "./dom.js";
import { ask } from "./engine.js";
import { language, named, word } from "./words.js";
import { keyed, outdated, watch, complaint } from "./preview.js";
import { asked, judgement, solved } from "./answering.js";

const KEPT = "practice", COMES_BACK_AFTER = 3;
let progress = { right: 0, tried: 0, again: [], log: [] }, current = null, newest = 0;

try { progress = { ...progress, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") }; } catch { /* nothing is kept here */ }

function kept() {
  try { localStorage.setItem(KEPT, JSON.stringify({ ...progress, log: progress.log.slice(-500) })); } catch { /* nothing is kept here */ }
  $("progress").textContent = progress.tried ? word("progress", { right: progress.right, tried: progress.tried }) : "";
}

export function setUp() {
  const look = watch($("exercise-answer"), $("exercise-preview"), () => (current ? { question: current.question } : {}));
  keyed($("exercise-answer"));
  outdated($("practise-form"), $("exercise-result"), ".verdict");
  $("practise-form").addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  $("new-exercise").addEventListener("click", () => next());
  $("show-solution").addEventListener("click", solution);
  $("take-along").addEventListener("click", takeAlong);
  $("forget").addEventListener("click", () => {
    progress = { right: 0, tried: 0, again: [], log: [] };
    kept();
  });
  for (const id of ["rule", "level", "practise-kind"]) $(id).addEventListener("change", () => next());
  return look;
}

export async function shown() {
  kept();
  if ($("rule").dataset.spoken !== language) {
    const found = await ask("kinds", { lang: language });
    if (found.error) return;
    $("rule").dataset.spoken = language;
    const [rule, kind] = [$("rule").value, $("practise-kind").value];
    $("rule").replaceChildren(el("option", { value: "" }, word("all_rules")), ...found.rules.map((rule) => el("option", { value: rule }, named(rule))));
    const own = ["derivative", "value", "tangent", "antiderivative", "taylor", "stationary", "monotonicity", "linearization"];
    $("practise-kind").replaceChildren(...found.kinds.filter((kind) => own.includes(kind.name)).map((kind) => el("option", { value: kind.name }, named(kind.name))));
    $("rule").value = rule;
    $("practise-kind").value = kind || "derivative";
  }
  if (!current) await next(false);
}

async function next(focus = true) {
  const due = progress.again.find((entry) => entry.due <= progress.tried);
  const body = due ? due.body : { rule: $("rule").value, level: Number($("level").value), kind: $("practise-kind").value || "derivative", seed: Math.floor(Math.random() * 2 ** 31) };
  const mine = ++newest, place = $("exercise");
  current = null;
  place.replaceChildren();
  const found = await ask("exercise", { ...body, lang: language });
  if (mine !== newest) return;
  $("exercise-result").replaceChildren();
  $("exercise-answer").value = "";
  $("exercise-preview").replaceChildren();
  if (found.error) {
    current = null;
    return place.replaceChildren(...complaint(found, null));
  }
  current = { body, question: found.question, done: false, helped: false };
  place.replaceChildren(asked(found.asked), ...found.formulas.map((formula) => wide(typeset(formula, true))), due ? el("p", { class: "hint" }, word("again")) : "");
  if (focus) $("exercise-answer").focus();
}

async function check() {
  if (!current) return;
  const found = await ask("check", { question: current.question, answer: $("exercise-answer").value, lang: language });
  const place = $("exercise-result");
  if (found.error) return place.replaceChildren(...complaint(found, $("exercise-answer")));
  place.replaceChildren(...judgement(found));
  if (found.verdict !== "invalid") noted(found.verdict === "correct", found.mistakes?.[0]?.code);
}

// Only the first answer counts; what was wrong or shown comes back.
function noted(right, code) {
  if (current.done) return;
  current.done = true;
  progress.tried += 1;
  progress.right += right && !current.helped;
  progress.again = progress.again.filter((entry) => JSON.stringify(entry.body) !== JSON.stringify(current.body));
  if (!right || current.helped) progress.again.push({ body: current.body, due: progress.tried + COMES_BACK_AFTER });
  progress.log.push({ at: new Date().toISOString(), question: current.question, right: right && !current.helped, mistake: code ?? null });
  kept();
}

async function solution() {
  if (!current) return;
  current.helped = true;
  noted(false);
  const found = await ask("solution", { question: current.question, lang: language });
  $("exercise-result").replaceChildren(...(found.error ? complaint(found, null) : [solved(found)]));
}

function takeAlong() {
  const file = new Blob([JSON.stringify(progress, null, 1)], { type: "application/json" });
  const link = el("a", { href: URL.createObjectURL(file), download: "symgrad-practice.json" });
  link.click();
  URL.revokeObjectURL(link.href);
}
