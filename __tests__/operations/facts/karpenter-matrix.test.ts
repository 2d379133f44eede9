import { karpenterMatrix } from "../../../operations/facts/karpenter-matrix";

test("a page without a matrix is refused in a sentence", () => {
  expect(() => karpenterMatrix("# Nothing here")).toThrow(new Error("that page has no compatibility matrix that this command can read"));
});
