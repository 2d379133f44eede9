import { many } from "./markdown";

/** Part of a review with a heading; its blocks are shown or left out one by one. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly string[];
}

/** A stack's review as Markdown: what must always be shown, then sections from most to least important. */
export interface Rendered {
  readonly stack: string;
  readonly head: string;
  readonly sections: readonly Section[];
}

/** GitHub takes comments of 65,536 characters. The rest is room for what a workflow adds. */
export const COMMENT_LIMIT = 65_000;
const NOTE_ROOM = 400;

/** A stack's review of at most `limit` characters. What did not fit is counted at the end, section by section. */
export function fit({ head, sections }: Rendered, limit = COMMENT_LIMIT): string {
  const whole = [head, ...sections.flatMap(sectionText)].join("\n");
  if (whole.length <= limit) return whole;

  const headRoom = limit - NOTE_ROOM;
  const cutHead = head.length > headRoom ? `${head.slice(0, headRoom)}…` : head;
  const parts = [cutHead];
  const left: string[] = cutHead === head ? [] : ["the rest of the warnings"];
  let used = cutHead.length;
  for (const { title, blocks } of sections) {
    const shown: string[] = [];
    for (const block of blocks) {
      const cost = block.length + 1 + (shown.length === 0 ? heading(title).length + 2 : 0);
      if (used + cost > limit - NOTE_ROOM) break;
      shown.push(block);
      used += cost;
    }
    parts.push(...sectionText({ title, blocks: shown }));
    if (shown.length < blocks.length) {
      left.push(`${many(blocks.length - shown.length, "entry", "entries")} of ${blocks.length} under “${title}”`);
    }
  }
  return [...parts, "", `**Cut to fit a comment.** Left out: ${left.join(", ")}. \`npm run review -- --limit 0\` shows all.`].join("\n");
}

const heading = (title: string) => `#### ${title}`;
const sectionText = ({ title, blocks }: Section): string[] => (blocks.length > 0 ? ["", heading(title), ...blocks] : []);

/** The reviews of all stacks in one text of at most `limit` characters; small ones leave their room to the others. */
export function fitAll(stacks: readonly Rendered[], limit = COMMENT_LIMIT): string {
  const separator = "\n\n";
  const texts = new Map<string, string>();
  let room = limit - separator.length * stacks.length;
  const bySize = [...stacks].sort((a, b) => fit(a, Infinity).length - fit(b, Infinity).length);
  bySize.forEach((stack, i) => {
    const text = fit(stack, Math.floor(room / (bySize.length - i)));
    texts.set(stack.stack, text);
    room -= text.length;
  });
  return stacks.map(({ stack }) => texts.get(stack)!).join(separator);
}
