import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The text of a program of the project that runs in the cluster, by its path in the project. */
export const programText = (path: string): string => readFileSync(join(project(), path), "utf8");

/** The project's folder: code runs from its source, or as a bundle of it in `dist`. */
function project(from = __dirname): string {
  return existsSync(join(from, "cdktf.json")) || dirname(from) === from ? from : project(dirname(from));
}
