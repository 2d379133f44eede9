import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandCalls } from "./commands";
import { planCase } from "./plans";
import { minimal, PROJECT, writeSynthesized } from "./project";

/** What Terraform's stand-in answers, by stack and by command. */
export type Answers = Readonly<Record<string, Readonly<Record<string, { readonly code?: number; readonly text?: string }>>>>;

const { json } = planCase("protection off");
export const unchanged = { show: { text: JSON.stringify(json.network) } };
export const changes = { plan: { code: 2 }, show: { text: JSON.stringify(json.cluster) } };
/** What a reviewer reads of `changes` in a stack. */
export const reviewText = (stack: string): string => `<!-- dagger-on-eks plan of ${stack} -->
<!-- fingerprint 7cdd890f1e131c871e0ec00236f9a8ebd2dcda6c91fa4f099ac5ddcd9f3f0639 -->
### \`${stack}\`: 1 to change

> [!CAUTION]
> - **Deletion protection off** \`aws_eks_cluster.cluster_eks_D2B58A35\`: reversibility: from then on a single call deletes the cluster, with all jobs and caches.

#### Changed
\`\`\`diff
# aws_eks_cluster.cluster_eks_D2B58A35
- deletion_protection: true
+ deletion_protection: false
\`\`\``;
const failed = (diagnostic: object) => ({ plan: { code: 1, text: JSON.stringify({ diagnostic: { severity: "error", ...diagnostic } }) } });
/** The plan of a stack that needs another one, which was never applied. */
export const noState = (stack: string) => failed({ summary: "Unable to find remote state", address: `data.terraform_remote_state.${stack}` });
export const broken = failed({ summary: "Boom", detail: "It broke." });
export const all = (answer: Answers[string]): Answers => Object.fromEntries(["network", "cluster", "addons", "dagger"].map((stack) => [stack, answer]));

/** Commands called, for each test in a folder of its own with synthesised stacks and a stand-in for Terraform. */
export function delivery() {
  const call = commandCalls();
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "dagger-on-eks-"));
    writeSynthesized(minimal(), join(directory, "cdktf.out"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const path = (name: string) => join(directory, name);

  const run = async (command: string, answers: Answers, ...args: string[]) => {
    const fake = path("terraform");
    rmSync(fake, { recursive: true, force: true });
    mkdirSync(fake);
    for (const [stack, byCommand] of Object.entries(answers)) {
      for (const [name, { code = 0, text = "" }] of Object.entries(byCommand)) {
        writeFileSync(join(fake, `${stack}.${name}.code`), String(code));
        writeFileSync(join(fake, `${stack}.${name}.text`), text);
      }
    }
    const { status, stdout, stderr } = await call(`commands/${command}.js`, args, {
      cwd: directory,
      env: { ...process.env, TERRAFORM_BINARY_NAME: join(PROJECT, "__tests__/support/fake-terraform"), FAKE_TERRAFORM: fake },
    });
    const log = join(fake, "calls");
    const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    return { status, stdout: stdout.replace(/\(\d+\.\d s\)/g, "(0.0 s)"), stderr, calls };
  };
  return { path, run };
}
