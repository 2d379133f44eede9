import { outcomeText } from "../terraform/progress";
import { attributeLines } from "./attribute-text";
import { countsOf, ofKind, type Changed } from "./changes";
import { attributeChanges, valueChanges } from "./diff";
import type { Rendered, Section } from "./fit";
import { alert, code, codeBlock, many } from "./markdown";
import { movingOutputs } from "./outputs";
import type { StackReview } from "./review-stack";

/** By this line a comment is found again; GitHub does not show it. */
export const marker = (stack: string): string => `<!-- dagger-on-eks plan of ${stack} -->`;

export function renderStack(review: StackReview): Rendered {
  const { result, changes, fingerprint } = review;
  const title = outcomeText(result, result.outcome === "changes" ? countsOf(changes) : undefined);
  const head = [
    marker(result.stack),
    ...(fingerprint === undefined ? [] : [`<!-- fingerprint ${fingerprint} -->`]),
    `### ${code(result.stack)}: ${result.outcome === "failed" ? "the plan failed" : title}`,
    ...boxes(review).map((box) => `\n${box}`),
  ].join("\n");
  return { stack: result.stack, head, sections: result.outcome === "failed" ? [] : sections(review) };
}

function boxes({ result, flags, provisional }: StackReview): string[] {
  const flagLines = flags.map(({ title, reason, address }) =>
    [`**${title}**`, ...(address === undefined ? [] : [` ${code(address)}`]), `: ${reason}.`].join(""),
  );
  const provisionalLines = provisional.map(({ upstream, outputs }) =>
    outputs.length > 0
      ? `**Provisional**: made before the change of ${code(upstream)} is applied. What it reads from there will move: ` +
        `${outputs.map(code).join(", ")}.`
      : `**Provisional**: the plan of ${code(upstream)}, on which this builds, is itself provisional.`,
  );
  return [
    ...(result.outcome === "failed" ? [codeBlock("text", result.message.split("\n").slice(0, 60).map((line) => line.slice(0, 300)))] : []),
    ...(flagLines.length > 0 ? [alert("CAUTION", flagLines.map((line) => `- ${line}`))] : []),
    ...(provisionalLines.length > 0 ? [alert("IMPORTANT", provisionalLines.map((line) => `- ${line}`))] : []),
  ];
}

function sections({ changes, plan }: StackReview): Section[] {
  return [
    { title: "Replaced", blocks: diffBlocks(ofKind(changes, "replace")) },
    section("Destroyed", ofKind(changes, "destroy"), ({ address }) => `- ${code(address)}`),
    section("Forgotten: Terraform lets go of it, it stays in the account", ofKind(changes, "forget"), ({ address }) => `- ${code(address)}`),
    { title: "Changed", blocks: diffBlocks(ofKind(changes, "change")) },
    section("Moved", ofKind(changes, "move"), ({ previous_address = "", address }) => `- ${code(previous_address)} to ${code(address)}`),
    section("Imported", ofKind(changes, "import"), ({ address }) => `- ${code(address)}`),
    { title: "Outputs", blocks: plan ? outputBlock(plan) : [] },
    { title: "Added", blocks: additions(ofKind(changes, "add")) },
    { title: "Changed outside of Terraform since the last apply", blocks: diffBlocks(drift(plan)) },
  ];
}

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
  return [...byLines].map(([lines, addresses]) => codeBlock("diff", [...addresses, lines]));
}

function outputBlock(plan: NonNullable<StackReview["plan"]>): string[] {
  const names = movingOutputs(plan);
  if (names.length === 0) return [];
  return [codeBlock("diff", attributeLines(names.flatMap((name) => valueChanges(name, plan.output_changes![name]!))))];
}

/** Additions by kind: what they are matters more than their names. */
function additions(added: readonly Changed[]): string[] {
  const kinds = [...new Set(added.map(({ type }) => type))].sort();
  return kinds.map((type) => {
    const names = added.filter((change) => change.type === type).map(({ address }) => code(address.slice(type.length + 1)));
    const shown = names.slice(0, 6).join(", ");
    return `- ${many(names.length, code(type), code(type))}: ${shown}${names.length > 6 ? ` and ${names.length - 6} more` : ""}`;
  });
}

/** What somebody changed by hand; only the attributes that Terraform would set back are in the plan's changes. */
const drift = (plan: StackReview["plan"]): Changed[] =>
  (plan?.resource_drift ?? [])
    .filter(({ mode }) => mode === "managed")
    .map((resource) => ({ ...resource, kind: resource.change.actions.includes("delete") ? "destroy" : "change" }) as const);
