import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DARK, LIGHT } from "../../../operations/timeline/colours";
import { JobCluster } from "../../support/job-cluster";
import { minimal } from "../../support/project";

let place: JobCluster;
beforeEach(async () => {
  place = new JobCluster(minimal("fleets: [{name: main, runners: [{cpu: 2, memory: 8Gi, max: 20}]}]"));
  await place.api.listen();
});
afterEach(() => place.remove());

/** The page, and what the command said. */
async function page(...args: string[]) {
  const called = await place.call("timeline", ["--html", "page.html", ...args]);
  return { ...called, html: readFileSync(join(place.directory, "page.html"), "utf8") };
}
const texts = (html: string) => html.replace(/<(style|script)>.*?<\/\1>/gs, "").replace(/<[^>]+>/g, "\n").split("\n").map((line) => line.trim()).filter((line) => line !== "");

test("a page needs nothing from elsewhere, and what a workflow calls its job is no HTML", async () => {
  place.runner("r1", undefined, { job: '<img src=x onerror="alert(1)">' });
  place.runner("r2");
  const { status, stdout, stderr, html } = await page();
  expect([status, stdout, stderr]).toEqual([0, "", "wrote page.html: 2 jobs\n"]);
  expect(html).not.toMatch(/<img|<link|<script [a-z]|<a |@import|url\(/);
  expect(html.match(/&#60;img src=x onerror=&#34;alert\(1\)&#34;&#62;/g)!.length).toBeGreaterThan(1);
});

test("it tells what the table tells: percentiles, and each job with its moments", async () => {
  place.runner("r1");
  place.runner("r2", { assigned: 100, pod: 101, bound: 101, cli: 102, answered: 104, image: 104, started: 105, taken: 108 });
  const { html } = await page();
  const said = place.words(texts(html).join("\n")).split("\n");
  expect(said.slice(said.indexOf("median"), said.indexOf("GitHub"))).toEqual(["median", "8s", "90 % within", "1m 28s", "99 % within", "1m 28s", "longest", "1m 28s"]);
  const row = said.indexOf("registered");
  expect(said.slice(row, row + 8)).toEqual(["registered", "slowest", "AWS", "1", "35s", "35s", "35s", "35s"]);
  const jobs = said.slice(said.indexOf("Jobs"));
  expect(jobs.join(" | ")).toContain("<+44> | 35s | registered | slowest | AWS | <+58> | 14s | initialised | Kubernetes");
  expect(jobs.join(" | ")).toContain("<+101> | 0s | bound (with node claim, launched, registered, initialised) | Kubernetes");
  const bars = [...html.matchAll(/<span class="line" style="width:([\d.]+)%">(.*?)<\/span><\/span>/g)].map(([, width, parts]) => [Number(width), [...parts!.matchAll(/width:([\d.]+)%/g)].reduce((sum, [, share]) => sum + Number(share), 0)]);
  expect(bars.map(([width]) => width)).toEqual([100, 9.09]);
  for (const [, sum] of bars) expect(sum).toBeCloseTo(100, 0);
});

test("a job that waits leaves the scale to those that have begun; one job stands open", async () => {
  place.runner("r1");
  place.runner("r2", { assigned: 0, pod: 1 });
  expect((await page()).html).toMatch(/<span class="track cut"><span class="line" style="width:6\d\d/);
  const { html } = await page("--job", "r1");
  expect([html.match(/<details[^>]* open>/g)!.length, html.includes('class="segments"'), html.includes('class="controls"')]).toEqual([1, false, false]);
});

/** Contrast of two colours (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const light = (colour: string) => {
    const [r, g, bl] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!;
  };
  const [more, less] = [light(a), light(b)].sort((x, y) => y - x);
  return (more! + 0.05) / (less! + 0.05);
}
test.each([["light", LIGHT, "#ffffff"], ["dark", DARK, "#0d1117"]] as const)("every colour stands out from the %s page", (_name, colours, paper) => {
  for (const colour of Object.values(colours)) expect(contrast(colour, paper)).toBeGreaterThan(4.5);
});
