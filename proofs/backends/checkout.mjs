// A folder with a configuration and the project's commands, whose states are in a place that a server gives.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const PROJECT = resolve(import.meta.dirname, "../..");
export const LOCAL = "{type: local}";

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export async function until(what, holds) {
  for (const start = Date.now(); !(await holds()); await sleep(20)) if (Date.now() - start > 90_000) throw new Error(`never: ${what()}`);
}

export class Checkout {
  /** @param log file for what the stand-in providers do; two checkouts may share one. */
  constructor(work, name, environment, log = join(work, `${name}.log`)) {
    Object.assign(this, { folder: join(work, name), environment, log });
    mkdirSync(this.folder);
    writeFileSync(this.log, "", { flag: "a" });
    for (const [from, to] of [[join(work, "dist"), "dist"], [join(PROJECT, "node_modules"), "node_modules"]]) symlinkSync(from, join(this.folder, to));
  }

  configure(state, file = "dagger-ci.yaml") {
    const lines = [
      ...["name: dagger-ci", "region: eu-west-1", 'account: "123456789012"', "github: {organization: acme, secret: s}"],
      ...["network: {mode: new, availabilityZones: 2, flowLogs: none}", "cluster: {mode: new, deletionProtection: false}", `state: ${state}`, ""],
    ];
    writeFileSync(join(this.folder, file), lines.join("\n"));
  }

  start(program, args, { delay = 0, environment = {} } = {}) {
    // Nothing of AWS answers.
    const aws = { AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x", AWS_EC2_METADATA_DISABLED: "true" };
    const env = { ...process.env, ...aws, ...this.environment, STANDIN_LOG: this.log, STANDIN_DELAY_MS: String(delay), NODE_NO_WARNINGS: "1", ...environment };
    const child = spawn(program, args, { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const run = { child, said: "", ended: new Promise((done) => child.on("close", (code, signal) => done(code ?? signal))) };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (run.said += text));
    return run;
  }

  command(name, args, options) {
    return this.start(process.execPath, [join("dist/commands", `${name}.js`), ...args], options);
  }

  /** How often the providers made something. */
  made() {
    return readFileSync(this.log, "utf8").split("\n").filter((line) => line.includes('"op":"apply"')).length;
  }
}
