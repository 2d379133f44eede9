import { rmSync } from "node:fs";
import { join } from "node:path";

/**
 * What the files of one run of the tests share on disk, though several processes run them: a folder below `dist`, where
 * imports resolve. Jest calls this before the first file, and `end` after the last.
 */
export default function begin(): void {
  process.env.TEST_RUN = join(__dirname, "../../dist", `test-${process.pid}-${Date.now()}`);
}

export function end(): void {
  rmSync(process.env.TEST_RUN!, { recursive: true, force: true, maxRetries: 5 });
}
