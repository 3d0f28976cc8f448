// What came of an answer, as both tabs show it: the verdict, a hint first, then the place, then a
// point to test; each only when asked. And questions as they are asked and solved.

import { el, typeset, wide } from "./dom.js";
import { word } from "./words.js";

const KINDS = { correct: "good", incorrect: "bad", equal_on_part: "bad" };

export function judgement(found) {
  const parts = [el("p", { class: "verdict " + (KINDS[found.verdict] ?? "odd") }, word("c_" + found.verdict))];
  if (found.verdict === "correct") {
    const said = word("c_correct").endsWith(found.message.replace(/\.$/, "")) ? "" : found.message + " ";
    const { proved, points, says } = found.evidence;
    parts.push(el("p", {}, said, proved || points ? sentence(says) : ""));
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

const sentence = (text) => text[0].toUpperCase() + text.slice(1) + ".";

function hints(found) {
  const open = [];
  const general = found.hints?.[0];
  if (general) open.push(["hint", general]);
  if (found.message && found.message !== general) open.push([general ? "where" : "hint", found.message]);
  const seen = found.witness?.says;
  if (seen && !found.message.includes(seen.slice(1))) open.push(["point", sentence(seen)]);
  if (found.claims?.length) {
    open.push(["claims", found.claims.map((claim) => `${claim.holds ? "✓" : claim.holds === false ? "✗" : "?"} ${claim.says}`).join("   ")]);
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

export function lines(found) {
  return found.lines.map((line) => el("section", { class: "step" },
    el("h3", {}, word("line", { n: line.number }), ": ", el("span", { class: "where" }, line.text)),
    ...(line.judgement ? judgement({ hints: [], ...line.judgement }) : [])));
}

// Words with formulas among them: the question, or a teacher's text.
export function asked(parts) {
  return el("p", { class: "asked" }, ...parts.map((part) => (part.mathml ? typeset(part.mathml) : part.text)));
}

export function solved(found) {
  return el("div", { class: "solution" },
    ...found.steps.map((step) => el("section", { class: "step" }, el("p", {}, step.said), step.mathml ? wide(typeset(step.mathml)) : null)),
    el("p", {}, word("right_answer")), wide(typeset(found.mathml, true)));
}
