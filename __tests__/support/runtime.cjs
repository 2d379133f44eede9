const { default: Runtime } = require("jest-runtime");

const SHARED = /^(cdktf|constructs|@cdktf\/[^/]+|zod|yaml|ip-address)(\/|$)/;

/**
 * Each file of tests has the project's modules for itself. The packages that those are made of are loaded once for all files
 * that a worker runs: to load them takes longer than most files run. Not packages that ask for the environment, which is
 * each file's own.
 */
module.exports = class extends Runtime {
  requireModuleOrMock(from, name) {
    return SHARED.test(name) ? require(name) : super.requireModuleOrMock(from, name);
  }
};
