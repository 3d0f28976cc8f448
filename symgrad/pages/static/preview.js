// The box that one types into, and under it how the text is read: typeset, or where it fails.

import { el, typeset, wide, debounced } from "./dom.js";
import { ask } from "./engine.js";
import { language, named, word } from "./words.js";

const KEYS = [["x²", "^2"], ["xⁿ", "^("], ["√", "sqrt("], ["a/b", "/"], ["( )", "("], ["·", "*"], ["π", "pi"], ["eˣ", "e^("], ["ln", "ln("], ["sin", "sin("], ["cos", "cos("], ["tan", "tan("], ["|x|", "abs("]];

// Keys for what a phone's keyboard hides; they type where the caret is.
export function keyed(input) {
  const put = (text) => {
    const [from, to] = [input.selectionStart ?? input.value.length, input.selectionEnd ?? input.value.length];
    input.setRangeText(text, from, to, "end");
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const keys = KEYS.map(([shown, text]) => el("button", { type: "button", "aria-label": text, onclick: () => put(text) }, shown));
  input.after(el("div", { class: "keys", role: "group", "aria-label": word("keys") }, ...keys));
}

// `watch(input, place, body)` keeps `place` in step with `input`; `then(answer)` hears every preview.
export function watch(input, place, body, then = () => {}, declare = null) {
  let newest = 0;
  const look = async () => {
    const mine = ++newest;
    if (!input.value.trim()) {
      place.replaceChildren();
      return then(null);
    }
    const found = await ask("preview", { text: input.value, lang: language, ...body() });
    if (mine !== newest) return;
    show(found, input, place, look, declare);
    then(found);
  };
  input.addEventListener("input", debounced(look));
  if (input.value) setTimeout(look); // typed before the scripts were here
  return look;
}

function put(input, text, look) {
  input.value = text;
  input.focus();
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// What was told of a question or an answer is gone once either is changed.
export function outdated(form, place, told = "*") {
  form.addEventListener("input", () => place.querySelector(told) && place.replaceChildren());
}

export function show(found, input, place, look, declare) {
  if (!found.notes) found = { ...found, readings: [], notes: [] }; // an error that came instead
  const parts = [];
  const several = found.readings.length > 1;
  if (several) parts.push(el("p", { class: "error" }, word("meant")));
  if (several) {
    parts.push(el("div", { class: "readings" }, ...found.readings.map((reading) =>
      el("button", { type: "button", "aria-label": word("use", { text: reading.text }), onclick: () => put(input, reading.text, look) }, typeset(reading.mathml)))));
  } else if (found.readings.length) {
    parts.push(wide(typeset(found.readings[0].mathml, true)));
  } else {
    parts.push(...complaint(found, input, look, declare));
  }
  parts.push(...found.notes.map((note) => el("p", { class: found.readings.length && !found.code ? "hint" : "error" }, note)));
  place.replaceChildren(...parts);
}

// The line with carets under the place, what is wrong, and buttons for what was perhaps meant.
export function complaint(found, input, look, declare = null) {
  const parts = [];
  const text = found.expression ?? input.value;
  if (found.position && text.length <= 200) {
    const [start, end] = found.position;
    const before = text.slice(0, start), marked = text.slice(start, end) || " ";
    parts.push(el("pre", { class: "caret", "aria-hidden": "true" }, before, el("span", { class: "mark" }, marked), text.slice(end),
      "\n" + " ".repeat([...before].length), el("span", { class: "mark" }, "^".repeat(Math.max(1, [...marked].length)))));
  }
  if (found.message) parts.push(el("p", { class: "error" }, said(found)));
  const hint = found.hint?.replace(/\s*\("vars": [^)]*\)/, "") // a button does that; other fields have names here
    .replace(/"(\w+)": "?([^"]*)"?/g, (_, field, value) => `${field === "wrt" ? word("by") : named(field)} ${value}`)
    .replaceAll('"wrt"', word("by"));
  if (hint) parts.push(el("p", { class: "hint" }, hint));
  const meant = hint?.match(/(?:did you mean|quisiste decir|vouliez-vous dire) (.+?)\s*\?|ist (.+?) gemeint/i);
  const better = meant && (meant[1] ?? meant[2]).replace("(...)", "");
  if (better && found.position && input) {
    const fixed = text.slice(0, found.position[0]) + better + text.slice(found.position[1]);
    parts.push(el("button", { type: "button", onclick: () => put(input, fixed, look) }, word("use", { text: fixed })));
  }
  if (declare && found.code === "unknown_name" && found.position) {
    const name = text.slice(...found.position);
    parts.push(" ", el("button", { type: "button", onclick: () => declare(name) }, word("one_name", { name })));
  }
  return parts;
}

export const said = (found) => (["unreachable", "late"].includes(found.message) ? word(found.message) : found.message);
