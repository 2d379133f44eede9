import { join } from "node:path";

/**
 * Before each file of tests: what a person has in the shell does not matter. Tests, and the programs that they start,
 * read the configuration that they name, and write where they say.
 */
for (const name of ["DAGGER_CI_CONFIG", "CDKTF_OUTDIR", "CDKTF_CONTEXT_JSON", "TERRAFORM_BINARY_NAME", "NODE_OPTIONS"]) {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- only deleted names are missing in child processes
  delete process.env[name];
}
// Programs of one run need not compile again what another has compiled.
process.env.NODE_COMPILE_CACHE = join(process.env.TEST_RUN!, "compiled");
