import { table } from "../table";
import { momentOf } from "./moments";
import { slowest, spreads, totals, type Spread, type Timeline } from "./timelines";
import { endOf, nameOf, pullText, span, totalText, utc } from "./words";

export const TO_THE_SECOND =
  "Kubernetes and GitHub tell times to the second. A segment is what a moment took after all before it were there: 0s is what was\n" +
  "there already, such as the node. What no object tells is not guessed: its time is in the segment that names it in brackets.";

/** Many jobs as tables, one job moment by moment. */
export function timelinesText(all: readonly Timeline[]): string {
  if (all.length === 0) return "No job of these sets is on its way, and none has begun that still has its runner. --watch records jobs as they come.";
  const [only] = all;
  return all.length === 1 && only ? `${oneText(only)}\n\n${TO_THE_SECOND}` : manyText(all);
}

function manyText(all: readonly Timeline[]): string {
  const jobs = [
    ["began (UTC)", "total", "slowest", "", "job", "set", "runner"],
    ...all.map(({ job, path }) => {
      const most = slowest(path);
      return [utc(path.start), totalText(path), ...(most === undefined ? ["", ""] : [span(most.seconds), `${momentOf(most.until).title}${most.open ? ", still" : ""}`]), nameOf(job), job.set, job.runner];
    }),
  ];
  const notes = all.flatMap(({ job, path }) => path.notes.map((note) => `${job.runner}: ${note}`));
  return [table(jobs), spreadText(all), ...(notes.length === 0 ? [] : [notes.join("\n")]), TO_THE_SECOND].join("\n\n");
}

function spreadText(all: readonly Timeline[]): string {
  const total = totals(all);
  if (total === undefined) return "None of them has begun.";
  const row = ({ jobs, p50, p90, p99, most }: Spread) => [String(jobs), ...[p50, p90, p99, most].map(span)];
  const rows = spreads(all).map((one) => [momentOf(one.until).title, one.owner, ...row(one)]);
  return table([["until", "whose", "jobs", "p50", "p90", "p99", "most"], ...rows, ["total", "", ...row(total)]]);
}

function oneText({ job, path }: Timeline): string {
  const most = slowest(path);
  const rows = path.segments.map((segment) => [
    utc(endOf(path, segment)).slice(11),
    span(segment.seconds),
    `${momentOf(segment.until).title}${segment.open ? ": waits still" : ""}${segment === most ? "  <- slowest" : ""}`,
    momentOf(segment.until).owner,
    ...(segment.with.length === 0 ? [] : [`(with ${segment.with.map((id) => momentOf(id).title).join(", ")})`]),
  ]);
  const pulls = job.pulls.map((pull) => `    ${pullText(pull)}`);
  return [
    `${nameOf(job)} on ${job.set}, runner ${job.runner}${job.node === undefined ? "" : `, node ${job.node}`}${job.instanceType === undefined ? "" : ` (${job.instanceType})`}`,
    table([[utc(path.start).slice(11), "", momentOf(path.from).title, ""], ...rows], 4),
    `    ${span(path.seconds)} from ${momentOf(path.from).title} on ${utc(path.start)} UTC${path.state === "has begun" ? "" : `, ${path.state}`}`,
    ...pulls,
    ...path.notes.map((note) => `    ${note}`),
  ].join("\n");
}
