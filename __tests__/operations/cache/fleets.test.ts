import { machineOf, months } from "../../../operations/cache/fleets";
import { isSeeded } from "../../../modules/contract/seed";
import { parseConfig } from "../../../modules/load-config";
import { minimal } from "../../support/project";

test.each([
  ["2026-11-26T12:00:00Z", ["2026-11", "2026-10"]],
  ["2026-01-01T00:00:00Z", ["2026-01", "2025-12"]],
  ["2026-03-31T23:59:59Z", ["2026-03", "2026-02"]],
])("at %s new nodes look at %j", (now, expected) => {
  expect(months(new Date(now))).toEqual(expected);
});

test.each([["amd64", "x86_64"], ["arm64", "aarch64"]])("nodes of %s call themselves %s", (architecture, machine) => {
  const config = parseConfig(minimal(`fleets: [{name: a, seed: {publish: true}, nodes: {architecture: ${architecture}}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]`));
  expect(config.fleets.filter(isSeeded).map(machineOf)).toEqual([machine]);
});
