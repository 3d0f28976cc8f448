// Run the tensor vectors against rules of our own: node read_tensor_vectors.js DIR/tensors.json
const rules = { // a step on flat arrays: its value, then the gradient of each argument
  exp: [(x) => x.map(Math.exp), (g, y) => [g.map((c, i) => c * y[i])]],
  sin: [(x) => x.map(Math.sin), (g, y, x) => [g.map((c, i) => c * Math.cos(x[i]))]],
  square: [(x) => x.map((a) => a * a), (g, y, x) => [g.map((c, i) => 2 * c * x[i])]],
  negative: [(x) => x.map((a) => -a), (g) => [g.map((c) => -c)]],
  flatten: [(x) => x, (g) => [g]],
  matrix_transpose: [(x, s) => turned(x, s), (g, y, x, s) => [turned(g, [...s.slice(0, -2), s.at(-1), s.at(-2)])]],
};
function turned(x, shape) { // the last two axes of a stack of matrices, swapped
  const [n, m] = shape.slice(-2), size = n * m;
  return x.map((_, i) => x[i - (i % size) + (i % n) * m + Math.floor((i % size) / n)]);
}
function read(x) { // a hex float, inf or -inf
  const found = /^(-?)0x([01])\.([0-9a-f]*)p([+-]\d+)$/.exec(x);
  if (!found) return typeof x === "number" ? x : { inf: Infinity, "-inf": -Infinity }[x] ?? NaN;
  const whole = Number(BigInt("0x" + found[2] + found[3]));
  const shift = Number(found[4]) - 4 * found[3].length, half = Math.trunc(shift / 2);
  return (found[1] ? -1 : 1) * whole * 2 ** half * 2 ** (shift - half);
}
const inside = (got, side) =>
  got.every((x, i) => read(side.least[i]) <= x && x <= read(side.largest[i]));
const tests = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8")).tests;
let tried = 0, wrong = 0;
for (const { id, program, inputs, value, gradient } of tests) {
  const [name, ...args] = program.steps[0] ?? [];
  if (program.steps.length !== 1 || !rules[name] || args.length !== 1) continue;
  const { name: input, shape } = program.inputs[0], x = inputs[input].map(read);
  const y = rules[name][0](x, shape), [g] = rules[name][1](program.cotangent.map(read), y, x, shape);
  tried++;
  if (!inside(y, value) || !inside(g, gradient[input])) wrong++, console.log("wrong:", id);
}
console.log(`${tried} of ${tests.length} tests, ${wrong} wrong`);
