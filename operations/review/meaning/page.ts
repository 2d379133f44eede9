import { meaningText, type Meaning } from "./meaning";
import { MEANINGS } from "./meanings";

const INTRODUCTION = `# Reviews

\`npm run review\`, a deploy before it asks, and each pull request show what a plan does. Warnings come first, each with what
it means for **jobs** (running ones end, wait or are lost; new ones queue), **caches**, **cost**, **reach** (who gets in or
out no longer), **evidence** (logs), **data** (keys, kinds of objects and all that hangs on them) and **reversibility**.

- *CAUTION*: something is lost, cut off or refused. *NOTE*: nothing is, such as a cost bound that moves.
- What was done by hand since the last apply stands before what the plan does about it. What AWS moves by itself, such as
  platform versions, does not stand there at all.
- A cause is told once: of a fleet that goes, not its nodes, engine and sets one by one.
- What can never change on what stands (VPC, zones, ranges, key, name, region, account, instance type of nodes that stay) is
  no warning: such a plan fails, and says what to put back.
- General rules come before the tables below: what EKS refuses (two minor versions at once, a version back); one object that
  is destroyed under one address and made under another; a name in \`runs-on\` that vanishes or moves to another fleet; a
  fleet that goes; engines that restart while runners are on; a policy that allows more, or more rights in the cluster; a
  public endpoint widened; a secret from elsewhere; seeds that another engine version or architecture makes useless.

\`npm start\` says of these, before any plan, what a state in a file tells: what goes, and what goes to another version.
\`npm run upgrade\` says in the same words what new versions mean.

In a terminal a review has colours (not with \`NO_COLOR\`); into a file or a pipe it is Markdown.

\`npm run docs\` writes these tables from the model by which reviews warn. Resources are Terraform's types, kinds of
Kubernetes objects, and charts.`;

const TITLES: Readonly<Record<string, string>> = {
  network: "The VPC: stack `network`",
  cluster: "The cluster: stack `cluster`, and node groups of persistent fleets",
  addons: "Controllers: stack `addons`",
  dagger: "Fleets: stack `dagger`",
};

/** The page of what changes mean, in Markdown. */
export const reviewsPage = (): string =>
  `${[INTRODUCTION, ...Object.entries(MEANINGS).map(([stack, rows]) => `## ${TITLES[stack]!}\n\n${table(rows)}`)].join("\n\n")}\n`;

const table = (rows: readonly Meaning[]): string =>
  [["Resource", "Change", "Warning", "Meaning"], ["---", "---", "---", "---"], ...rows.map(row)].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const row = ({ of, change, title, weight, means }: Meaning): string[] => [
  `\`${of}\``,
  change,
  weight === "note" ? `${title} (note)` : title,
  meaningText(means, (aspect) => `**${aspect}**`),
];
