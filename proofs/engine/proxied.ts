import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Checks } from "../report/checks";
import { certificates } from "../registry/certificates";
import { ended, ProofEngine } from "./engine-dir";
import { bounded, certificateIn, rendered } from "./rendered";

const PROXY_PORT = 3128;
/** The address of engines, each in a network of its own. */
async function addressOf(parts: string, work: string): Promise<string> {
  const engine = new ProofEngine(parts, "address", mkdtempSync(join(work, "address-")));
  engine.start({});
  const { output } = await ended(engine.inside("ip -4 -o addr show scope global"));
  engine.kill();
  return /inet ([0-9.]+)/.exec(output)?.[1] ?? "";
}

/**
 * An image of docker.io comes from a mirror with a certificate of one's own, through a proxy. Then a pipeline asks a service
 * that is bound to it by a bare name, which no proxy knows.
 */
export async function proxied(parts: string, work: string, dagger: string, { check }: Checks): Promise<undefined> {
  const { authority, folder, key, certificate } = certificates(work, ["mirror.example.com"]);
  const proxy = `http://${await addressOf(parts, work)}:${PROXY_PORT}`;
  for (const pipelines of [false, true]) {
    const name = pipelines ? "handed" : "spared";
    const settings = { registryMirrors: { "docker.io": ["mirror.example.com"] }, certificates: { proof: certificateIn(authority) } };
    const { engineJson, environment } = rendered(dagger, settings, { proxy: { http: proxy, https: proxy, pipelines } });
    const engine = new ProofEngine(parts, name, mkdtempSync(join(work, `${name}-`)));
    engine.start(bounded(engineJson), { ...environment, CERTIFICATES: folder });
    const servers = engine.inside(`exec node ${process.cwd()}/dist/engine-servers.js ${parts}/rootfs ${key} ${certificate}`);
    let asked = "";
    servers.stdout!.on("data", (data: Buffer) => (asked += data.toString()));
    for (let i = 0; i < 100 && !asked.includes("ready"); i++) await sleep(100);
    const ran = await ended(engine.runner("dagger", "run", "--silent", "node", join(process.cwd(), "proofs/engine/service.mjs"), name));
    const seen = { asked, ran };
    engine.stop();
    const { proxies, answer } = JSON.parse(ran.output.trim().split("\n").at(-1) ?? "{}") as { proxies?: string[]; answer?: string };
    check(`${name}: the image comes from the mirror, through the proxy, by the private authority`, asked.includes("proxy CONNECT mirror.example.com:443") && asked.includes("registry mirror.example.com HEAD /v2/library/base/manifests/1"), seen);
    if (pipelines) {
      check(`${name}: pipelines have its variables in both spellings`, proxies?.length === 6, seen);
      check(`${name}: and ask it for the service that is bound to them`, asked.includes("proxy GET http://www:8080/") && answer !== "served", seen);
    } else {
      check(`${name}: pipelines have none of its variables`, proxies?.length === 0, seen);
      check(`${name}: and reach the service that is bound to them`, answer === "served", seen);
    }
  }
}
