// The tab that checks an answer: how it is read before it is judged, and what came of it.

import { $, el } from "./dom.js";
import { ask } from "./engine.js";
import { language, named, word } from "./words.js";
import { keyed, outdated, watch, complaint } from "./preview.js";
import { judgement, lines } from "./answering.js";

let kinds = [], newest = 0;
const WHOLE = ["order", "degree", "places"];
const YES_OR_NO = { normalised: ["yes", "no"] };
const EXAMPLES = { at: "x=2", domain: "[0, 2pi]", direction: "(1, 1)", initial: "x=0, y=1", x: "cos t", y: "sin t", places: "3", degree: "3", order: "1" };

export function setUp() {
  const lookQuestion = watch($("question"), $("question-preview"), questionBody, (found) => {
    names = found?.readings[0]?.variables ?? [];
    lookAnswer();
  });
  const lookAnswer = watch(lastLine($("answer")), $("answer-preview"), answerBody);
  keyed($("question"));
  keyed($("answer"));
  outdated($("check-form"), $("check-answer"));
  $("check-form").addEventListener("input", () => newest++);
  $("check-form").addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  $("answer").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) check();
  });
  $("kind").addEventListener("change", fields);
  return async () => {
    await offered();
    await lookQuestion();
    await lookAnswer();
  };
}

// The kinds of question, each in its own words; the list is fetched when the tab is first shown.
export async function offered() {
  const found = await ask("kinds", { lang: language });
  if (found.error) return;
  kinds = found.kinds;
  const before = $("kind").value;
  $("kind").replaceChildren(...kinds.map((kind) => el("option", { value: kind.name }, named(kind.name))));
  $("kind").value = kinds.some((kind) => kind.name === before) ? before : "derivative";
  fields();
}

function chosen() {
  return kinds.find((kind) => kind.name === $("kind").value) ?? { name: "derivative", wants: "", needs: [], takes: [], choices: {} };
}

function fields() {
  const kind = chosen(), plain = kind.name === "derivative";
  $("kind-wants").textContent = plain ? "" : kind.wants;
  const typed = Object.fromEntries([...$("kind-fields").querySelectorAll("[name]")].map((input) => [input.name, input.value]));
  const own = plain ? [] : [...kind.needs, ...kind.takes].filter((name) => name !== "wrt" && name !== "order");
  $("kind-fields").replaceChildren(...own.map((name) => {
    const choices = YES_OR_NO[name] ?? kind.choices[name];
    const input = choices
      ? el("select", { name }, ...choices.map((value) => el("option", { value }, named(value))))
      : el("input", { type: "text", name, size: 10, maxlength: 200, placeholder: EXAMPLES[name] ?? "", required: kind.needs.includes(name) });
    if (name in typed && (choices ?? [typed[name]]).includes(typed[name])) input.value = typed[name];
    return el("label", {}, named(name), input);
  }));
}

// The question as data, where it asks for more than a derivative.
function asData() {
  const kind = chosen();
  if (kind.name === "derivative") return null;
  const typed = $("question").value;
  const several = ["jacobian", "parametric"].includes(kind.name) ? typed.replace(/^\s*[([]|[)\]]\s*$/g, "").split(/,(?![^(]*\))/) : typed;
  const { wrt, assume } = options();
  const question = { kind: kind.name, expression: several, wrt, ...(assume.length && { assume }) };
  for (const input of $("kind-fields").querySelectorAll("[name]")) {
    const value = input.value.trim();
    if (value) question[input.name] = WHOLE.includes(input.name) ? Number(value) : input.name === "normalised" ? value === "yes" : value;
  }
  if (kind.takes.includes("order")) question.order = Number($("check-order").value) || 1;
  return question;
}

// Whether the question says all that its kind needs: then an answer is previewed as it will be judged.
const complete = () => $("question").value.trim() && chosen().needs.every((name) => name === "wrt" || asData()[name]);

let names = []; // in the question, and so in the answer
const questionBody = () => (asData() ? { parts: true } : {});
const answerBody = () => (asData() ? { parts: true, vars: names, ...(complete() && { question: asData() }) } : { expression: $("question").value, ...options() });

// A working has many lines: the last one is previewed, as it is typed.
export function lastLine(box) {
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

// What a link keeps besides question and answer: the fields that are no longer as they were.
const boxes = () => [...$("kind-fields").querySelectorAll("[name]"), ...["wrt", "order", "assume", "rounding"].map((name) => $("check-" + name))];
const nameOf = (box) => box.name || box.id.slice(6);
const linked = () => Object.fromEntries(boxes().filter((box) => (box.type === "checkbox" ? box.checked : box.value !== (box.defaultValue ?? box.options[0].value))).map((box) => [nameOf(box), box.value]));

export function filledFrom(given) {
  for (const box of boxes()) {
    const value = given.get(nameOf(box));
    if (box.type === "checkbox") box.checked = value !== null;
    else box.value = value ?? box.defaultValue ?? box.options[0].value;
  }
}

export async function check() {
  const expression = $("question").value, answer = $("answer").value, question = asData();
  const place = $("check-answer"), mine = ++newest;
  if (!expression.trim()) {
    place.replaceChildren();
    return $("question").focus();
  }
  const working = !question && answer.trim().includes("\n");
  place.replaceChildren(el("p", {}, word("working")));
  const rounding = $("check-rounding").checked ? "accept" : "reject";
  const found = await ask("check", question ? { question: { ...question, rounding }, answer, lang: language }
    : { expression, answer, working, rounding, lang: language, ...options() });
  if (mine !== newest) return;
  history.replaceState(null, "", "#" + new URLSearchParams({ q: expression, a: answer, ...(question && { kind: question.kind }), ...linked() }));
  if (found.error) return place.replaceChildren(...complaint(found, $("question")));
  place.replaceChildren(...(working ? lines(found) : judgement(found)));
}
