import { createRequire, Module } from "node:module";

/**
 * Keeps cdktf from loading, at every start, a library that writes archives: a tenth of the time of a synth. Only
 * assets need it, and this project has none. Import this before anything that imports cdktf.
 */
const load = createRequire(__filename);
const archiver = load.resolve("archiver", { paths: [load.resolve("cdktf")] });
load.cache[archiver] = Object.assign(new Module(archiver), {
  loaded: true,
  exports: () => {
    throw new Error("archives are left out: see modules/cdktf/lean-cdktf.ts");
  },
});
