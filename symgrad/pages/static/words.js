// What the page says, in the languages it speaks. `word("key")` is a text, `spell()` fills the page.

const WORDS = {
  en: {
    with: "with", keys: "Keys for mathematics", skip: "To the formula", tagline: "Derivatives that can be trusted: every one verified.",
    language: "Language", tabs: "What to do", differentiate: "Differentiate", check: "Check", practise: "Practise",
    formula: "Formula, typed or in LaTeX", examples: "Examples:", by: "by", order: "order", derivative: "Derivative",
    copy_link: "Copy link", copied: "Copied", steps: "Steps", plot: "Plot of f and f′",
    graph: "Graph: how backpropagation finds it",
    question: "The function", answer: "Your answer, or your working line by line",
    options: "Options", assume: "assuming", rounded: "rounded numbers pass",
    footer: "Every derivative is held against a second, independent way of finding it. Nothing you type is kept.",
    all: "all", meant: "What do you mean?", use: "Use {text}", one_name: "{name} is one variable",
    unreachable: "The server does not answer. Is it still running?", late: "That took too long and was stopped.",
    read_as: "Read as", copy: "Copy {what}", text: "text", next_step: "Next step", all_steps: "All steps",
    verified_step: "✓ verified at {n} points", doubtful_step: "not verified", wrong_step: "WRONG: the second way disagrees",
    v_verified: "✓ Verified", v_lost_digits: "! Right, but floats lose digits", v_out_of_range: "! Right, but out of the floats’ range",
    v_kink: "! A kink", v_convention: "! Backpropagation’s choice is not the derivative", v_undefined: "! Undefined here",
    v_undecided: "! Undecided", v_wrong: "✗ WRONG",
    m_verified: "Backpropagation and SymPy’s derivative agree within proven bounds, {where}.",
    m_lost_digits: "The rules are right; rounding in 64-bit numbers costs digits here.",
    m_out_of_range: "The rules are right; 64-bit numbers over- or underflow here.",
    m_kink: "There is no single finite slope here: the sides differ, or the tangent is vertical.",
    m_convention: "The function has a derivative here, but a sum of choices at kinks misses it.",
    m_undefined: "The function has no value here.", m_undecided: "The check could not be completed within the limits, so nothing is claimed.",
    m_wrong: "The two ways disagree, which is a proof that one is wrong. Please report this.",
    at_points: "at {n} sampled points", here: "here",
    at: "{name} at", from: "from", to: "to", zoom_in: "Zoom in", zoom_out: "Zoom out", tangent: "tangent",
    tangent_at: "tangent at {name} =", plot_label: "Plot of f and its derivative from {from} to {to}. {breaks}",
    b_pole: "pole at {x}", b_jump: "jump at {x}", b_edge: "end of the domain at {x}", b_kink: "kink at {x}", no_break: "No breaks.",
    tangent_says: "At {name} = {x}: f = {y}, f′ = {slope}", no_value: "No tangent at {name} = {x}: a gap, a pole or an end of the domain.",
    first: "Start", back: "Back", forward: "Next", play: "Play", pause: "Pause", end: "End",
    g_start: "Press Next: first every value is computed (forward), then every gradient (backward).",
    g_forward: "Forward: {title} of {args} is {data}", g_seed: "Backward begins at the result: its gradient is 1.",
    g_flow: "{to}.grad += local derivative {local} × gradient {grad} of {from} = {term}, now {total}",
    g_done: "Done: the gradients at the variables are the derivatives.", graph_label: "Graph of the formula with {n} nodes", step_of: "step {k} of {n}",
    c_correct: "✓ Right", c_incorrect: "✗ Not right", c_equal_on_part: "✗ Right on a part only", c_invalid: "! This cannot be judged", c_undecided: "! Not decided",
    hint: "A hint", where: "Where?", point: "A point to test", credit: "Credit: {n} %", equal: "Equal to the derivative at {n} points, to {d} digits.",
    line: "Line {n}", p_point: "At {point} yours is {yours}, the slope is {slope}.", p_yours: "At {point} yours is {yours}.", p_none: "At {point} yours has no value.",
    loading: "symgrad is being loaded into your browser ({n} of {of} MB) …", starting: "symgrad starts in your browser …", ready: "symgrad runs in this browser: nothing leaves your machine.", failed: "symgrad could not be started in this browser.",
    kind: "What is asked", rule: "Rule", level: "Level", all_rules: "all in turn", answer_short: "Your answer", new_exercise: "Another exercise",
    solution: "Show the solution", right_answer: "A right answer:", progress: "{right} of {tried} right at the first try; kept in this browser only.",
    again: "This one comes back, since it went wrong before.", take_along: "Save progress as a file", forget: "Forget progress", claims: "What holds",
    code: "Your code", enter: "Enter", exercises: "Exercises", attempts: "{used} of {of} attempts used.", best: "Best so far: {n} %.", points: "{n} points", one_point: "1 point", code_word: "Code", answer_word: "Answer",
    footer_class: "Every derivative is held against a second, independent way of finding it. Answers to the set are kept for the teacher; nothing else is.",
    students: "Students and their points", student: "Student", revoked: "code revoked", new_code: "New code", revoke: "Revoke", gradebook: "Save the gradebook",
    new_students: "New students, one name a line", make_codes: "Make codes", codes_once: "Hand these out: they are shown this once, and only a hash of them is kept.",
    copy_codes: "Copy the codes", accept: "Accept", half: "Half", reject: "Reject", wrong_answers: "Wrong answers, equal ones together", problem: "Question",
    mistake: "Mistake", decision: "Decision", no_wrong: "No wrong answers yet.",
    working: "Working …",
  },
  de: {
    with: "mit", keys: "Tasten für Mathematik", skip: "Zur Formel", tagline: "Ableitungen, auf die Verlass ist: jede ist geprüft.",
    language: "Sprache", tabs: "Was zu tun ist", differentiate: "Ableiten", check: "Prüfen", practise: "Üben",
    formula: "Formel, getippt oder in LaTeX", examples: "Beispiele:", by: "nach", order: "Ordnung", derivative: "Ableitung",
    copy_link: "Link kopieren", copied: "Kopiert", steps: "Schritte", plot: "Schaubild von f und f′",
    graph: "Graph: wie Backpropagation sie findet",
    question: "Die Funktion", answer: "Deine Antwort, oder dein Weg Zeile für Zeile",
    options: "Optionen", assume: "vorausgesetzt", rounded: "gerundete Zahlen gelten",
    footer: "Jede Ableitung wird mit einem zweiten, unabhängigen Weg verglichen. Nichts, was du tippst, wird gespeichert.",
    all: "alle", meant: "Was ist gemeint?", use: "{text} nehmen", one_name: "{name} ist eine Variable",
    unreachable: "Der Server antwortet nicht. Läuft er noch?", late: "Das hat zu lange gedauert und wurde abgebrochen.",
    read_as: "Gelesen als", copy: "{what} kopieren", text: "Text", next_step: "Nächster Schritt", all_steps: "Alle Schritte",
    verified_step: "✓ geprüft an {n} Stellen", doubtful_step: "nicht geprüft", wrong_step: "FALSCH: der zweite Weg widerspricht",
    v_verified: "✓ Geprüft", v_lost_digits: "! Richtig, aber Gleitkommazahlen verlieren Ziffern", v_out_of_range: "! Richtig, aber außerhalb der Gleitkommazahlen",
    v_kink: "! Ein Knick", v_convention: "! Was Backpropagation wählt, ist nicht die Ableitung", v_undefined: "! Hier nicht definiert",
    v_undecided: "! Nicht entschieden", v_wrong: "✗ FALSCH",
    m_verified: "Backpropagation und SymPys Ableitung stimmen in bewiesenen Schranken überein, {where}.",
    m_lost_digits: "Die Regeln stimmen; das Runden auf 64 Bit kostet hier Ziffern.",
    m_out_of_range: "Die Regeln stimmen; 64-Bit-Zahlen laufen hier über oder unter.",
    m_kink: "Hier gibt es keine eindeutige endliche Steigung: links und rechts sind verschieden, oder die Tangente ist senkrecht.",
    m_convention: "Die Funktion ist hier ableitbar, aber eine Summe von Wahlen an Knicken verfehlt die Ableitung.",
    m_undefined: "Die Funktion hat hier keinen Wert.", m_undecided: "Die Prüfung wurde in den Grenzen nicht fertig; darum wird nichts behauptet.",
    m_wrong: "Die beiden Wege widersprechen sich: das beweist, dass einer falsch ist. Bitte melde das.",
    at_points: "an {n} Stichproben", here: "hier",
    at: "{name} bei", from: "von", to: "bis", zoom_in: "Näher", zoom_out: "Weiter weg", tangent: "Tangente",
    tangent_at: "Tangente bei {name} =", plot_label: "Schaubild von f und der Ableitung von {from} bis {to}. {breaks}",
    b_pole: "Pol bei {x}", b_jump: "Sprung bei {x}", b_edge: "Ende des Definitionsbereichs bei {x}", b_kink: "Knick bei {x}", no_break: "Keine Unterbrechung.",
    tangent_says: "Bei {name} = {x}: f = {y}, f′ = {slope}", no_value: "Keine Tangente bei {name} = {x}: eine Lücke, ein Pol oder ein Ende des Definitionsbereichs.",
    first: "Anfang", back: "Zurück", forward: "Weiter", play: "Abspielen", pause: "Anhalten", end: "Ende",
    g_start: "Drücke Weiter: erst wird jeder Wert berechnet (vorwärts), dann jeder Gradient (rückwärts).",
    g_forward: "Vorwärts: {title} von {args} ist {data}", g_seed: "Rückwärts beginnt es beim Ergebnis: sein Gradient ist 1.",
    g_flow: "{to}.grad += örtliche Ableitung {local} × Gradient {grad} von {from} = {term}, jetzt {total}",
    g_done: "Fertig: die Gradienten an den Variablen sind die Ableitungen.", graph_label: "Graph der Formel mit {n} Knoten", step_of: "Schritt {k} von {n}",
    c_correct: "✓ Richtig", c_incorrect: "✗ Nicht richtig", c_equal_on_part: "✗ Nur auf einem Teil richtig", c_invalid: "! Das lässt sich nicht beurteilen", c_undecided: "! Nicht entschieden",
    hint: "Ein Tipp", where: "Wo?", point: "Eine Stelle zum Nachrechnen", credit: "Punkte: {n} %", equal: "An {n} Stellen auf {d} Ziffern gleich der Ableitung.",
    line: "Zeile {n}", p_point: "Bei {point} ist deine {yours}, die Steigung ist {slope}.", p_yours: "Bei {point} ist deine {yours}.", p_none: "Bei {point} hat deine keinen Wert.",
    loading: "symgrad wird in deinen Browser geladen ({n} von {of} MB) …", starting: "symgrad startet in deinem Browser …", ready: "symgrad läuft in diesem Browser: nichts verlässt dein Gerät.", failed: "symgrad ließ sich in diesem Browser nicht starten.",
    kind: "Was gefragt ist", rule: "Regel", level: "Stufe", all_rules: "alle der Reihe nach", answer_short: "Deine Antwort", new_exercise: "Andere Aufgabe",
    solution: "Lösung zeigen", right_answer: "Eine richtige Antwort:", progress: "{right} von {tried} beim ersten Versuch richtig; nur in diesem Browser gespeichert.",
    again: "Diese kommt wieder, weil sie schon einmal falsch war.", take_along: "Fortschritt als Datei sichern", forget: "Fortschritt vergessen", claims: "Was stimmt",
    code: "Dein Code", enter: "Öffnen", exercises: "Übungsaufgaben", attempts: "{used} von {of} Versuchen gebraucht.", best: "Bisher bestes Ergebnis: {n} %.", points: "{n} Punkte", one_point: "1 Punkt", code_word: "Code", answer_word: "Antwort",
    footer_class: "Jede Ableitung wird mit einem zweiten, unabhängigen Weg verglichen. Antworten zur Aufgabensammlung werden für die Lehrkraft gespeichert, sonst nichts.",
    students: "Schülerinnen und Schüler und ihre Punkte", student: "Name", revoked: "Code gesperrt", new_code: "Neuer Code", revoke: "Sperren", gradebook: "Punkteliste sichern",
    new_students: "Neue Namen, einer pro Zeile", make_codes: "Codes machen", codes_once: "Zum Austeilen: sie werden nur dieses eine Mal gezeigt, gespeichert wird nur ein Hash.",
    copy_codes: "Codes kopieren", accept: "Annehmen", half: "Halb", reject: "Ablehnen", wrong_answers: "Falsche Antworten, gleiche zusammen", problem: "Frage",
    mistake: "Fehler", decision: "Entscheidung", no_wrong: "Noch keine falschen Antworten.",
    working: "Einen Augenblick …",
  },
};

let stored = null;
try { stored = localStorage.getItem("language"); } catch { /* private windows keep nothing */ }
export let language = WORDS[stored] ? stored : (navigator.language || "en").startsWith("de") ? "de" : "en";

export function word(key, parts = {}) {
  const text = WORDS[language][key] ?? WORDS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole);
}

// Names that the API has in English: kinds of question, rules, fields, choices. What is not here stays.
const NAMES = {
  de: {
    derivative: "Ableitung", gradient: "Gradient", jacobian: "Jacobi-Matrix", hessian: "Hesse-Matrix", directional: "Richtungsableitung",
    value: "Steigung an einer Stelle", tangent: "Tangente", normal: "Normale", linearization: "lineare Näherung", antiderivative: "Stammfunktion",
    integral: "bestimmtes Integral", implicit: "implizite Ableitung", parametric: "Ableitung einer Kurve", inverse: "Ableitung der Umkehrfunktion",
    stationary: "stationäre Stellen", inflection: "Wendestellen", extrema: "Extrema", monotonicity: "Monotonie", taylor: "Taylorpolynom",
    ode: "Differentialgleichung", first_principles: "Differenzenquotient",
    power: "Potenz", exponential: "Exponentialfunktion", logarithm: "Logarithmus", trigonometric: "trigonometrisch",
    "inverse trigonometric": "Arkusfunktionen", sum: "Summe", product: "Produkt", quotient: "Quotient", chain: "Kette",
    at: "bei", domain: "auf", direction: "Richtung", initial: "Anfangswerte", places: "Nachkommastellen", degree: "Grad", constant: "Konstante",
    which: "gefragt", normalised: "normiert", order: "Ordnung", free: "frei", wanted: "verlangt", increasing: "steigend", decreasing: "fallend",
    "concave up": "linksgekrümmt", "concave down": "rechtsgekrümmt", yes: "ja", no: "nein",
  },
  en: {
    at: "at", domain: "on", initial: "initial values", places: "decimals", which: "asked for", normalised: "of length 1", value: "slope at a point",
    first_principles: "first principles", ode: "differential equation", directional: "directional derivative", parametric: "slope of a curve",
    inverse: "derivative of the inverse", implicit: "implicit derivative", stationary: "stationary points", inflection: "inflection points",
    taylor: "Taylor polynomial", integral: "definite integral", jacobian: "Jacobian", hessian: "Hessian",
  },
};

export const named = (name) => NAMES[language]?.[name] ?? name;

export function spell() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
}

export function choose(name) {
  language = WORDS[name] ? name : "en";
  try { localStorage.setItem("language", language); } catch { /* then only for this visit */ }
  spell();
}

export const keys = Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, Object.keys(words)]));
