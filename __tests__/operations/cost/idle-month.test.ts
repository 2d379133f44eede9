import { parseConfig } from "../../../modules/load-config";
import { instanceHour, pricesOf } from "../../../modules/facts/prices";
import { idleMonth } from "../../../operations/cost/idle-month";
import { total } from "../../../operations/cost/lines";
import { EXISTING, minimal, WAY_OUT } from "../../support/project";

const SIZE = "runners: [{cpu: 2, memory: 8Gi, max: 20}]";
const lines = (more = "", today = "2026-11-26", region = "eu-west-1") => {
  const config = parseConfig(minimal(more).replace("eu-west-1", region));
  return idleMonth(config, { region }, today);
};
const what = (...args: Parameters<typeof lines>) => lines(...args).map(({ what, count, unit, hours }) => [what, count, unit, hours]);
const prices = pricesOf("eu-west-1")!;

test("the default installation, line by line", () => {
  expect(lines()).toEqual([
    { what: "EKS control plane", count: 1, unit: "hour", hours: 730, price: prices.clusterHour, month: 73 },
    { what: "support nodes, m7i.large", count: 2, unit: "hour", hours: 730, price: instanceHour("eu-west-1", "m7i.large"), month: expect.any(Number) as number },
    { what: "their root disks, gp3", count: 60, unit: "GB-month", price: prices.gp3GbMonth, month: 5.28 },
    { what: "KMS key, not yet rotated", count: 1, unit: "month", price: 1, month: 1 },
    { what: "NAT gateways", count: 1, unit: "hour", hours: 730, price: prices.natHour, month: 35.04 },
    { what: "their public IPv4 addresses", count: 1, unit: "hour", hours: 730, price: prices.ipv4Hour, month: 3.65 },
  ]);
  const support = lines()[1]!;
  expect(support.month).toBeCloseTo(2 * 730 * support.price!, 2);
});

test("what the network makes: gateways by zone, or endpoints in each zone", () => {
  expect(what("network: {nat: per-az, availabilityZones: 3}").slice(4)).toEqual([
    ["NAT gateways", 3, "hour", 730],
    ["their public IPv4 addresses", 3, "hour", 730],
  ]);
  expect(what(`network: {nat: none, availabilityZones: [eu-west-1a, eu-west-1b]}\n${WAY_OUT}`).slice(4)).toEqual([["interface endpoints, 16 in 2 zones", 32, "hour", 730]]);
});

test("an installation in what exists adds nothing that stands; a key of one's own is not counted", () => {
  expect(what(EXISTING)).toEqual([]);
  expect(what("cluster: {kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012'}").map(([name]) => name)).not.toContain("KMS key, not yet rotated");
});

test("extended support, once the Kubernetes version is in it", () => {
  expect(what("versions: {kubernetes: '1.35'}", "2026-11-26").map(([name]) => name)).not.toContain("extended support of Kubernetes 1.35");
  expect(lines("versions: {kubernetes: '1.35'}", "2029-01-01")[1]).toEqual({ what: "extended support of Kubernetes 1.35", count: 1, unit: "hour", hours: 730, price: 0.5, month: 365 });
});

test("nodes that stay, and nodes that idle runners keep, each with its root disk", () => {
  const disk = (gb: number) => (gb * prices.gp3GbMonth!) / 730;
  const [stay] = lines(`fleets: [{name: warm, nodes: {mode: persistent, instanceType: m6id.4xlarge, count: 3, rootDiskGb: 50}, ${SIZE}}]`).slice(6);
  expect(stay).toMatchObject({ what: "fleet warm: nodes that stay, m6id.4xlarge with root disk", count: 3, hours: 730 });
  expect(stay!.price).toBeCloseTo(instanceHour("eu-west-1", "m6id.4xlarge")! + disk(50), 4);

  // Six runners of 2 CPU beside an engine: two on each m6id.2xlarge, six on one 4xlarge, which is less.
  const [kept] = lines("fleets: [{name: main, nodes: {families: [m6id]}, runners: [{cpu: 2, memory: 8Gi, min: 6, max: 20}]}]").slice(6);
  expect(kept).toMatchObject({ what: "fleet main: nodes for 6 idle runners of 2c-8g, m6id.4xlarge with root disk", count: 1, hours: 730 });
  expect(kept!.price).toBeCloseTo(instanceHour("eu-west-1", "m6id.4xlarge")! + disk(30), 4);
});

test("what Prometheus keeps on a volume", () => {
  expect(lines("addons: {prometheus: {mode: install, volumeGb: 50}}")[6]).toMatchObject({ what: "volume of Prometheus, gp3", count: 50, unit: "GB-month", month: 4.4 });
});

test("a region without prices tells what would be paid for", () => {
  const all = lines(`fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, min: 3, max: 20}]}]`, "2026-11-26", "cn-north-1");
  expect(total(all)).toEqual({
    month: 0,
    unknown: ["EKS control plane", "support nodes, m7i.large", "their root disks, gp3", "KMS key, not yet rotated", "NAT gateways", "their public IPv4 addresses", "fleet main: nodes for 3 idle runners of 2c-8g"],
  });
});
