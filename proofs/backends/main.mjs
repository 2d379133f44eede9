// Keeps states in each place that a server here can stand for. See `run`.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Checkout, LOCAL, until } from "./checkout.mjs";
import { gcsServer } from "./gcs-server.mjs";
import { hcpServer } from "./hcp-server.mjs";
import { httpServer } from "./http-server.mjs";

const [work] = process.argv.slice(2);
const tls = { key: readFileSync(join(work, "key.pem")), cert: readFileSync(join(work, "cert.pem")) };
const hcp = await hcpServer(tls);
const places = { HTTP: await httpServer(), "Cloud Storage": await gcsServer(), "HCP Terraform": hcp };
const rc = join(work, "terraformrc");
writeFileSync(rc, `${readFileSync(process.env.TF_CLI_CONFIG_FILE, "utf8")}\ncredentials "${hcp.host}" {\n  token = "secret"\n}\n`);
const environment = { TF_CLI_CONFIG_FILE: rc, SSL_CERT_FILE: join(work, "cert.pem"), ...Object.assign({}, ...Object.values(places).map((place) => place.environment)) };
const checkout = (name, log) => new Checkout(work, name.replaceAll(/\W/g, "-"), environment, log);

const problems = [];
let passed = 0;
function check(what, holds, more = "") {
  if (holds) passed++;
  else problems.push(what);
  console.log(`${holds ? "ok" : "FAILED"}  ${what}${holds ? "" : `\n${more}`}`);
}
/** Runs a command to its end: with this code, and these words. */
async function run(it, what, command, args, code, words) {
  const ran = it.command(command, args);
  const ended = await ran.ended;
  check(what, ended === code && words.test(ran.said.replaceAll(/\s+/g, " ")), `ended with ${ended}, not ${code}, or does not say ${words}:\n${ran.said.slice(-1500)}`);
}
const QUIET = /network planning … no changes.*cluster planning … no changes/;
/** Of a state; what Terraform had to break off it marks, and makes again. */
const resources = (state) =>
  (JSON.parse(state ?? "{}").resources ?? []).filter(({ mode, type, instances }) => mode === "managed" && type !== "terraform_data" && instances.some(({ status }) => status !== "tainted")).length;

/** From files through every place and back; each time another checkout finds all, and the old place lets nobody work. */
async function moves() {
  const it = checkout("moves");
  it.configure(LOCAL);
  await run(it, "two stacks with states in files", "deploy", ["network", "cluster", "--yes"], 0, /cluster applied/);
  const way = [["files", LOCAL], ...Object.entries(places).map(([name, place]) => [name, place.settings("moved")]), ["files again", LOCAL]];
  for (const [i, [to, state]] of way.entries()) {
    if (i === 0) continue;
    const from = `${way[i - 1][0]} to ${to}`;
    cpSync(join(it.folder, "dagger-ci.yaml"), join(it.folder, "before.yaml"));
    it.configure(state);
    await run(it, `${from}: told before anything is planned`, "plan", ["network"], 1, /are to be in another place than before/);
    await run(it, `${from}: moved`, "state", ["move", "--from", "before.yaml"], 0, /network: moved to .* cluster: moved to/);
    await run(it, `${from}: again`, "state", ["move", "--from", "before.yaml"], 0, /network: is in .* already/);
    if (state !== LOCAL) {
      const other = checkout(`moves ${i}`);
      other.configure(state);
      await run(other, `${from}: another checkout finds them`, "plan", ["network", "cluster"], 0, QUIET);
    }
    await run(it, `${from}: nothing changes`, "plan", ["network", "cluster"], 0, QUIET);
    cpSync(join(it.folder, "dagger-ci.yaml"), join(it.folder, "now.yaml"));
    cpSync(join(it.folder, "before.yaml"), join(it.folder, "dagger-ci.yaml"));
    // As another checkout would still have it.
    const late = checkout(`late ${i}`);
    cpSync(join(it.folder, "before.yaml"), join(late.folder, "dagger-ci.yaml"));
    if (way[i - 1][1] !== LOCAL) await run(late, `${from}: the old place lets nobody work`, "destroy", ["--yes"], 1, /was moved from .* Nothing was changed/);
    cpSync(join(it.folder, "now.yaml"), join(it.folder, "dagger-ci.yaml"));
  }
}

/** A lock that stays, by the recipe of docs/bad-day.md. */
async function stuckLock(name, place) {
  const it = checkout(`lock ${name}`);
  it.configure(place.settings("lock"));
  await run(it, `${name}, lock: a plan takes none`, "plan", ["network"], 2, /to add/);
  const info = { ID: "5b8e1ad0-0000-4000-8000-000000000000", Operation: "OperationTypeApply", Info: "", Who: "jane@laptop", Version: "1.11.4", Created: "2026-11-26T03:31:14.6Z", Path: "" };
  const id = place.lock("lock", "network", info) ?? info.ID;
  const deploy = it.command("deploy", ["network", "--yes"]);
  await until(() => deploy.said, () => /waits for the lock of/.test(deploy.said));
  const [, holder] = /waits for the lock of (.*?), for 10 minutes/.exec(deploy.said) ?? [];
  const wanted = { HTTP: `somebody (lock ${info.ID})`, "Cloud Storage": "jane@laptop (apply) since 2026-11-26 03:31:14 UTC", "HCP Terraform": "somebody, of whom the workspace acme/lock-network tells" };
  check(`${name}, lock: who is waited for`, holder === wanted[name], holder);
  const unlock = it.start("terraform", ["-chdir=cdktf.out/stacks/network", "force-unlock", "-force", id]);
  check(`${name}, lock: taken away by its id`, (await unlock.ended) === 0, unlock.said);
  check(`${name}, lock: the deploy goes on`, (await deploy.ended) === 0 && /network applied/.test(deploy.said), deploy.said.slice(-1500));
  check(`${name}, lock: none stays`, place.locked().filter((key) => key.includes("lock")).every((key) => !/lock[-/]network/.test(key)), place.locked().join());
}

/** An interrupt in the middle, and the same command again. */
async function interrupted(name, place) {
  const it = checkout(`interrupt ${name}`);
  it.configure(place.settings("interrupt"));
  const deploy = it.command("deploy", ["network", "--yes"], { delay: 700 });
  await until(() => deploy.said, () => it.made() >= 8);
  deploy.child.kill("SIGINT");
  const code = await deploy.ended;
  check(`${name}, interrupt: ends in order`, code === 130 && /goes on from there/.test(deploy.said), `${code}\n${deploy.said.slice(-1500)}`);
  const kept = resources(place.state("interrupt", "network"));
  check(`${name}, interrupt: what was made is in the state, ${kept} resources`, kept === it.made() && kept > 0, `${kept} of ${it.made()}`);
  check(`${name}, interrupt: the lock is free`, !place.locked().some((key) => key.includes("interrupt")), place.locked().join());
  await run(it, `${name}, interrupt: the same again goes on`, "deploy", ["network", "--yes"], 0, /network applied/);
  check(`${name}, interrupt: nothing was made twice`, resources(place.state("interrupt", "network")) === it.made(), String(it.made()));
  await run(it, `${name}, interrupt: a second plan is empty`, "plan", ["network"], 0, /no changes/);
}

/** Two deploys at once, from two checkouts. */
async function together(name, place) {
  const first = checkout(`first ${name}`);
  const second = checkout(`second ${name}`, first.log);
  for (const it of [first, second]) it.configure(place.settings("both"));
  const one = first.command("deploy", ["network", "--yes"], { delay: 3000 });
  await until(() => one.said, () => first.made() > 0);
  const other = second.command("deploy", ["network", "--yes"]);
  const codes = [await one.ended, await other.ended];
  check(`${name}, two deploys: the second lets the first end, and has nothing to do`, codes.join() === "0,0" && /no changes/.test(other.said), `${codes}\n${other.said.slice(-1500)}`);
  check(`${name}, two deploys: nothing was made twice`, resources(place.state("both", "network")) === first.made(), String(first.made()));
  await run(second, `${name}: taken down from the other checkout`, "destroy", ["--yes"], 1, /network: gone after .* Cannot tell whether the EKS cluster/);
  check(`${name}: nothing is left`, resources(place.state("both", "network")) === 0, place.state("both", "network"));
}

/** Terraform itself, where no server stands for the place: it takes all arguments, and gets as far as Azure's address. */
async function azure() {
  const it = checkout("azure");
  it.configure("{type: azurerm, storageAccount: acmestates, container: terraform}");
  // Nothing listens there: the way out is shut.
  const shut = { ARM_ACCESS_KEY: Buffer.from("x".repeat(64)).toString("base64"), HTTPS_PROXY: "http://127.0.0.1:9" };
  const plan = it.command("plan", ["network"], { environment: shut });
  const code = await plan.ended;
  check("Azure: Terraform asks the container for its states", code === 1 && /acmestates\.blob\.core\.windows\.net\/terraform/.test(plan.said.replaceAll(/[\s│]+/g, "")), plan.said);
}

const jobs = [moves, azure, ...Object.entries(places).flatMap(([name, place]) => [stuckLock, interrupted, together].map((job) => () => job(name, place)))];
await Promise.all(
  Array.from({ length: 5 }, async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await job().catch((error) => check(String(error), false));
  }),
);
for (const place of Object.values(places)) place.close();
console.log(`${passed} of ${passed + problems.length} as they should be`);
process.exitCode = problems.length === 0 ? 0 : 1;
