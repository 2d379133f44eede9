/**
 * The clock that keeps runners warm. It runs in the cluster, as this text, by Node alone: every few seconds it looks at the
 * Deployments of placeholders in its namespace, and gives each as many replicas as its hours say. It remembers nothing that
 * it needs: whatever moment it starts at, it does what is right then.
 *
 * Where job pods have come and gone, placeholders stand on many nodes, none of which is ever empty. So now and then, when a
 * node has nothing but placeholders and others have some as well, all of them are taken away and come back: the scheduler
 * puts those that come together beside each other.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { keptAt, wantedAt } from "../../config/fields/hours.ts";
import type { WarmOrder } from "../../contract/warm.ts";

interface Deployment {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas?: number };
}
interface Pod {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string }[];
  };
  readonly spec: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}
/** A size, what is wanted of it now, and why. */
interface Wanted {
  readonly deployment: string;
  readonly size: string;
  readonly has: number;
  readonly wants: number;
  readonly why: string;
  readonly packEvery: number;
}

const ACCOUNT = process.env.SERVICE_ACCOUNT_DIRECTORY ?? "/var/run/secrets/kubernetes.io/serviceaccount";
const API = process.env.KUBERNETES_API ?? `https://${process.env.KUBERNETES_SERVICE_HOST ?? ""}:${process.env.KUBERNETES_SERVICE_PORT ?? ""}`;
const LABEL = process.env.WARM_LABEL ?? "";
const EVERY_SECONDS = Number(process.env.EVERY_SECONDS ?? "15");
const ANSWER_SECONDS = 10;
/** While placeholders go and come. */
const PAUSE = Math.min(1, EVERY_SECONDS) * 1000;
const PAUSES = 15;
/** How many times longer it waits where the last time changed nothing. */
const NOTHING_NEW = 10;

const account = (file: string) => readFileSync(`${ACCOUNT}/${file}`, "utf8").trim();
function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

async function ask(path: string, method = "GET", body?: object): Promise<unknown> {
  const answer = await fetch(`${API}${path}`, {
    method,
    // Kubernetes renews the token.
    headers: { authorization: `Bearer ${account("token")}`, accept: "application/json", ...(body ? { "content-type": "application/merge-patch+json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(ANSWER_SECONDS * 1000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200).replaceAll("\n", " ")}`);
  return JSON.parse(text);
}

const namespace = account("namespace");
const list = async <T>(path: string): Promise<readonly T[]> => ((await ask(path)) as { items: readonly T[] }).items;
const deployments = () => list<Deployment>(`/apis/apps/v1/namespaces/${namespace}/deployments?labelSelector=${encodeURIComponent(LABEL)}`);
/** What the API server remembers is new enough, and costs it little. */
const pods = async (): Promise<readonly Pod[]> => {
  const all = await list<Pod>(`/api/v1/namespaces/${namespace}/pods?resourceVersion=0`);
  return all.filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
};
const scale = (name: string, replicas: number) =>
  ask(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale`, "PATCH", { spec: { replicas } });

const isPlaceholder = ({ metadata }: Pod): boolean => metadata.labels?.[LABEL] !== undefined;
const isJob = (pod: Pod): boolean => !isPlaceholder(pod) && pod.metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet") !== true;

function wantedOf({ metadata: { name, labels = {}, annotations = {} }, spec }: Deployment, all: readonly Pod[], now: Date): Wanted {
  const order = orderOf(name, annotations[LABEL]);
  const { warm, most, pods: ofRunners, packEvery } = order;
  const runners = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined && Object.entries(ofRunners).every(([key, value]) => metadata.labels?.[key] === value)).length;
  const byHours = wantedAt(warm, now);
  const wants = keptAt(order, runners, now);
  const hours = byHours === 0 ? "no hours now" : `by its hours ${byHours}`;
  const why = wants < byHours ? `${hours}, ${runners} of at most ${most} runners are there` : hours;
  return { deployment: name, size: labels[LABEL] ?? name, has: spec.replicas ?? 1, wants, why, packEvery };
}

function orderOf(name: string, annotation = ""): WarmOrder {
  try {
    return JSON.parse(annotation) as WarmOrder;
  } catch (error) {
    throw new Error(`annotation ${LABEL} of Deployment ${name}: ${(error as Error).message}`);
  }
}

/** How many placeholders and how many others, those that are ending among them, each node has, in an order that says nothing of names. */
function picture(all: readonly Pod[]): { readonly nodes: readonly string[]; readonly alone: number; readonly pending: number } {
  const found = new Map<string, { placeholders: number; jobs: number }>();
  let pending = 0;
  for (const pod of all) {
    const { nodeName } = pod.spec;
    if (nodeName === undefined && isPlaceholder(pod)) pending++;
    if (nodeName === undefined || (!isPlaceholder(pod) && !isJob(pod))) continue;
    const node = found.get(nodeName) ?? { placeholders: 0, jobs: 0 };
    found.set(nodeName, node);
    if (isPlaceholder(pod)) node.placeholders++;
    else node.jobs++;
  }
  const nodes = [...found.values()];
  return { nodes: nodes.map(({ placeholders, jobs }) => `${placeholders}+${jobs}`).sort(), alone: nodes.filter(({ jobs }) => jobs === 0).length, pending };
}

/** How placeholders stood after they were last put together, and when that was. */
let packed = { nodes: "", at: Date.now() };

async function pack(sizes: readonly Wanted[], all: readonly Pod[]): Promise<void> {
  const { nodes, alone, pending } = picture(all);
  const pause = Math.min(...sizes.map(({ packEvery }) => packEvery)) * (nodes.join() === packed.nodes ? NOTHING_NEW : 1);
  if (Date.now() - packed.at < pause * 1000 || pending > 0 || nodes.length < 2 || alone === 0) return;
  log(`placeholders are put together: of ${nodes.length} nodes ${alone} have nothing else`);
  for (const { deployment } of sizes) await scale(deployment, 0);
  for (let i = 0; i < PAUSES && (await pods()).some(isPlaceholder); i++) await sleep(PAUSE);
  for (const { deployment, wants } of sizes) await scale(deployment, wants);
  for (let i = 0; i < PAUSES; i++) {
    await sleep(PAUSE);
    const after = picture(await pods());
    packed = { nodes: after.nodes.join(), at: Date.now() };
    if (after.pending === 0 && after.nodes.length > 0) break;
  }
}

async function keep({ deployment, size, has, wants, why }: Wanted): Promise<void> {
  if (has === wants) return;
  await scale(deployment, wants);
  log(`${size}: ${has} to ${wants} runners kept warm (${why})`);
}

/** @throws Error with all that went wrong: what is wrong with one size keeps no other from its own. */
async function look(): Promise<void> {
  const [found, all] = await Promise.all([deployments(), pods()]);
  const sizes: Wanted[] = [];
  const wrong: string[] = [];
  for (const deployment of found) {
    try {
      const wanted = wantedOf(deployment, all, new Date());
      await keep(wanted);
      sizes.push(wanted);
    } catch (error) {
      wrong.push(reason(error));
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join("; "));
  const warm = sizes.filter(({ wants }) => wants > 0);
  if (warm.length > 0 && sizes.every(({ has, wants }) => has === wants)) await pack(warm, all);
}

const reason = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
};

async function main(): Promise<never> {
  // The first process of a container hears no signal that it does not ask for.
  process.on("SIGTERM", () => process.exit());
  log(`keeps runners warm in ${namespace}`);
  let failure = "";
  for (;;) {
    try {
      await look();
      if (failure !== "") log("all is well again");
      failure = "";
    } catch (error) {
      const told = reason(error);
      if (told !== failure) log(`tries again: ${told}`);
      failure = told;
    }
    await sleep(EVERY_SECONDS * 1000);
  }
}

void main();
