// Starts the rig, runs all steps on it, stops it. The last line says how many steps passed and failed.
import { cpus } from "node:os";
import { lowLimit, oneFleet } from "./one-fleet.mjs";
import { project, render } from "./rendered.mjs";
import { start, stop } from "./rig.mjs";
import { seconds, sum } from "./steps.mjs";
import { threeFleets } from "./three-fleets.mjs";

const [rig] = process.argv.slice(2);
const began = performance.now();
const halt = () => {
  stop(rig);
  process.exit(130);
};
process.on("SIGINT", halt).on("SIGTERM", halt);
console.log(`${cpus().length} cores of ${cpus()[0].model}, Node ${process.versions.node}`);
const code = await project();
try {
  const account = await start(rig);
  console.log(`rig is up, ${seconds(began)} s`);
  const rendered = (file, change) => render(code, account, file, change);
  await oneFleet(rendered, account);
  await lowLimit(rendered, account);
  await threeFleets(rendered, account);
} finally {
  stop(rig);
}
console.log(`${seconds(began)} s in all`);
process.exitCode = sum() ? 0 : 1;
