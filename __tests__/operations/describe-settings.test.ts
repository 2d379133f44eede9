import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allSettings, jsonSchema, settingsPage } from "../../operations/describe-settings";
import { PROJECT } from "../support/project";

const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");

test("the JSON Schema for editors is the one of today's settings (npm run docs renews it)", () => {
  expect(JSON.parse(read("dagger-ci.schema.json"))).toEqual(jsonSchema());
});

test("the page of settings has each as it is today (npm run docs renews it)", () => {
  expect(read("docs/settings.md").split("\n")).toEqual(settingsPage().split("\n"));
});

test("each setting has a default or is said to be required, and an effect", () => {
  const settings = allSettings();
  expect(settings.length).toBeGreaterThan(80);
  expect(settings.filter(([, , effect]) => effect === "")).toEqual([]);
});
