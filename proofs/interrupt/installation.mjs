// An installation to interrupt: a folder with a configuration and the project's commands, its states, and what the
// stand-in providers say that they made and destroyed.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const PROJECT = resolve(import.meta.dirname, "../..");
export const STACKS = ["network", "cluster", "addons", "dagger"];
const BUCKET = "states";
const NAME = "dagger-ci";
/** Where local states are. */
const LOCAL = join(".terraform-state", NAME);

export class Installation {
  /** @param aws port of an emulated AWS, if there is one; `port` the same, if states are in its S3 and not local files. */
  constructor(work, name, aws, port) {
    Object.assign(this, { name, aws, port, folder: join(work, name), log: join(work, `${name}.log`) });
    mkdirSync(this.folder);
    writeFileSync(this.log, "");
    for (const [from, to] of [[join(work, "dist"), "dist"], [join(PROJECT, "node_modules"), "node_modules"]]) symlinkSync(from, join(this.folder, to));
    const project = readFileSync(join(PROJECT, "package.json"), "utf8");
    // Built already.
    writeFileSync(join(this.folder, "package.json"), project.replaceAll("npm run --silent build && ", ""));
    this.configure();
  }

  configure(more = []) {
    const fleets = ["main", ...more].map((fleet) => `  - {name: ${fleet}, runners: [{cpu: 2, memory: 8Gi, max: 10}]}`);
    const lines = [
      `name: ${NAME}`,
      "region: eu-west-1",
      'account: "123456789012"',
      "github: {organization: acme, secret: dagger-ci/github}",
      "network: {mode: new, availabilityZones: 2, flowLogs: none}",
      "cluster: {mode: new, deletionProtection: false}",
      ...(this.port ? [`state: {type: s3, bucket: ${BUCKET}, prefix: ${this.name}}`] : []),
      "fleets:",
      ...fleets,
      "",
    ];
    writeFileSync(join(this.folder, "dagger-ci.yaml"), lines.join("\n"));
  }

  /** Takes over what another one has of these stacks. */
  async copy(other, stacks) {
    const states = join(this.folder, LOCAL);
    if (!this.port) mkdirSync(states, { recursive: true });
    for (const stack of stacks) {
      const state = JSON.stringify(await other.state(stack));
      if (this.port) await this.s3("PUT", `${this.name}/${stack}.tfstate`, state);
      else writeFileSync(join(states, `${stack}.tfstate`), state);
    }
  }

  /** Starts a program in the folder, in a process group of its own; `said` collects what it says. */
  start(program, args, { delay = 0, stdio = ["pipe", "pipe", "pipe"] } = {}) {
    const endpoint = { AWS_ENDPOINT_URL: `http://127.0.0.1:${this.aws}`, AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" };
    const child = spawn(program, args, {
      cwd: this.folder,
      detached: true,
      stdio,
      env: { ...process.env, STANDIN_LOG: this.log, STANDIN_DELAY_MS: String(delay), AWS_MAX_ATTEMPTS: "1", ...(this.aws ? endpoint : {}) },
    });
    const run = { child, said: "", ended: new Promise((done) => child.on("close", (code, signal) => done(code ?? signal))) };
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (run.said += text));
    return run;
  }

  node(command, ...args) {
    return this.start(process.execPath, [join("dist/commands", `${command}.js`), ...args]);
  }

  /** How often the providers did something, by type of resource. */
  done(op) {
    const counts = {};
    for (const line of readFileSync(this.log, "utf8").split("\n")) {
      const [, type] = new RegExp(`"op":"${op}".*?"type":"([a-z0-9_]+)"`).exec(line) ?? [];
      if (type !== undefined) counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
  }

  async state(stack) {
    const file = join(this.folder, LOCAL, `${stack}.tfstate`);
    if (this.port) return JSON.parse((await this.s3("GET", `${this.name}/${stack}.tfstate`)) || "{}");
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8") || "{}") : {};
  }

  /** Resources in all states, by type, but for those of Terraform itself, which no provider makes. */
  async resources() {
    const counts = {};
    for (const stack of STACKS) {
      for (const { mode, type, instances } of (await this.state(stack)).resources ?? []) {
        if (mode === "managed" && type !== "terraform_data") counts[type] = (counts[type] ?? 0) + instances.length;
      }
    }
    return counts;
  }

  /** Addresses that the synthesised stacks have and the states lack. */
  async missing(stacks) {
    const missing = [];
    for (const stack of stacks) {
      const { resources = [] } = await this.state(stack);
      const { resource = {} } = JSON.parse(readFileSync(join(this.folder, "cdktf.out/stacks", stack, "cdk.tf.json"), "utf8"));
      const wanted = Object.entries(resource).flatMap(([type, named]) => Object.keys(named).map((id) => `${type}.${id}`));
      missing.push(...wanted.filter((address) => !resources.some(({ type, name, instances }) => instances.length > 0 && `${type}.${name}` === address)));
    }
    return missing;
  }

  /** Locks on states and on the output folder, and private plans. */
  async leftovers() {
    const files = (folder) => (existsSync(join(this.folder, folder)) ? readdirSync(join(this.folder, folder)) : []);
    const objects = this.port ? [...(await this.s3("GET", `?list-type=2&prefix=${this.name}/`)).matchAll(/<Key>([^<]+)/g)].map(([, key]) => key) : [];
    return [...files(LOCAL), ...files("cdktf.out"), ...objects].filter((name) => /lock|in-use|private-/.test(name));
  }

  async s3(method, path, body) {
    // Who asks is looked at, the signature is not.
    const headers = { authorization: "AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0" };
    const answer = await fetch(`http://127.0.0.1:${this.port}/${BUCKET}/${path}`, { method, body, headers });
    return answer.ok ? answer.text() : "";
  }
}
