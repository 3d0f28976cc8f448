// The page: its tabs, its language, and the link that holds what is shown.

import { $ } from "./dom.js";
import * as engine from "./engine.js";
import { choose, keep, language, remembered, word } from "./words.js";
import * as differentiate from "./differentiate.js";
import * as check from "./check.js";
import * as practise from "./practise.js";
import * as room from "./class.js";

const tabs = [...document.querySelectorAll("[role=tab]")];

function selected(name, focus = false) {
  for (const tab of tabs) {
    const mine = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", mine);
    tab.tabIndex = mine ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !mine;
    if (mine && focus) tab.focus();
  }
  if (name === "check") check.offered();
  if (name === "practise") practise.shown();
  if (name === "practise" && room.present) room.enter();
}

document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const k = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
  const to = { ArrowRight: k + 1, ArrowLeft: k - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  selected(tabs[(to + tabs.length) % tabs.length].id.slice(4), true);
});
for (const tab of tabs) tab.addEventListener("click", () => selected(tab.id.slice(4)));

room.setUp();
await remembered();
const looks = { differentiate: differentiate.setUp(), check: check.setUp(), practise: practise.setUp() };
for (const button of document.querySelectorAll("button.main")) button.disabled = false; // Enter before would empty the page
$("language").value = language;
$("language").addEventListener("change", async () => {
  await choose($("language").value);
  keep();
  for (const look of Object.values(looks)) look();
  if (!$("practise").hidden) practise.shown();
});

engine.onProgress((progress) => {
  const text = typeof progress === "string" ? word(progress) : word("loading", progress);
  $("engine").textContent = text;
  document.documentElement.dataset.engine = typeof progress === "string" ? progress : "loading";
});
engine.start();
if (engine.inBrowser) $("api-link").hidden = true;

async function fromLink() {
  const given = new URLSearchParams(location.hash.slice(1));
  if (given.has("f")) {
    $("formula").value = given.get("f");
    $("order").value = given.get("order") ?? 1;
    if (given.has("vars")) differentiate.declare(...given.get("vars").split(","));
    await looks.differentiate();
    if (given.has("by")) $("wrt").value = given.get("by");
    differentiate.differentiate();
  } else if (given.has("q")) {
    selected("check");
    await check.offered();
    if (given.has("kind")) $("kind").value = given.get("kind");
    $("kind").dispatchEvent(new Event("change"));
    check.filledFrom(given);
    $("question").value = given.get("q");
    $("answer").value = given.get("a") ?? "";
    await looks.check();
    if (given.has("a")) check.check();
  }
}
window.addEventListener("hashchange", fromLink);
fromLink();
