import { ofKind } from "../changes";
import { at } from "../plan-json";
import type { Rule } from "./rule";

/** What keeps a thing from being deleted by mistake, and which value of it does so. */
const GUARDS: Readonly<Record<string, boolean>> = { deletion_protection: true, force_destroy: false };

/** Deletion protection that is switched off. */
export const deletionProtection: Rule = (changes) =>
  ofKind(changes, "change", "replace").flatMap(({ address, change }) =>
    Object.entries(GUARDS).flatMap(([attribute, safe]) =>
      at(change.before, attribute) === safe && at(change.after, attribute) === !safe
        ? [{ title: "Deletion protection off", reason: `${attribute} becomes ${String(!safe)}: the next apply could delete it`, address }]
        : [],
    ),
  );
