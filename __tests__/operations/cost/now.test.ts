import { parseConfig } from "../../../modules/load-config";
import { describeNow } from "../../../operations/cost/describe-spent";
import { asRecorded, claimsNow } from "../../../operations/cost/now";
import { minimal } from "../../support/project";

const config = parseConfig(minimal());
const NOW = new Date("2026-11-26T12:00:00Z");
const claim = (name: string, made: string, nodeName: string | undefined, pool = "main") => ({
  metadata: {
    name,
    creationTimestamp: made,
    labels: { "karpenter.sh/nodepool": pool, "node.kubernetes.io/instance-type": "m6id.2xlarge", "karpenter.sh/capacity-type": "on-demand", "topology.kubernetes.io/zone": "eu-west-1a" },
  },
  status: nodeName === undefined ? {} : { nodeName },
});
const pod = (set: string, nodeName: string, namespace = "dagger-main") => ({
  metadata: { name: `${set}-x7k2p-runner-aaaaa`, namespace, labels: { "actions.github.com/scale-set-name": set } },
  spec: { nodeName },
});
const claims = claimsNow(
  config,
  [claim("young", "2026-11-26T11:30:00Z", undefined), claim("old", "2026-11-24T12:00:00Z", "one"), claim("other", "2026-11-24T12:00:00Z", "two", "of-somebody-else")],
  [
    pod("dagger-ci-main-4c-16g", "one"),
    pod("dagger-ci-main-2c-8g", "one"),
    pod("dagger-ci-main-2c-8g", "one"),
    pod("dagger-ci-main-2c-8g", "two"),
    pod("dagger-ci-main-2c-8g-more", "one"), // another's set, whose name begins alike
    { metadata: { name: "main-engine-zzzzz", namespace: "dagger-main" }, spec: { nodeName: "one" } },
    pod("dagger-ci-main-2c-8g", "one", "elsewhere"),
  ],
  NOW,
);

test("node claims of the fleets, oldest first, with the runners on their nodes", () => {
  expect(claims.map(({ hours, runners }) => [hours, runners])).toEqual([
    [48, ["2c-8g", "2c-8g", "4c-16g"]],
    [0.5, []],
  ]);
  expect(describeNow(claims)).toBe(
    ["node claims that are alive", "    main  m6id.2xlarge  on-demand  eu-west-1a  48 hours   2 x 2c-8g, 1 x 4c-16g", "    main  m6id.2xlarge  on-demand  eu-west-1a  0.5 hours  idle"].join("\n"),
  );
  expect(describeNow([])).toBe("no node claim of these fleets is alive");
});

test("as a record it is no more than the time that is asked for", () => {
  expect(asRecorded(config, claims, 24).nodes.map(({ nodePool, hours }) => [nodePool, hours])).toEqual([["main", 24], ["main", 0.5]]);
});
