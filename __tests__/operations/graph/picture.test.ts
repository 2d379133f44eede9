import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../../modules/load-config";
import { mermaid } from "../../../operations/graph/mermaid";
import { picture } from "../../../operations/graph/picture";
import { svg } from "../../../operations/graph/svg";
import { fit, textWidth, wrap } from "../../../operations/graph/svg-text";
import { minimal, PROJECT, resources, scenario, scenarioNames, synthesize, valuesOf, WAY_OUT } from "../../support/project";

const drawn = (yaml = "") => picture(parseConfig(minimal(yaml)));
const many = (count: number) =>
  `fleets:\n${Array.from({ length: count }, (_, i) => `  - {name: fleet-${i}, runners: [{cpu: 2, memory: 8Gi, max: 3}]}`).join("\n")}`;

test("the picture in the README is today's (docs/images/architecture.yaml says how to draw it again)", () => {
  const images = join(PROJECT, "docs/images");
  const config = parseConfig(readFileSync(join(images, "architecture.yaml"), "utf8"));
  expect(readFileSync(join(images, "architecture.svg"), "utf8").split("\n")).toEqual(svg(picture(config)).split("\n"));
});

test.each(scenarioNames)("what workflows write in runs-on and where sockets are is as deployed: %s", (name) => {
  const { config, stacks } = scenario(name);
  const { fleets } = picture(config);
  const sets = resources(stacks.dagger, "helm_release").filter(({ chart }) => chart === "gha-runner-scale-set");
  const deployed = sets.map((set) => (valuesOf(set) as unknown as { runnerScaleSetName: string }).runnerScaleSetName);
  const inPicture = fleets.flatMap(({ runners }) => runners.filter(({ madeBy }) => madeBy === "arc"));
  expect(inPicture.map(({ runsOn }) => runsOn).sort()).toEqual(deployed.sort());
  const directories = stacks.dagger.output!.socket_directories!.value as Record<string, string>;
  expect(fleets.map(({ socket }) => socket)).toEqual(fleets.map((fleet) => `${directories[fleet.name]!}/engine.sock`));
});

test("an old engine's socket has its old name", () => {
  const { fleets } = drawn("fleets: [{name: old, dagger: 0.16.3, engine: {cache: root-disk}, runners: [{cpu: 2, memory: 8Gi, max: 1}]}]");
  expect(fleets[0]!.socket).toBe("/var/run/dagger/buildkitd.sock");
  expect(fleets[0]!.engine.lines[0]).toMatch(/cache on the root disk/);
});

test("the ways out of the network", () => {
  const ways = ["single", "per-az", "none"].map((nat) => drawn(`network: {nat: ${nat}}\n${WAY_OUT}`).network);
  expect(ways.map(({ way }) => way)).toEqual([
    "one NAT gateway, S3 by a gateway endpoint",
    "a NAT gateway in each zone, S3 by a gateway endpoint",
    "no NAT gateway, S3 by a gateway endpoint, 16 interface endpoints",
  ]);
  expect(ways.map(({ parts }) => parts.filter(({ lines }) => lines.join().includes("NAT")).length)).toEqual([1, 3, 0]);
  expect(ways[0]!.parts[2]!.lines).toEqual(["private 10.0.64.0/19", "public 10.0.226.0/24", "intra 10.0.242.0/24"]);
});

test("controllers that the cluster has already are named so, and only those that are there are drawn", () => {
  const of = (name: Parameters<typeof scenario>[0]) =>
    picture(scenario(name).config).controllers.map(({ role, lines }) => `${role}: ${lines.join()}`);
  expect(of("existing VPC and cluster")).toEqual([
    "karpenter: in the cluster already",
    expect.stringMatching(/^arc: [0-9.]+$/),
    "listeners: 2, one a scale set",
    "certManager: in the cluster already",
  ]);
  expect(of("the guide's own values").map((text) => text.replace(/:.*/, ""))).toEqual(["karpenter", "certManager", "summerwind"]);
});

test("nodes that stay are not bought by Karpenter", () => {
  const text = mermaid(picture(scenario("three fleets").config));
  const bought = [...text.matchAll(/karpenter -->\|buys\| f(\d)n/g)].map(([, fleet]) => fleet);
  expect(bought).toEqual(["0", "1"]);
  expect(text).toContain("2 x m6id.4xlarge, amd64, on demand");
});

test("Mermaid's own signs in a label are written by code", () => {
  const yaml = 'addons: {arc: {mode: none}, summerwind: install}\nfleets: [{name: a, runners: [{kind: runner-deployment, cpu: 1, memory: 4Gi, scaling: {mode: fixed, replicas: 1}, labels: [\'x];#<b>\']}]}]';
  expect(mermaid(drawn(yaml))).toContain("runs-on: x];#35;#60;b#62;");
  expect(svg(drawn(yaml))).toContain("x];#&#60;b&#62;");
});

test("many fleets share boxes and stand below each other in Mermaid", () => {
  const text = mermaid(drawn(many(20)));
  expect(text).toContain("flowchart LR");
  expect(text.match(/subgraph f\d+\[/g)).toHaveLength(20);
  const ids = new Set([...text.matchAll(/^ *([a-z0-9-]+)(?:\[|\()/gm)].map(([, id]) => id));
  for (const [, from, to] of text.matchAll(/^ *([a-z0-9-]+) (?:-->\|.*\||~~~) ([a-z0-9-]+)$/gm)) {
    expect(ids).toContain(from);
    expect(ids).toContain(to);
  }
});

test.each([1, 2, 5, 20])("%i fleets: no boxes overlap in the SVG, and all are inside of it", (count) => {
  const text = svg(drawn(many(count)));
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(text)!.map(Number);
  const boxes = [...text.matchAll(/<rect class="(\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(
    ([, kind, x, y, w, h]) => ({ kind, x: Number(x), y: Number(y), right: Number(x) + Number(w), bottom: Number(y) + Number(h) }),
  );
  for (const { right, bottom } of boxes) expect([right <= width!, bottom <= height!]).toEqual([true, true]);
  const leaves = boxes.filter(({ kind }) => kind === "box" || kind === "engine");
  const overlapping = leaves.filter((a, i) =>
    leaves.some((b, j) => i < j && a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom),
  );
  expect(overlapping).toEqual([]);
  expect(boxes.filter(({ kind }) => kind === "engine")).toHaveLength(count);
  expect(width).toBeLessThan(2400);
});

test("the longest name of a scale set is shown whole", () => {
  const runsOn = "a".repeat(45);
  const text = svg(drawn(`fleets: [{name: a, runners: [{cpu: 2, memory: 8Gi, max: 3, runsOn: ${runsOn}}]}]`));
  expect(text).toContain(`>${runsOn}</text>`);
});

test("text that is too wide is cut and kept in its tooltip; lines break at spaces", () => {
  const font = { size: 10, mono: true };
  expect(fit("0123456789", 100, font)).toBe("0123456789");
  const cut = fit("0123456789", 50, font);
  expect(cut).toBe("0123456…");
  expect(textWidth(cut, font)).toBeLessThanOrEqual(50);
  expect(wrap("one two three", 50, font)).toEqual(["one two", "three"]);
  const long = Array.from({ length: 9 }, (_, i) => `label-${i}`);
  const yaml = `addons: {summerwind: install}\nfleets: [{name: a, runners: [{kind: runner-deployment, cpu: 1, memory: 4Gi, scaling: {mode: fixed, replicas: 1}, labels: [${long.join(",")}]}]}]`;
  expect(svg(drawn(yaml))).toContain(`<title>${long.join(", ")}</title>`);
});

test("the SVG stands alone and has colours for light and for dark", () => {
  const text = svg(picture(synthesize(minimal()).config));
  expect(text).toContain("@media (prefers-color-scheme: dark)");
  expect(text).not.toMatch(/<script|href=|url\((?!#)/);
});

test("no line where nothing flows: an ARC kind without runners fetches no job and starts none", () => {
  // The key has one arrow of each kind, too.
  const jobs = (name: Parameters<typeof scenario>[0]) => svg(picture(scenario(name).config)).match(/class="arrow jobs"/g)!.length - 1;
  expect([jobs("both kinds of ARC, from mirrors"), jobs("three fleets"), jobs("the guide's own values")]).toEqual([1, 2, 1]);
  const flows = (name: Parameters<typeof scenario>[0]) => mermaid(picture(scenario(name).config)).split("\n").filter((line) => /summerwind.*-->|-->.*summerwind/.test(line)).map((line) => line.trim());
  expect(flows("both kinds of ARC, from mirrors")).toEqual([]);
  expect(flows("three fleets")).toEqual(["github -->|jobs| summerwind", "summerwind -->|starts| f2r1"]);
});

test("colours are written out: a renderer without CSS variables would paint all of it black", () => {
  expect(svg(drawn())).not.toMatch(/var\(|--[a-z]+:/);
});
