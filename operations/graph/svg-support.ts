import type { ControllerRole, Picture } from "./picture";
import { box, line, type Point } from "./svg-shapes";

export const SUPPORT_WIDTH = 212;
const PAD = 14;
const HEAD = 56;
const CHIP = { height: 46, gap: 10 };

export const supportHeight = ({ controllers, support }: Picture): number =>
  HEAD + (support.lines.length - 1) * 17 + controllers.length * (CHIP.height + CHIP.gap) - CHIP.gap + PAD;

export interface DrawnSupport {
  readonly shapes: readonly string[];
  /** The middle of each controller's left and right edge. */
  readonly sides: Partial<Record<ControllerRole, { readonly left: Point; readonly right: Point }>>;
}

/** The support nodes with the controllers on them. */
export function drawSupport(drawn: Picture, [x, y]: Point): DrawnSupport {
  const { support, controllers } = drawn;
  const inner = SUPPORT_WIDTH - 2 * PAD;
  const first = y + HEAD + (support.lines.length - 1) * 17;
  const top = (i: number) => first + i * (CHIP.height + CHIP.gap);
  return {
    shapes: [
      box("card", { x, y, width: SUPPORT_WIDTH, height: supportHeight(drawn) }),
      line(support.title, "heading", [x + PAD, y + 24], inner),
      ...support.lines.map((text, i) => line(text, "body", [x + PAD, y + 43 + i * 17], inner)),
      ...controllers.flatMap(({ title, lines }, i) => [
        box("box", { x: x + PAD, y: top(i), width: inner, height: CHIP.height }, 6),
        line(title, "heading", [x + PAD + 10, top(i) + 19], inner - 20),
        line(lines.join(", "), "body", [x + PAD + 10, top(i) + 37], inner - 20),
      ]),
    ],
    sides: Object.fromEntries(
      controllers.map(({ role }, i) => {
        const middle = top(i) + CHIP.height / 2;
        return [role, { left: [x + PAD, middle], right: [x + SUPPORT_WIDTH - PAD, middle] }];
      }),
    ),
  };
}
