import { thousands } from "../../modules/placement/units";
import type { ClaimNow } from "./now";
import type { FleetSpent, SizeSpent } from "./spent";
import { money, table } from "./text";

/** What fleets cost in a time, for people. */
export const describeSpent = (fleets: readonly FleetSpent[]): string => fleets.map(fleetText).join("\n\n");

function fleetText({ name, nodeHours, nodes, dollars, by, sizes, idle }: FleetSpent): string {
  return [
    `fleet ${name}: ${hours(nodeHours)} of nodes${dollars === undefined ? ", of which a price is not known" : `, ${money(dollars)} with root disks at ${by}`}`,
    ...table(nodes.map((node) => [node.type, node.capacityType, node.zone, hours(node.hours), node.dollars === undefined ? "?" : money(node.dollars)])),
    ...(idle === undefined ? [] : ["  shared by the CPU that runners asked for, of what nodes have beside engines", ...table([...sizes.flatMap(sizeRows), ["idle", percent(idle.share), "", dollarCell(idle.dollars)]])]),
  ].join("\n");
}

const sizeRows = ({ name, share, cpuHours, dollars, repositories }: SizeSpent): string[][] => [
  [name, percent(share), `${thousands(cpuHours)} CPU-hours`, dollarCell(dollars)],
  ...repositories.map(({ repository, jobHours, dollars: part }) => [`  ${repository}`, "", `${hours(jobHours)} of jobs`, dollarCell(part)]),
];

/** What a cluster holds now, for people. */
export const describeNow = (claims: readonly ClaimNow[]): string =>
  claims.length === 0
    ? "no node claim of these fleets is alive"
    : ["node claims that are alive", ...table(claims.map(({ fleet, type, capacityType, zone, hours: age, runners }) => [fleet, type, capacityType, zone, hours(age), runners.length === 0 ? "idle" : counted(runners)]))].join("\n");

/** `3 x 2c-8g, 1 x 4c-16g`. */
const counted = (names: readonly string[]) => [...new Set(names)].map((name) => `${names.filter((one) => one === name).length} x ${name}`).join(", ");
const hours = (value: number) => `${thousands(value)} hours`;
const percent = (share: number) => `${thousands(share * 100)} %`;
const dollarCell = (dollars: number | undefined) => (dollars === undefined ? "?" : money(dollars));
