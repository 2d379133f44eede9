import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { charts } from "../../modules/contract/sources";
import type { Config } from "../../modules/config/schema";
import { certificates } from "../registry/certificates";
import { artefact, json, registry } from "../registry/registry";

const ADDRESS = "127.20.0.1";
const HELM = "application/vnd.cncf.helm";

export interface ChartRegistry {
  /** File of the certificate authority to trust. */
  readonly authority: string;
  /** Charts that were asked for and are not there. */
  readonly missing: ReadonlySet<string>;
}

/**
 * Serves the charts of a folder, each unpacked as `<name>-<version>`, under the names of all registries that these configurations
 * take charts from. The names lead here by this mount namespace's own /etc/hosts.
 */
export async function serveCharts(folder: string, configurations: readonly Config[], work: string): Promise<ChartRegistry> {
  const names = [...new Set(configurations.flatMap(hosts))];
  const own = join(work, "registry");
  mkdirSync(own);
  writeFileSync(join(own, "hosts"), `127.0.0.1 localhost\n${ADDRESS} ${names.join(" ")}\n`);
  execFileSync("mount", ["--bind", join(own, "hosts"), "/etc/hosts"]);
  const { authority, key, certificate } = certificates(own, names);

  const missing = new Set<string>();
  const there = readdirSync(folder);
  const chart = (name: string) => {
    if (there.includes(name)) return packed(folder, name);
    missing.add(name);
    return undefined;
  };
  const oci = registry((repository, tag) => {
    const found = chart(`${basename(repository)}-${tag.replace(/^v/, "")}`);
    if (found === undefined) return undefined;
    return artefact({ mediaType: `${HELM}.config.v1+json`, bytes: json(found.metadata) }, [{ mediaType: `${HELM}.chart.content.v1.tar+gzip`, bytes: found.archive }]);
  });
  const index = () => {
    const all = there.map((name) => ({ ...packed(folder, name).metadata, urls: [`${name}.tgz`] }));
    return json({ apiVersion: "v1", entries: Object.fromEntries([...new Set(all.map(({ name }) => name))].map((name) => [name, all.filter((one) => one.name === name)])) });
  };
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, answer) => {
    const file = basename(request.url!);
    if (request.url!.startsWith("/v2/")) {
      oci(request, answer);
      return;
    }
    const body = file === "index.yaml" ? index() : chart(basename(file, ".tgz"))?.archive;
    answer.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((listening) => server.listen(443, ADDRESS, listening));
  server.unref();
  return { authority, missing };
}

function hosts(config: Config): string[] {
  const all = Object.values(charts(config)).map((chart) => (typeof chart === "function" ? chart("0.0.0") : chart));
  return all.map(({ repository }) => new URL(repository).host);
}

interface Packed {
  readonly metadata: { readonly name: string; readonly version: string };
  readonly archive: Buffer;
}
const archives = new Map<string, Packed>();

/** As `helm package` would: below a folder of the chart's name. */
function packed(folder: string, chart: string): Packed {
  const known = archives.get(chart);
  if (known) return known;
  const metadata = parse(readFileSync(join(folder, chart, "Chart.yaml"), "utf8")) as Packed["metadata"];
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--dereference"];
  const archive = execFileSync("tar", ["-C", folder, "-cz", ...same, `--transform=s,^${chart},${metadata.name},`, chart], { maxBuffer: 2 ** 28 });
  const made = { metadata, archive };
  archives.set(chart, made);
  return made;
}
