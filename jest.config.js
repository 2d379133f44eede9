/** @type {import("jest").Config} */
module.exports = {
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  // Many tests start programs, and machines are busy.
  testTimeout: 30_000,
  setupFiles: ["<rootDir>/__tests__/support/environment.ts"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } } }] },
};
