// Run the test vectors against JavaScript's own Math: node read_vectors.js DIR/first.json
const rules = {
  add: [(a, b) => a + b, () => [1, 1]],
  sub: [(a, b) => a - b, () => [1, -1]],
  mul: [(a, b) => a * b, (y, a, b) => [b, a]],
  neg: [(x) => -x, () => [-1]],
  sin: [Math.sin, (y, x) => [Math.cos(x)]],
  cos: [Math.cos, (y, x) => [-Math.sin(x)]],
  atan: [Math.atan, (y, x) => [1 / Math.hypot(1, x) / Math.hypot(1, x)]],
  tanh: [Math.tanh, null], asinh: [Math.asinh, null], cbrt: [Math.cbrt, null],
};
function read(x) { // an integer, a hex float, inf, -inf or nan
  const found = /^(-?)0x([01])\.([0-9a-f]*)p([+-]\d+)$/.exec(x);
  if (!found) return typeof x === "number" ? x : { inf: Infinity, "-inf": -Infinity }[x] ?? NaN;
  const whole = Number(BigInt("0x" + found[2] + found[3]));
  const shift = Number(found[4]) - 4 * found[3].length, half = Math.trunc(shift / 2);
  return (found[1] ? -1 : 1) * whole * 2 ** half * 2 ** (shift - half);
}
function run(program, point) {
  const v = [...point, ...program.constants].map(read), first = v.length;
  for (const [name, ...args] of program.steps) v.push(rules[name][0](...args.map((j) => v[j])));
  const g = new Array(v.length).fill(0);
  g[program.root] = 1;
  for (let i = program.root; i >= first; i--) {
    const [name, ...args] = program.steps[i - first];
    if (g[i] === 0) continue;
    if (!rules[name][1]) return [v[program.root]]; // only its value is known here
    rules[name][1](v[i], ...args.map((j) => v[j])).forEach((p, k) => (g[args[k]] += g[i] * p));
  }
  return [v[program.root], ...g.slice(0, point.length)];
}
function fits(got, want) {
  const [low, high] = want.interval ?? [want.low ?? "-inf", want.high ?? "inf"];
  return read(low) <= got && got <= read(high);
}
let ran = 0;
const failed = [];
for (const group of JSON.parse(require("fs").readFileSync(process.argv[2])).groups) {
  if (!group.program.steps.every(([name]) => name in rules)) continue;
  for (const test of group.tests) {
    if (test.flags.includes("Infinity")) continue;
    const wanted = [test.value, ...test.gradient];
    ran += 1;
    if (!run(group.program, test.point).every((x, k) => fits(x, wanted[k]))) failed.push(test.id);
  }
}
console.log(`${ran} tests ran, ${failed.length} failed ${failed.slice(0, 10)}`);
process.exit(failed.length ? 1 : 0);
