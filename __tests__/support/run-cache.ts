import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What is the same for every file of a run, such as the stacks of a configuration: made by the first that asks. It is
 * kept as JSON, by its name, in the folder of the run.
 */
export function onceARun<T>(name: string, make: () => T): T {
  const folder = join(process.env.TEST_RUN!, "made");
  const file = join(folder, createHash("sha256").update(name).digest("hex"));
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as T;
  const made = make();
  mkdirSync(folder, { recursive: true });
  // Whole, or not there at all: files of tests run side by side.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(made));
  renameSync(`${file}.${process.pid}`, file);
  return made;
}
