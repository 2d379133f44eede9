import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What the files of one run of the tests share on disk, though several processes run them: a folder below `dist`, where
 * imports resolve; and the place for temporary files, so that nothing of a run stays, whoever made it. Jest calls this
 * before the first file, and `end` after the last.
 */
export default function begin(): void {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), "dagger-on-eks-tests-"));
  process.env.TEST_RUN = join(__dirname, "../../dist", `test-${process.pid}-${Date.now()}`);
}

export function end(): void {
  for (const folder of [process.env.TEST_RUN!, process.env.TMPDIR!]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
