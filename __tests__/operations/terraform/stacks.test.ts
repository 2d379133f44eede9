import { outputFolder } from "../../../operations/terraform/stacks";

const before = { ...process.env };
afterEach(() => (process.env = { ...before }));
const folder = (config?: string, outdir?: string) => {
  delete process.env.DAGGER_CI_CONFIG;
  delete process.env.CDKTF_OUTDIR;
  if (config !== undefined) process.env.DAGGER_CI_CONFIG = config;
  if (outdir !== undefined) process.env.CDKTF_OUTDIR = outdir;
  return outputFolder();
};

test("each configuration file has a folder of its own for stacks and plans", () => {
  expect(folder()).toBe("cdktf.out");
  expect(folder("")).toBe("cdktf.out");
  expect(folder("./dagger-ci.yaml")).toBe("cdktf.out");
  expect(folder("installations/staging.yaml")).toBe("cdktf.out.installations-staging");
  expect(folder("./installations/production.yml")).toBe("cdktf.out.installations-production");
  expect(folder("staging/dagger-ci.yaml")).toBe("cdktf.out.staging-dagger-ci");
});

test("CDKTF_OUTDIR names it, whatever the file", () => {
  expect(folder("installations/staging.yaml", "elsewhere")).toBe("elsewhere");
});
