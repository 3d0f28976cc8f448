// What the page says, in the language of who reads it. `word("key")` is a text, `named("chain")` a
// name that the API has in English, `spell()` fills the page. Each language is a file,
// `words.xx.json`, and an option of the page's list: a translator adds these, and no code.

const IN_ENGLISH = await read("en");

export let language = "en";
let words = IN_ENGLISH;

async function read(name) {
  return (await fetch(new URL(`words.${name}.json`, import.meta.url))).json();
}

export function word(key, parts = {}) {
  const text = words[key] ?? IN_ENGLISH[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole);
}

export const named = (name) => words.names[name] ?? name;

export function spell() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
}

export async function choose(name) {
  language = known(name);
  words = language === "en" ? IN_ENGLISH : await read(language);
  spell();
}

// The one that was chosen before, or the browser's.
export async function remembered() {
  let stored = null;
  try { stored = localStorage.getItem("language"); } catch { /* private windows keep nothing */ }
  await choose(stored ?? (navigator.language || "en").slice(0, 2));
}

export function keep() {
  try { localStorage.setItem("language", language); } catch { /* then only for this visit */ }
}

const known = (name) => ([...document.querySelectorAll("#language option")].some((option) => option.value === name) ? name : "en");
