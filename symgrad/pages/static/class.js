// A problem set of a class: a student's questions and answers; a teacher's progress, groups of equal
// wrong answers, codes and gradebook. Who asks is known by a code alone.

import { $, el, typeset, wide, copied, short } from "./dom.js";
import { ask } from "./engine.js";
import { language, word } from "./words.js";
import { watch, complaint, said } from "./preview.js";
import { asked, judgement } from "./answering.js";

const offered = document.querySelector("meta[name=symgrad-set]")?.content;
export const present = ["yes", "coded"].includes(offered);
const coded = offered === "coded", NAMES_AT_ONCE = 32;
let code = "";
try { code = sessionStorage.getItem("code") ?? ""; } catch { /* asked again */ }

export function setUp() {
  if (!present) return;
  $("class").hidden = false;
  document.querySelector("footer [data-word]").dataset.word = "footer_class";
  $("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    code = $("code").value.trim();
    enter();
  });
}

// Without a database nobody has a code: then the set is shown at once.
export async function enter() {
  if (coded && !code) return ($("code-form").hidden = false);
  const found = await ask("set", { code, lang: language });
  if (found.error) {
    $("code-form").hidden = false;
    $("class-view").replaceChildren(code ? el("p", { class: "error", role: "alert" }, said(found)) : "");
    return;
  }
  $("code-form").hidden = Boolean(found.kept) === false;
  try { sessionStorage.setItem("code", code); } catch { /* asked again */ }
  $("class-view").replaceChildren(
    el("h2", {}, found.title + (found.name ? ` · ${found.name}` : "")), asked(found.text),
    ...(found.role === "teacher" ? [el("div", { id: "teacher" })] : found.problems.map(problem)));
  if (found.role === "teacher") teacher();
}

function problem(p, k) {
  const id = `problem-${k}`, input = el("input", { id, type: "text", spellcheck: "false", autocapitalize: "off", autocorrect: "off", maxlength: 5000, "aria-describedby": `${id}-preview` });
  const preview = el("div", { id: `${id}-preview`, class: "preview", role: "status" });
  const result = el("div", { "aria-live": "polite" });
  const left = el("p", { class: "hint" }), told = (used, of, best) => {
    left.textContent = [of ? word("attempts", { used, of }) : "", best == null ? "" : word("best", { n: Math.round(best * 100) })].filter(Boolean).join(" ");
  };
  let used = p.used, best = p.best;
  told(used, p.attempts, best);
  watch(input, preview, () => ({ question: p.question }));
  const form = el("form", { autocomplete: "off", onsubmit: async (event) => {
    event.preventDefault();
    const found = await ask("answer", { code, problem: p.name, answer: input.value, lang: language });
    if (found.error) return result.replaceChildren(...complaint(found, null));
    result.replaceChildren(...judgement(found));
    if (found.verdict === "invalid") return;
    used += 1;
    best = Math.max(best ?? 0, found.credit);
    told(used, p.attempts, best);
  } }, el("label", { for: id }, word("answer_short")), input, preview, el("div", { class: "row" }, el("button", { class: "main" }, word("check"))));
  const formulas = p.asked.some((part) => part.mathml) ? [] : p.formulas.map((formula) => wide(typeset(formula, true)));
  return el("section", { class: "problem" }, el("h3", {}, `${k + 1}. ${p.name === String(k + 1) ? "" : p.name} (${word(p.points === 1 ? "one_point" : "points", { n: p.points })})`), asked(p.asked), ...formulas, left, form, result);
}

// --- the teacher's page -----------------------------------------------------------------------------

async function teacher() {
  const found = await ask("class", { code, lang: language });
  const place = $("teacher");
  if (found.error) return place.replaceChildren(...complaint(found, null));
  place.replaceChildren(people(found), joining(found), groups(found));
}

const button = (key, work) => el("button", { type: "button", onclick: work }, word(key));
const table = (caption, heads, rows) => el("div", { class: "wide", tabindex: "0", role: "group", "aria-label": caption }, el("table", {},
  el("caption", {}, caption), el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, ...rows)));

function people(found) {
  const rows = found.people.map((person) => el("tr", {}, el("th", { scope: "row" }, person.name + (person.revoked ? ` (${word("revoked")})` : "")),
    ...person.points.map((n) => el("td", {}, n == null ? "·" : short(n))),
    el("td", {}, button("new_code", async () => codes(await ask("people", { code, lang: language, names: [person.name] }))), " ",
      button("revoke", () => done("revoke", { person: person.id })))));
  return el("section", {}, table(word("students"), [word("student"), ...found.problems, word("code_word")], rows), el("div", { class: "row" }, button("gradebook", gradebook)));
}

function joining({ people }) {
  const names = el("textarea", { id: "names", rows: 3, placeholder: "Ada\nEmmy" });
  return el("section", {}, el("label", { for: "names" }, word("new_students")), names,
    el("div", { class: "row" }, button("make_codes", async () => {
      const known = people.filter((person) => !person.revoked).map((person) => person.name);
      const wanted = [...new Set(names.value.split("\n").map((name) => name.trim().replace(/\s+/g, " ")).filter(Boolean))];
      const fresh = wanted.filter((name) => !known.includes(name)), made = { codes: [] }; // who has a code keeps it
      for (let k = 0; k < fresh.length; k += NAMES_AT_ONCE) {
        const found = await ask("people", { code, lang: language, names: fresh.slice(k, k + NAMES_AT_ONCE) });
        made.codes.push(...(found.codes ?? []));
        if (found.error) made.failed = found;
      }
      if (wanted.length) codes(made, wanted.filter((name) => known.includes(name)));
    })), el("div", { id: "codes", role: "status" }));
}

async function codes(found, known = []) {
  if (found.error) return $("codes").replaceChildren(...complaint(found, null));
  const text = found.codes.map((one) => `${one.name}\t${one.code}`).join("\n");
  await teacher();
  $("codes").replaceChildren(
    ...(text ? [el("p", {}, word("codes_once")), el("pre", { class: "where" }, text), button("copy_codes", () => copied(text))] : []),
    ...(known.length ? [el("p", { class: "hint" }, word("codes_known", { names: known.join(", ") }))] : []),
    ...(found.failed ? complaint(found.failed, null) : []));
}

// What was asked of the server, then everything as it is now; or what it complains of.
async function done(name, body) {
  const found = await ask(name, { code, lang: language, ...body });
  await teacher();
  if (found.error) $("codes").replaceChildren(...complaint(found, null));
}

function groups(found) {
  const rows = found.groups.map((group) => el("tr", {}, el("td", {}, group.problem, group.asked && el("div", { class: "where" }, group.asked)), el("td", {}, String(group.count)),
    el("td", { class: "where" }, group.answers.join("   ")), el("td", {}, group.meaning || group.verdict),
    el("td", {}, group.decision == null ? "" : `${Math.round(100 * group.decision)} %`, " ",
      ...[["accept", 1], ["half", 0.5], ["reject", 0]].map(([key, credit]) => button(key, () => done("decide", { same: group.same, credit }))))));
  return rows.length ? el("section", {}, table(word("wrong_answers"), [word("problem"), "#", word("answer_word"), word("mistake"), word("decision")], rows)) : el("p", {}, word("no_wrong"));
}

async function gradebook() {
  const found = await ask("gradebook", { code, lang: language });
  if (found.error) return $("codes").replaceChildren(...complaint(found, null));
  const link = el("a", { href: URL.createObjectURL(new Blob(["\ufeff", found.csv], { type: "text/csv" })), download: "gradebook.csv" });
  link.click();
  URL.revokeObjectURL(link.href);
}
