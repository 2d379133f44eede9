import { makesRunners, type Box, type FleetPicture, type Picture } from "./picture";

/** Beyond this many fleets, the sizes of a fleet share one box, so that the chart stays readable. */
const FLEETS_WITH_ALL_BOXES = 6;

/** The picture as a Mermaid flowchart, which GitHub draws in Markdown. */
export function mermaid(drawn: Picture): string {
  const compact = drawn.fleets.length > FLEETS_WITH_ALL_BOXES;
  const { network, controllers } = drawn;
  const subnets = network.parts.map(({ title, lines }) => `${title}: ${lines.join(", ")}`);
  return [
    // Mermaid breaks lines at 200 pixels otherwise, in the middle of names.
    '%%{init: {"flowchart": {"wrappingWidth": 460}}}%%',
    // Many fleets below each other, a row each; a few side by side.
    `flowchart ${compact ? "LR" : "TB"}`,
    `  github[${label(drawn.github)}]`,
    `  subgraph vpc[${text(`${drawn.title}: ${network.title}`)}]`,
    `    subnets[${text(`Subnets: ${network.way}`, ...subnets)}]`,
    `    subgraph cluster[${text(drawn.cluster)}]`,
    `      subgraph support[${text(`${drawn.support.title}: ${drawn.support.lines.join(", ")}`)}]`,
    ...controllers.map((controller) => `        ${controller.role}[${label(controller)}]`),
    "      end",
    ...drawn.fleets.flatMap((fleet, i) => fleetChart(fleet, `f${i}`, compact)).map((line) => `      ${line}`),
    "    end",
    "  end",
    ...arrows(drawn, compact).map((line) => `  ${line}`),
  ].join("\n");
}

function fleetChart(fleet: FleetPicture, id: string, compact: boolean): string[] {
  const size = ({ size, count, runsOn }: FleetPicture["runners"][number]) => [`${size}, ${count} runners`, `runs-on: ${runsOn}`];
  const boxes = compact
    ? [`  ${id}r0([${text(...fleet.runners.flatMap(size))}])`]
    : fleet.runners.map((runner, i) => `  ${id}r${i}([${text(...size(runner))}])`);
  return [
    `subgraph ${id}[${text(`Fleet ${fleet.name}: Dagger ${fleet.dagger}`)}]`,
    `  ${id}n[${text(...fleet.nodes)}]`,
    ...boxes,
    `  ${id}e[(${label(fleet.engine)})]`,
    "end",
  ];
}

function arrows({ controllers, fleets }: Picture, compact: boolean): string[] {
  const has = (role: string) => controllers.some((controller) => controller.role === role);
  return [
    ...(has("listeners") ? ["github -->|jobs| listeners", "listeners -->|how many| arc"] : []),
    ...(makesRunners(fleets, "summerwind") ? ["github -->|jobs| summerwind"] : []),
    ...fleets.flatMap((fleet, i) => {
      const groups = compact ? [fleet.runners] : fleet.runners.map((runner) => [runner]);
      const makers = groups.map((group) => [...new Set(group.map(({ madeBy }) => madeBy))]);
      return [
        ...(fleet.autoscaled ? [`karpenter -->|buys| f${i}n`] : []),
        ...makers.flatMap((roles, j) => roles.filter(has).map((role) => `${role} -->|starts| f${i}r${j}`)),
        ...groups.map((_, j) => `f${i}r${j} -->|${text(fleet.socket)}| f${i}e`),
        `f${i}n ~~~ f${i}r0`,
      ];
    }),
  ];
}

const label = ({ title, lines }: Box) => text(title, ...lines);

/** A quoted label; what Mermaid would read as its own is written by code. */
const text = (...lines: string[]) =>
  `"${lines.map((line) => line.replace(/[#"`<>&]/g, (sign) => `#${sign.charCodeAt(0)};`)).join("<br/>")}"`;
