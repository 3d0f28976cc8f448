// Elements made without markup: no text that a user or a server gives ever becomes HTML.
// - `el("p", {class: "note"}, "text", child)` and `svg(...)` make elements.
// - `typeset(mathml)` is a formula as an element; only MathML's own tags pass.

import { word } from "./words.js";

const MATH = "http://www.w3.org/1998/Math/MathML";
const SVG = "http://www.w3.org/2000/svg";
const TAGS = new Set("math mrow mi mn mo mtext mfrac msqrt mroot msup msub msubsup mtable mtr mtd mspace mover munder mstyle".split(" "));

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export const $ = (id) => document.getElementById(id);
export const el = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
export const svg = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

export function typeset(mathml, block = false) {
  const parsed = new DOMParser().parseFromString(mathml, "application/xml").documentElement;
  const math = safe(parsed);
  if (block) math.setAttribute("display", "block");
  return math;
}

// Whatever may grow wide scrolls by itself, and can be reached by the keyboard then.
export function wide(...children) {
  const box = el("div", { class: "wide" }, ...children);
  requestAnimationFrame(() => {
    if (box.scrollWidth > box.clientWidth) filled(box, { tabindex: "0", role: "group", "aria-label": "…" }, []);
  });
  return box;
}

function safe(node) {
  if (node.nodeType === 3) return document.createTextNode(node.data);
  if (node.nodeType !== 1 || !TAGS.has(node.localName)) return document.createTextNode(node.textContent ?? "");
  const copy = document.createElementNS(MATH, node.localName);
  if (node.getAttribute("stretchy") === "false") copy.setAttribute("stretchy", "false");
  copy.append(...[...node.childNodes].map(safe));
  return copy;
}

// Signs of comparison as they are typeset.
const TYPESET = { "!=": "≠", "<=": "≤", ">=": "≥" };
export const signed = (text) => text.replace(/ (!=|<=|>=) /g, (_, sign) => ` ${TYPESET[sign]} `);

export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = el("textarea", { "aria-hidden": "true" });
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

// The last of many quick events: while one types, only a pause asks.
export function debounced(work, milliseconds = 60) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), milliseconds);
  };
}

// A number of five digits, with the sign that the reader's language has before decimals.
export const short = (x) => {
  if (typeof x !== "number") return String(x);
  const large = x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e6);
  return (large ? x.toExponential(2) : String(Number(x.toPrecision(5)))).replaceAll("-", "−").replace(".", word("decimal_sign"));
};
