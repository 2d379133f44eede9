import { fleetContract } from "../../modules/contract/fleet-contract";
import type { Pod } from "./cluster";
import { job, jobOf } from "./job";
import type { Scene } from "./scene";

const LOOKS = `#!/bin/bash
id
grep -E '^(CapEff|NoNewPrivs)' /proc/self/status
for process in /proc/[0-9]*; do tr '\\0' ' ' <$process/cmdline; echo; done
exec awk '$2 !~ "^/(proc|sys|dev)(/|$)" { print "mount", $2, $3 }' /proc/mounts
`;

/** What a runner's pod has, seen from its job and in the API. */
export async function whatRunnersGet({ namespace, rendered, runner, check }: Scene): Promise<void> {
  await namespace.runner("looks", runner, LOOKS);
  const { exitCode, log, pod } = await jobOf(namespace, "looks");
  check("a job runs as 1001:1001, without a capability", exitCode === 0 && log.startsWith("uid=1001(runner) gid=1001(runner)") && /CapEff:\s0+$/m.test(log), log);
  check("it sees its own processes only", !/kubelet|containerd|dagger-engine/.test(log), log);
  const mounts = [...log.matchAll(/^mount (\S+) /gm)].map(([, path]) => path!.replace("/var/run/", "/run/")).filter((path) => path !== "/" && !path.startsWith("/etc/"));
  check("of the node it sees the socket's folder and no more", mounts.sort().join(" ") === "/run/dagger /run/secrets/kubernetes.io/serviceaccount /usr/local/bin/dagger", log);
  const volumes = pod.spec!.volumes as readonly { readonly hostPath?: { readonly path: string } }[];
  const paths = volumes.flatMap(({ hostPath }) => hostPath?.path ?? []);
  check("so says its pod in the API, too", paths.join() === fleetContract(rendered.fleet).socketDirectory && !/privileged":true|hostNetwork":true|hostPID":true/.test(JSON.stringify(pod.spec)), pod.spec);
}

const at = (text: string | undefined): number => (text === undefined ? NaN : Date.parse(text) / 1000);
/** Seconds from a pod's place on its node to the first step of its pipeline. */
function toFirstStep({ pod, log }: { readonly pod: Pod; readonly log: string }): number {
  const placed = pod.status?.conditions?.find(({ type }) => type === "PodScheduled") as { lastTransitionTime?: string } | undefined;
  return Number(/began (\d+)/.exec(log)?.[1]) - at(placed?.lastTransitionTime);
}

/** As many runners at once as placement promises, and one alone. */
export async function atOnce({ namespace, runner, promised, check }: Scene): Promise<object> {
  await namespace.runner("alone", runner, job("alone", 1));
  const alone = await jobOf(namespace, "alone");
  const names = Array.from({ length: promised }, (_, i) => `burst-${i}`);
  await Promise.all(names.map((name) => namespace.runner(name, runner, job(name, 5))));
  const all = await Promise.all(names.map((name) => jobOf(namespace, name)));
  check(`as many runners as placement promises beside an engine, ${promised}, run at once`, all.every(({ exitCode, output }) => exitCode === 0 && output !== undefined), all.find(({ exitCode }) => exitCode !== 0)?.log);
  const first = all.map(toFirstStep).sort((a, b) => a - b).map(Math.round);
  return { placedToFirstStep: { alone: Math.round(toFirstStep(alone)), [`of ${promised} at once`]: { least: first[0], most: first.at(-1) } } };
}
