import { readFileSync } from "node:fs";
import { join } from "node:path";
import { docsPictures } from "../../operations/docs-pictures";
import { markdownOf, planCase, reviewOf } from "../support/plans";
import { PROJECT } from "../support/project";

const image = (name: string) => readFileSync(join(PROJECT, "docs/images", name), "utf8");

test("the pictures of the README are today's (npm run docs renews them)", () => {
  for (const [name, text] of Object.entries(docsPictures())) expect(image(name).split("\n")).toEqual(text.split("\n"));
});

test("the review in the picture is what npm run review says of that plan", () => {
  expect(planCase("engine upgraded in place").after).toContain("dagger");
  const said = markdownOf([reviewOf("engine upgraded in place", "dagger")]).replace(/<!--.*-->\n/g, "");
  expect(image("review.md").trim().split("\n")).toEqual(said.trim().split("\n"));
});

test("a picture of text needs no CSS variable and no font of ours", () => {
  for (const text of Object.values(docsPictures())) expect(text).not.toMatch(/var\(|--[a-z]+:|@font-face|href=/);
});
