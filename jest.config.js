const { availableParallelism } = require("node:os");

/** @type {import("jest").Config} */
module.exports = {
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  // Many tests start programs, and machines are busy.
  testTimeout: 30_000,
  // Half of the time a file waits for programs that it started.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  globalSetup: "<rootDir>/__tests__/support/run.ts",
  globalTeardown: "<rootDir>/__tests__/support/run-end.ts",
  // A file of tests looks a global name up in its sandbox each time; not these, which no test replaces.
  sandboxInjectedGlobals: ["Array", "JSON", "Map", "Math", "Object", "Set"],
  // Loads the packages of stacks once a worker, not once a file.
  runtime: "<rootDir>/__tests__/support/runtime.cjs",
  testEnvironment: "<rootDir>/__tests__/support/worker.ts",
  setupFiles: ["<rootDir>/__tests__/support/environment.ts"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } } }] },
};
