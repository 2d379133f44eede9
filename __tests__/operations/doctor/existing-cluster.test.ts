import { parseConfig } from "../../../modules/load-config";
import type { AwsAccount, StandingCluster } from "../../../operations/doctor/aws-account";
import { existingCluster } from "../../../operations/doctor/existing-cluster";
import { EXISTING, minimal } from "../../support/project";

const WELL: StandingCluster = { ipFamily: "ipv4", authenticationMode: "API", autoMode: false, addons: ["eks-pod-identity-agent"] };
const look = async (yaml: string, found: StandingCluster | undefined) =>
  (await existingCluster(parseConfig(minimal(yaml)), { cluster: () => Promise.resolve(found) } as unknown as AwsAccount)).map(({ status, detail }) => `${status}: ${detail}`);

test.each<[string, Partial<StandingCluster>, RegExp]>([
  ["as it should be", {}, /^ok: IPv4, with access entries$/],
  ["IPv6", { ipFamily: "ipv6" }, /^problem: it is IPv6/],
  ["without access entries", { authenticationMode: "CONFIG_MAP" }, /^problem: it knows no access entries/],
  ["without the agent of Pod Identity", { addons: [] }, /^unchecked: it has no add-on eks-pod-identity-agent, .* set cluster\.addons/],
])("a cluster that is %s", async (_title, change, expected) => {
  expect(await look(EXISTING, { ...WELL, ...change })).toEqual([expect.stringMatching(expected)]);
});

test("the agent may come from the stack, or not be needed; Auto Mode's own Karpenter is of no use", async () => {
  expect(await look(EXISTING.replace("name: platform", "name: platform, addons: {eks-pod-identity-agent: true}"), { ...WELL, addons: [] })).toEqual(["ok: IPv4, with access entries"]);
  expect(await look(`${EXISTING}\naddons: {karpenter: {mode: existing}}`, { ...WELL, addons: [] })).toEqual(["ok: IPv4, with access entries"]);
  expect(await look(`${EXISTING}\naddons: {karpenter: {mode: existing}}`, { ...WELL, autoMode: true })).toEqual([expect.stringMatching(/^problem: it is in EKS Auto Mode/)]);
});

test("a name that no cluster has", async () => {
  expect(await look(EXISTING, undefined)).toEqual(["problem: there is none of that name in eu-west-1"]);
  expect(await look("", undefined)).toEqual([]);
});
