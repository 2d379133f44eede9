import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { parse } from "yaml";
import { PROJECT } from "./project";

export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}
export interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly uses?: string;
  readonly environment?: string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export const workflow = (name: string): Workflow => parse(readFileSync(join(PROJECT, `.github/workflows/${name}.yml`), "utf8")) as Workflow;

type Values = Readonly<Record<string, unknown>>;
export type Result = "success" | "failure" | "skipped" | "cancelled";

/** What GitHub would make of an expression, for the parts of its language that the workflows use. */
export function evaluate(expression: string, values: Values, status: { readonly failed?: boolean; readonly cancelled?: boolean } = {}): unknown {
  const text = (value: unknown): string => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));
  // What is not set is an empty text, at any depth.
  const soft = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? new Proxy(value, { get: (target, key) => soft((target as Record<string | symbol, unknown>)[key] ?? "") })
      : value;
  const names = Object.fromEntries(["vars", "github", "needs", "steps", "inputs"].map((name) => [name, soft(values[name] ?? {})]));
  return runInNewContext(expression.replace(/^\$\{\{|\}\}$/g, "").replace(/([!=])=(?!=)/g, "$1=="), {
    ...names,
    contains: (all: unknown, part: unknown) => text(all).includes(text(part)),
    format: (pattern: string, ...items: unknown[]) => pattern.replace(/\{(\d+)\}/g, (_all, i: string) => text(items[Number(i)])),
    hashFiles: () => "some",
    failure: () => status.failed === true,
    cancelled: () => status.cancelled === true,
    success: () => status.failed !== true && status.cancelled !== true,
    always: () => true,
  });
}

/** A text with its expressions filled in. */
export const fill = (text: string, values: Values): string => text.replace(/\$\{\{(.*?)\}\}/g, (_all, expression: string) => String(evaluate(expression.trim(), values)));

/** Runs through the jobs as GitHub does: in order of their needs, each if its condition says so. @returns result by job. */
export function runJobs({ jobs }: Workflow, values: Values, results: Readonly<Record<string, Result>> = {}, cancelled = false): Record<string, Result> {
  const done: Record<string, Result> = {};
  const ancestors = (name: string): string[] => [jobs[name]!.needs ?? []].flat().flatMap((need) => [need, ...ancestors(need)]);
  const run = (name: string): void => {
    if (done[name]) return;
    const job = jobs[name]!;
    const needs = [job.needs ?? []].flat();
    needs.forEach(run);
    const all = ancestors(name).map((need) => done[need]);
    const condition = job.if ?? "success()";
    // Without a function of status, a condition stands beside success(), which a skipped job does not pass.
    const guarded = /\b(success|failure|cancelled|always)\(\)/.test(condition) && job.if !== undefined;
    const open = guarded || (needs.every((need) => done[need] === "success") && !cancelled);
    const status = { failed: all.includes("failure"), cancelled };
    const needed = Object.fromEntries(needs.map((need) => [need, { result: done[need], outputs: (values.outputs as Values | undefined)?.[need] ?? {} }]));
    done[name] = open && Boolean(evaluate(condition, { ...values, needs: needed }, status)) ? (results[name] ?? "success") : "skipped";
  };
  Object.keys(jobs).forEach(run);
  return done;
}
