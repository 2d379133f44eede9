import { createRequire, Module } from "node:module";

/**
 * Keeps cdktf 0.21 from work at every synth that nobody asked for. Two switches into its inside, each measured as whole
 * processes against cdktf as it comes (user CPU time, medians of 31 runs, of 11 with 100 fleets):
 *
 * - the library that writes archives is not loaded: 15 % of a synth of one fleet, 13 % of ten;
 * - no stack traces of tokens are taken: 9 % of a synth of one fleet, 10 % of ten, 22 % of a hundred.
 *
 * Where the package is another (cdktn, its fork), or its inside is not as it was, everything is left as it comes. Import
 * this before anything that imports cdktf.
 */
const load = createRequire(__filename);

/** Runs a switch; what it does not find as it expects, it leaves alone. */
function ifAsExpected(change: () => void): void {
  try {
    if ((load("cdktf/package.json") as { name?: string }).name === "cdktf") change();
  } catch {
    // Not the inside that was measured: cdktf works as it comes.
  }
}

// cdktf writes an archive, for an asset, in a process of its own, which does not see this.
ifAsExpected(() => {
  const archiver = load.resolve("archiver", { paths: [load.resolve("cdktf/lib/private/fs")] });
  load.cache[archiver] ??= Object.assign(new Module(archiver), { loaded: true });
});

// The traces would tell where a token was made, in errors that only cdktf's own faults lead to.
ifAsExpected(() => {
  const inside = load("cdktf/lib/tokens/private/stack-trace") as { captureStackTrace?: () => string[] };
  if (typeof inside.captureStackTrace === "function") inside.captureStackTrace = () => [];
});
