// What slow-terraform does slowly. In the folder $SLOW_TERRAFORM it makes things: a line in "made" for each, every 10 ms, 25
// of them, and with $SLOW_HOLD no end before there is a file "finish"; at the end, or at the first interrupt, "state" gets all
// that was made and the lock goes. A second interrupt, a signal that kills, or a pipe that nobody reads loses what was not
// yet saved, as with Terraform. An interrupt takes $SLOW_TO_STOP ms to have an effect (default: 300).
import { appendFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const isPlan = process.argv[2] === "plan";
const file = (name) => join(process.env.SLOW_TERRAFORM, name);
writeFileSync(file("lock"), String(process.pid));
const made = [];
const end = (code) => {
  if (!isPlan) writeFileSync(file("state"), made.join("\n"));
  rmSync(file("lock"));
  process.exit(code);
};
let interrupts = 0;
process.on("SIGINT", () => {
  interrupts += 1;
  appendFileSync(file("signals"), "SIGINT\n");
  if (interrupts === 1) {
    process.stdout.write("Interrupt received.\n");
    setTimeout(() => end(1), Number(process.env.SLOW_TO_STOP ?? 300));
  } else {
    process.stderr.write("Two interrupts received. Exiting immediately. Note that data loss may have occurred.\n");
    process.exit(1);
  }
});
process.stdout.on("error", () => process.exit(2));
setInterval(() => {
  if (interrupts > 0) return;
  if (made.length === 25) {
    if (!process.env.SLOW_HOLD || existsSync(file("finish"))) end(isPlan ? 2 : 0);
    return;
  }
  made.push(`thing ${made.length + 1}`);
  appendFileSync(file("made"), `${made.at(-1)}\n`);
  process.stdout.write(`${made.at(-1)}: Creation complete\n`);
}, 10);
