import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = "dagger-on-eks-tests-";

/**
 * What the files of one run of the tests share on disk, though several processes run them: a folder below `dist`, where
 * imports resolve; and the place for temporary files, so that nothing of a run stays, whoever made it. Jest calls this
 * before the first file, and `end` after the last.
 */
export default function begin(): void {
  // In memory, where there is such a place and nobody asks for another: on a disk the tests need a tenth more of processors.
  const inMemory = process.env.TMPDIR === undefined ? placeIn("/dev/shm") : undefined;
  process.env.TMPDIR = inMemory ?? mkdtempSync(join(tmpdir(), NAME));
  process.env.TEST_RUN = join(__dirname, "../../dist", `test-${process.pid}-${Date.now()}`);
}

/** A folder there; none where there is little room, or programs may not run: the tests hold some 20 MB at a time, programs too. */
function placeIn(memory: string): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize < 200e6) return undefined;
    const folder = mkdtempSync(join(memory, NAME));
    writeFileSync(join(folder, "program"), "#!/bin/sh\n", { mode: 0o755 });
    const { status } = spawnSync(join(folder, "program"));
    rmSync(status === 0 ? join(folder, "program") : folder, { recursive: true });
    return status === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
}

export function end(): void {
  for (const folder of [process.env.TEST_RUN!, process.env.TMPDIR!]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
