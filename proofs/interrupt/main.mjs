// Interrupts commands while Terraform works. See `run`.
import { Installation, STACKS } from "./installation.mjs";

const [work, port = undefined] = process.argv.slice(2).filter(Boolean);
/** How long each create and destroy takes. */
const DELAY_MS = 700;
const AT_ONCE = 4;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
async function until(what, holds) {
  for (const start = Date.now(); !(await holds()); await sleep(20)) if (Date.now() - start > 60_000) throw new Error(`never: ${await what()}`);
}
const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);
const sorted = (counts) => JSON.stringify(Object.entries(counts).filter(([, count]) => count !== 0).sort());
const plus = (a, b, sign = 1) => Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map((type) => [type, (a[type] ?? 0) + sign * (b[type] ?? 0)]));

/** What is interrupted: with what standing, and after how much was done. */
const COMMANDS = {
  deploy: { args: ["network", "--yes"], op: "apply", after: 8, standing: [], stacks: ["network"] },
  destroy: { args: ["--yes"], op: "destroy", after: 24, standing: ["network", "cluster"], stacks: [] },
  upgrade: { args: ["--yes"], op: "apply", after: 2, standing: STACKS, stacks: STACKS, fleets: ["next"] },
};
const inNpm = (command, args) => ["script", ["-qefc", `npm run --silent ${command} -- ${args.join(" ")}`, "/dev/null"]];
const alone = (command, args) => [process.execPath, [`dist/commands/${command}.js`, ...args]];
const WAYS = {
  "Ctrl-C in npm run": { how: inNpm, interrupt: ({ child }) => child.stdin.write("\x03"), code: 130 },
  "SIGINT to Node alone": { how: alone, interrupt: ({ child }) => child.kill("SIGINT"), code: 130 },
  "SIGTERM to Node alone": { how: alone, interrupt: ({ child }) => child.kill("SIGTERM"), code: 143 },
  // Without a terminal npm alone hears of it, and passes it on to its child.
  "SIGTERM to npm alone": { how: (command, args) => ["npm", ["run", "--silent", command, "--", ...args]], interrupt: ({ child }) => child.kill("SIGTERM"), code: 143 },
  "SIGTERM to the whole group": { how: alone, interrupt: ({ child }) => process.kill(-child.pid, "SIGTERM"), code: 143 },
  "a terminal that is closed": { how: inNpm, interrupt: ({ child }) => child.kill("SIGKILL") },
  "a reader that goes away": { how: alone, interrupt: ({ child }) => (child.stdout.destroy(), child.stderr.destroy()), code: 141, completes: true },
  "SIGKILL to Node alone": { how: alone, interrupt: ({ child }) => child.kill("SIGKILL"), delay: 2500, completes: true, killed: true },
};
const CASES = {
  local: [
    ["deploy", Object.keys(WAYS)],
    ["destroy", ["Ctrl-C in npm run", "SIGTERM to Node alone"]],
    ["upgrade", ["Ctrl-C in npm run", "SIGINT to Node alone"]],
  ],
  S3: [
    ["deploy", ["Ctrl-C in npm run", "SIGTERM to Node alone", "SIGKILL to Node alone"]],
    ["destroy", ["Ctrl-C in npm run", "SIGINT to Node alone"]],
    ["upgrade", ["Ctrl-C in npm run", "SIGTERM to Node alone"]],
  ],
};

async function prove(name, base, command, way, statePort) {
  const { args, op, after, standing, stacks, fleets } = COMMANDS[command];
  const { how, interrupt, code, delay = DELAY_MS, killed, completes } = WAYS[way];
  const it = new Installation(work, name, port, statePort);
  await it.copy(base, standing);
  it.configure(fleets);
  const before = await it.resources();
  const run = it.start(...how(command, args), { delay });
  await until(() => `${after} times ${op}:\n${run.said}`, () => total(it.done(op)) >= after);
  interrupt(run);

  const problems = [];
  const ended = await run.ended;
  if (code !== undefined && ended !== code) problems.push(`exit code ${ended}, not ${code}`);
  if (code !== undefined && !completes && !/Interrupted[^]*goes on from there/.test(run.said)) problems.push(`says nothing of it:\n${run.said.slice(-1500)}`);
  if (killed) problems.push(...(await refusesAnother(it, command, args)));
  const left = async () => (await it.leftovers()).join(", ");
  // Where the terminal was closed, the command is still at it.
  await until(async () => `left: ${await left()}`, async () => (await left()) === "");

  const inState = await it.resources();
  const lost = plus(plus(before, it.done("apply")), inState, -1);
  // The stand-ins note a destroy before it is done: of those some may have been called off.
  const asMade = op === "destroy" ? Object.entries(lost).every(([type, count]) => count <= (it.done(op)[type] ?? 0)) : sorted(lost) === "[]";
  if (!asMade) problems.push(`made and not in the state, or, below zero, in the state and not made: ${sorted(lost)}`);
  const missing = await it.missing(stacks);
  if (completes ? missing.length > 0 : op === "apply" ? missing.length === 0 : total(inState) === 0) problems.push(`not interrupted: lacks ${missing.join(", ")}`);

  const again = it.node(command, ...args);
  const codeAgain = await again.ended;
  const rest = stacks.length > 0 ? await it.missing(stacks) : Object.keys(await it.resources());
  if (rest.length > 0) problems.push(`the same command again did not finish (${rest.join(", ")}):\n${again.said.slice(-1500)}`);
  // Without an emulated AWS, destroy cannot look for what controllers left.
  if (codeAgain !== 0 && (port !== undefined || command !== "destroy")) problems.push(`the same command again ended with ${codeAgain}:\n${again.said.slice(-1500)}`);
  return { name: `${command}, ${way}, ${statePort ? "S3" : "local"}: ${total(inState)} resources in the state, ${missing.length} to go`, problems };
}

/** Terraform outlives a command that is killed, and nobody else may work in the folder meanwhile. */
async function refusesAnother(it, command, args) {
  const another = it.node(command, ...args);
  const refused = (await another.ended) === 1 && /its Terraform \(process \d+\) still works/.test(another.said);
  await until(() => "Terraform ends", async () => {
    await sleep(1000);
    return [0, 2].includes(await it.node("plan", "network").ended);
  });
  return refused ? [] : [`another one was not refused: ${another.said}`];
}

const bases = new Map();
for (const statePort of port ? [undefined, port] : [undefined]) {
  if (statePort) await until(() => "S3 answers", () => fetch(`http://127.0.0.1:${port}/states`, { method: "PUT" }).then(({ ok }) => ok, () => false));
  const base = new Installation(work, statePort ? "base-s3" : "base", port, statePort);
  const run = base.node("deploy", "--yes");
  if ((await run.ended) !== 0) throw new Error(run.said);
  bases.set(statePort, base);
}
const jobs = [...bases].flatMap(([statePort, base]) =>
  CASES[statePort ? "S3" : "local"].flatMap(([command, ways]) =>
    ways.map((way) => () => prove(`${command}-${way.replaceAll(/\W/g, "-")}-${statePort ?? "local"}`, base, command, way, statePort)),
  ),
);
const all = jobs.length;
let failed = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { name, problems } = await job().catch((error) => ({ name: "", problems: [String(error)] }));
      if (problems.length > 0) failed++;
      console.log(`${problems.length === 0 ? "ok" : "FAILED"}  ${name}${problems.map((problem) => `\n    ${problem}`).join("")}`);
    }
  }),
);
console.log(`${all - failed} of ${all} as they should be`);
process.exitCode = failed === 0 ? 0 : 1;
