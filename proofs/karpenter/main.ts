// Starts the rig, runs all steps on it, stops it. The last line says how many steps passed and failed.
import { cpus } from "node:os";
import { lowLimit, oneFleet } from "./one-fleet";
import type { Render } from "./objects";
import { render } from "./rendered";
import { seeds } from "./seeds";
import { start, stop } from "../cluster/rig";
import { seconds, sum } from "../report/steps";
import { threeFleets } from "./three-fleets";

const [rig = ""] = process.argv.slice(2);
const began = performance.now();
const halt = () => {
  stop(rig);
  process.exit(130);
};
process.on("SIGINT", halt).on("SIGTERM", halt);
console.log(`${cpus().length} cores of ${cpus()[0]?.model ?? "an unknown kind"}, Node ${process.versions.node}`);

async function main(): Promise<void> {
  try {
    const account = await start(rig);
    console.log(`rig is up, ${seconds(began)} s`);
    const rendered: Render = (file, change) => render(account, file, change);
    await oneFleet(rendered, account);
    await lowLimit(rendered, account);
    await threeFleets(rendered, account);
    await seeds(rendered, account);
  } finally {
    stop(rig);
  }
  console.log(`${seconds(began)} s in all`);
  process.exitCode = sum() ? 0 : 1;
}

void main();
