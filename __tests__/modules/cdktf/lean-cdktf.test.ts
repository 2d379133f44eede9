import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build as esbuild, type Plugin } from "esbuild";
import { PROJECT, SCENARIOS } from "../../support/project";

/** Jest has modules of its own and no cache to look into: everything here is built and run as a program. */
let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-lean-"))));
afterEach(() => rmSync(directory, { recursive: true }));

const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");

const PLAIN: Plugin = {
  name: "cdktf as it comes",
  setup: (building) => building.onLoad({ filter: /lean-cdktf\.ts$/ }, () => ({ contents: "" })),
};

/** Programs that are built already: several tests run one and the same, each elsewhere. */
const built = new Map<string, string>();
async function build(contents: string, plugins: Plugin[]): Promise<string> {
  const key = [contents, ...plugins.map(({ name }) => name)].join("\n");
  const known = built.get(key);
  if (known !== undefined) return known;
  const stdin = { contents, resolveDir: PROJECT, loader: "ts" as const };
  const { outputFiles } = await esbuild({ stdin, bundle: true, packages: "external", platform: "node", outfile: "program.js", write: false, plugins });
  built.set(key, outputFiles[0]!.text);
  return outputFiles[0]!.text;
}

async function run(contents: string, { plugins = [] as Plugin[], modules = join(PROJECT, "node_modules"), env = {} } = {}) {
  const text = await build(contents, plugins);
  // Imports resolve from the folder in which a program lies.
  const program = join(dirname(modules), "dist", `lean-${process.pid}-${Math.random().toString(36).slice(2)}.js`);
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(program, text);
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { cwd: PROJECT, encoding: "utf8", env: { ...process.env, ...env } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  } finally {
    rmSync(program);
  }
}

const ASK = `
  console.log(JSON.stringify({
    archives: Object.keys(require.cache).some((file) => file.includes("/zip-stream/")),
    traces: require("cdktf").Token.asAny({}).creationStack.length > 0,
  }));`;

/** What a program that imports this file has of cdktf's archives and traces. */
async function answer(file: string, plugins: Plugin[] = []): Promise<object> {
  const env = { DAGGER_CI_CONFIG: SCENARIOS.defaults, CDKTF_OUTDIR: join(directory, "out") };
  return JSON.parse((await run(`import "./${file}";${ASK}`, { plugins, env })).trim().split("\n").at(-1)!) as object;
}
// docs/leaving-cdktf.md leads to a package that only has cdktf's name.
const fork = !read("node_modules/cdktf/package.json").includes('"name": "cdktf"');
const AS_IT_COMES = { archives: true, traces: true };

(fork ? test.skip : test)("cdktf as it comes has both", async () => {
  expect(await answer("stacks/app", [PLAIN])).toEqual(AS_IT_COMES);
});

test.each(["stacks/app", "stacks/bootstrap", "modules/cdktf/state", "main"])("whoever imports %s gets no archives and no traces", async (file) => {
  expect(await answer(file)).toEqual(fork ? await answer(file, [PLAIN]) : { archives: false, traces: false });
});

test.each(["defaults", "three fleets"] as const)("what is written is what cdktf writes as it comes: %s", async (name) => {
  const written = async (plugins: Plugin[]) => {
    const out = join(directory, `out-${plugins.length}`);
    await run('import "./main";', { plugins, env: { DAGGER_CI_CONFIG: SCENARIOS[name], CDKTF_OUTDIR: out } });
    return readdirSync(out, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .sort()
      .map((file) => [file, readFileSync(join(out, file), "utf8")]);
  };
  const lean = await written([]);
  expect(lean.map(([file]) => file)).toContain("stacks/dagger/cdk.tf.json");
  expect(lean).toEqual(await written([PLAIN]));
});

test("an archive of an asset can still be written", async () => {
  const out = join(directory, "out");
  await run(`
    import "./modules/cdktf/lean-cdktf";
    import { App, AssetType, TerraformAsset, TerraformStack } from "cdktf";
    const app = new App({ outdir: ${JSON.stringify(out)} });
    const stack = new TerraformStack(app, "stack");
    new TerraformAsset(stack, "docs", { path: ${JSON.stringify(join(PROJECT, "docs"))}, type: AssetType.ARCHIVE });
    app.synth();`);
  const zip = readdirSync(out, { recursive: true, encoding: "utf8" }).find((file) => file.endsWith(".zip"))!;
  expect(readFileSync(join(out, zip)).subarray(0, 2).toString()).toBe("PK");
});

describe("another package, or another inside, is left as it comes", () => {
  const EXPECTED = {
    "package.json": '{"name": "cdktf", "main": "index.js"}',
    "index.js": "",
    "lib/private/fs.js": 'exports.archiver = require("archiver");',
    "lib/tokens/private/stack-trace.js": "exports.captureStackTrace = () => ['a trace'];",
    "node_modules/archiver/index.js": "module.exports = 'the archiver';",
  };
  const LEAN = { archiver: {}, trace: [] };
  const AS_IT_COMES = { archiver: "the archiver", trace: ["a trace"] };
  test.each<[string, Partial<Record<string, string>>, object]>([
    ["the inside that was measured", {}, LEAN],
    ["the fork, under cdktf's name", { "package.json": '{"name": "cdktn", "main": "index.js"}' }, AS_IT_COMES],
    ["a package that hides its inside", { "package.json": '{"name": "cdktf", "exports": {".": "./index.js", "./lib/*": "./lib/*.js"}}' }, AS_IT_COMES],
    ["no archiver", { "node_modules/archiver/index.js": undefined, "lib/private/fs.js": "exports.archiver = null;" }, { archiver: null, trace: [] }],
    ["an archiver elsewhere", { "lib/private/fs.js": undefined }, { trace: [] }],
    ["traces elsewhere", { "lib/tokens/private/stack-trace.js": undefined }, { archiver: {} }],
    ["traces under another name", { "lib/tokens/private/stack-trace.js": "exports.trace = () => ['a trace'];" }, { archiver: {} }],
    ["traces that cannot be replaced", { "lib/tokens/private/stack-trace.js": "Object.freeze(Object.assign(exports, { captureStackTrace: () => ['a trace'] }));" }, { archiver: {}, trace: ["a trace"] }],
  ])("%s", async (_what, other, seen) => {
    const modules = join(directory, "project/node_modules");
    const files: Partial<Record<string, string>> = { ...EXPECTED, ...other };
    for (const [file, text] of Object.entries(files)) {
      if (text === undefined) continue;
      const path = join(modules, "cdktf", file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    const ask = `
      import "./modules/cdktf/lean-cdktf";
      const part = (file, pick) => { try { return pick(require(file)); } catch { return undefined; } };
      console.log(JSON.stringify({
        archiver: part("cdktf/lib/private/fs", (inside) => inside.archiver),
        trace: part("cdktf/lib/tokens/private/stack-trace", (inside) => inside.captureStackTrace()),
      }));`;
    expect(JSON.parse(await run(ask, { modules }))).toEqual(seen);
  });
});
