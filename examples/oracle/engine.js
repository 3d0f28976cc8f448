// An autograd engine in JavaScript, judged through the JSON-lines protocol:
//   symgrad oracle run --command "node examples/oracle/engine.js" --budget 20
const readline = require("readline");

// name: [value, partials(y, ...x)]
const rules = {
  add: [(a, b) => a + b, () => [1, 1]],
  sub: [(a, b) => a - b, () => [1, -1]],
  mul: [(a, b) => a * b, (y, a, b) => [b, a]],
  div: [(a, b) => a / b, (y, a, b) => [1 / b, -y / b]],
  neg: [(x) => -x, () => [-1]],
  exp: [Math.exp, (y) => [y]],
  log: [Math.log, (y, x) => [1 / x]],
  sqrt: [Math.sqrt, (y) => [0.5 / y]],
  sin: [Math.sin, (y, x) => [Math.cos(x)]],
  cos: [Math.cos, (y, x) => [-Math.sin(x)]],
  relu: [(x) => Math.max(x, 0), (y, x) => [x > 0 ? 1 : 0]],
};

// numbers travel as hex floats: 0x1.8p+1, -0x0.0p+0, inf, -inf, nan
function read(x) {
  if (typeof x === "number") return x;
  const found = /^(-?)0x([01])\.([0-9a-f]*)p([+-]\d+)$/.exec(x);
  if (!found) return { inf: Infinity, "-inf": -Infinity }[x] ?? NaN;
  const [, sign, lead, digits, power] = found;
  const whole = Number(BigInt("0x" + lead + digits));
  const shift = Number(power) - 4 * digits.length;
  const half = Math.trunc(shift / 2); // 2^shift alone may underflow
  return (sign ? -1 : 1) * whole * 2 ** half * 2 ** (shift - half);
}

function written(x) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const digits = (bits & 0xfffffffffffffn).toString(16).padStart(13, "0");
  const power = (exponent || 1) - 1023;
  return `${bits >> 63n ? "-" : ""}0x${exponent ? 1 : 0}.${digits}p${power < 0 ? "" : "+"}${power}`;
}

function gradient(program, point) {
  const values = [...point, ...program.constants].map(read);
  const first = values.length;
  for (const [name, ...args] of program.steps) {
    values.push(rules[name][0](...args.map((j) => values[j])));
  }
  const adjoints = new Array(values.length).fill(0);
  adjoints[program.root] = 1;
  for (let i = program.root; i >= first; i--) {
    if (adjoints[i] === 0) continue; // 0 times infinity is not 0
    const [name, ...args] = program.steps[i - first];
    const partials = rules[name][1](values[i], ...args.map((j) => values[j]));
    args.forEach((j, k) => (adjoints[j] += adjoints[i] * partials[k]));
  }
  return [values[program.root], adjoints.slice(0, program.variables.length)];
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const request = JSON.parse(line);
  let answer;
  if (request["symgrad-oracle"]) {
    answer = { name: "engine.js", dtype: "float64", operations: Object.keys(rules) };
  } else {
    try {
      const [value, partials] = gradient(request.program, request.point);
      answer = { id: request.id, value: written(value), gradient: partials.map(written) };
    } catch (error) {
      answer = { id: request.id, error: String(error) };
    }
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
