import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { Checks } from "../report/checks";
import { giveFigures, keptFigures } from "../report/figures";
import { disk } from "./disk";
import { life } from "./life";
import { clientsAtOnce } from "./clients";
import { proxied } from "./proxied";

/**
 * A real engine with what the project renders for it. `prove ENGINE_DIR [STEP…]`; README.md says what the steps show.
 */
const [parts = "", ...asked] = process.argv.slice(2);
const DAGGER = process.env.DAGGER_VERSION ?? "0.21.8";

type Step = (parts: string, work: string, dagger: string, checks: Checks) => Promise<object | undefined>;
const STEPS: Readonly<Record<string, { readonly step: Step; readonly needs: readonly string[] }>> = {
  life: { step: life, needs: ["setpriv"] },
  proxy: { step: proxied, needs: ["openssl", "tar"] },
  disk: { step: disk, needs: ["mkfs.ext4", "fallocate"] },
  clients: { step: clientsAtOnce, needs: [] },
};

const there = (program: string) => spawnSync("sh", ["-c", 'command -v "$1"', "sh", program]).status === 0;

async function main(): Promise<void> {
  const checks = new Checks();
  const figures: Record<string, unknown> = {};
  for (const [name, { step, needs }] of Object.entries(STEPS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const missing = needs.filter((program) => !there(program));
    if (missing.length > 0) {
      checks.skip(name, `it needs ${missing.join(" and ")}`);
      continue;
    }
    console.log(`--- ${name}`);
    const work = mkdtempSync(join(tmpdir(), `engine-${name}-`));
    try {
      figures[name] = await step(parts, work, DAGGER, checks);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  console.log(JSON.stringify(figures, null, 2));
  checks.end(`${Object.keys(figures).join(", ")}: `);
  const { engines } = keptFigures<{ engines: Record<string, object> }>("engine");
  giveFigures({ engines: { ...engines, [DAGGER]: { ...engines?.[DAGGER], ...figures } } });
}

void main();
