import { outcomeText } from "../terraform/progress";
import { attributeLines } from "./attribute-text";
import { countsOf, ofKind, type Changed } from "./changes";
import { attributeChanges, valueChanges } from "./diff";
import { driftOf } from "./drift";
import type { Rendered, Section } from "./fit";
import { alert, code, codeBlock, many } from "./markdown";
import { meaningText } from "./meaning/meaning";
import { movingOutputs } from "./outputs";
import type { StackReview } from "./review-stack";
import type { Flag } from "./rules/rule";

/** By this line a comment is found again; GitHub does not show it. */
export const marker = (stack: string): string => `<!-- dagger-on-eks plan of ${stack} -->`;

export function renderStack(review: StackReview): Rendered {
  const { result, changes, fingerprint, as } = review;
  const title = outcomeText(result, result.outcome === "changes" ? countsOf(changes) : undefined);
  const head = [
    marker(result.stack),
    ...(fingerprint === undefined ? [] : [`<!-- fingerprint ${fingerprint} -->`]),
    `### ${code(result.stack)}: ${result.outcome === "failed" ? `the plan failed${as === undefined ? "" : `, for the reason of ${code(as)}`}` : title}`,
    ...boxes(review).map((box) => `\n${box}`),
  ].join("\n");
  return { stack: result.stack, head, sections: result.outcome === "failed" ? [] : sections(review) };
}

function boxes({ result, flags, provisional, as }: StackReview): string[] {
  const [cautions, notes] = [flags.filter(({ weight }) => weight === undefined), flags.filter(({ weight }) => weight === "note")];
  const provisionalLines = provisional.map(({ upstream, outputs }) =>
    outputs.length > 0
      ? `**Provisional**: made before the change of ${code(upstream)} is applied. What it reads from there will move: ` +
        `${outputs.map(code).join(", ")}.`
      : `**Provisional**: the plan of ${code(upstream)}, on which this builds, is itself provisional.`,
  );
  return [
    ...(result.outcome === "failed" && as === undefined ? [codeBlock("text", result.message.split("\n").slice(0, 60).map((line) => line.slice(0, LONGEST_LINE)))] : []),
    ...(cautions.length > 0 ? [alert("CAUTION", cautions.map(flagLine))] : []),
    ...(notes.length > 0 ? [alert("NOTE", notes.map(flagLine))] : []),
    ...(provisionalLines.length > 0 ? [alert("IMPORTANT", provisionalLines.map((line) => `- ${line}`))] : []),
  ];
}

/** Of a line of Terraform's errors. */
const LONGEST_LINE = 1000;
/** Most addresses over one difference. */
const MOST_HEADINGS = 25;
/** Most addresses that one warning names. */
const MOST_ADDRESSES = 4;

/** What a warning says after its title. */
export const flagText = ({ what, means, advice }: Flag): string =>
  `${[what ?? [], meaningText(means)].flat().join("; ")}.${advice === undefined ? "" : ` ${advice}.`}`;

function flagLine(flag: Flag): string {
  const { title, how, address, also = [] } = flag;
  const addresses = [...(address === undefined ? [] : [address]), ...also];
  const shown = addresses.slice(0, MOST_ADDRESSES).map((item) => code(item)).join(", ");
  const more = addresses.length > MOST_ADDRESSES ? ` and ${addresses.length - MOST_ADDRESSES} more` : "";
  return `- **${title}**${how === undefined ? "" : ` (${how})`}${shown === "" ? "" : ` ${shown}${more}`}: ${flagText(flag)}`;
}

function sections({ changes, plan, flags }: StackReview): Section[] {
  if (flags.some(({ brief }) => brief)) {
    const kinds = [["Replaced", "replace"], ["Destroyed", "destroy"], ["Changed", "change"], ["Added", "add"]] as const;
    return kinds.map(([title, kind]) => ({ title, blocks: byKind(ofKind(changes, kind)) }));
  }
  return [
    { title: "Replaced", blocks: diffBlocks(ofKind(changes, "replace")) },
    section("Destroyed", ofKind(changes, "destroy"), ({ address }) => `- ${code(address)}`),
    section("Forgotten: Terraform lets go of it, it stays in the account", ofKind(changes, "forget"), ({ address }) => `- ${code(address)}`),
    { title: "Changed", blocks: diffBlocks(ofKind(changes, "change")) },
    section("Moved", ofKind(changes, "move"), ({ previous_address = "", address }) => `- ${code(previous_address)} to ${code(address)}`),
    section("Imported", ofKind(changes, "import"), ({ address }) => `- ${code(address)}`),
    { title: "Outputs", blocks: plan ? outputBlock(plan) : [] },
    { title: "Added", blocks: byKind(ofKind(changes, "add")) },
    { title: "Changed outside of Terraform since the last apply", blocks: plan ? driftBlocks(driftOf(plan)) : [] },
  ];
}

/** Of what is gone every attribute went; its name says that. */
const driftBlocks = (drift: readonly Changed[]): string[] => [
  ...ofKind(drift, "destroy").map(({ address }) => `- ${code(address)} is gone`),
  ...diffBlocks(ofKind(drift, "change")),
];

const section = (title: string, changes: readonly Changed[], block: (change: Changed) => string): Section => ({
  title,
  blocks: changes.map(block),
});

const forcedBy = ({ change }: Changed): string => {
  const paths = (change.replace_paths ?? []).map((path) => path.join("."));
  return paths.length > 0 ? `, forced by ${paths.join(", ")}` : "";
};

/** One block for each change; resources that change in the same way, such as by a new tag, share one. */
function diffBlocks(changes: readonly Changed[]): string[] {
  const byLines = new Map<string, string[]>();
  for (const change of changes) {
    const lines = attributeLines(attributeChanges(change.type, change.change));
    const shown = lines.length > 0 ? lines : [change.kind === "change" ? "  no value changes, only its form" : "  every value stays"];
    const key = shown.join("\n");
    byLines.set(key, [...(byLines.get(key) ?? []), `# ${change.address}${forcedBy(change)}`]);
  }
  return [...byLines].map(([lines, addresses]) => {
    const more = addresses.length - MOST_HEADINGS;
    return codeBlock("diff", [...addresses.slice(0, MOST_HEADINGS), ...(more > 0 ? [`# and ${more} more`] : []), lines]);
  });
}

function outputBlock(plan: NonNullable<StackReview["plan"]>): string[] {
  const names = movingOutputs(plan);
  if (names.length === 0) return [];
  return [codeBlock("diff", attributeLines(names.flatMap((name) => valueChanges(name, plan.output_changes![name]!))))];
}

/** Resources by kind: what they are matters more than their names. */
function byKind(changed: readonly Changed[]): string[] {
  const kinds = [...new Set(changed.map(({ type }) => type))].sort();
  return kinds.map((type) => {
    const names = changed.filter((resource) => resource.type === type).map(({ address }) => code(address.slice(type.length + 1)));
    const shown = names.slice(0, 6).join(", ");
    return `- ${many(names.length, code(type), code(type))}: ${shown}${names.length > 6 ? ` and ${names.length - 6} more` : ""}`;
  });
}
