import type { Changed } from "../changes";
import { deletionProtection } from "./deletion-protection";
import { engineRestart } from "./engine-restart";
import { iamPolicy } from "./iam-policy";
import { nodeGroupRolls } from "./node-group-rolls";
import { nodeRolls } from "./node-rolls";
import { publicEndpoint } from "./public-endpoint";
import { replaced } from "./replaced";
import type { Flag, Rule } from "./rule";
import { secretStore } from "./secret-store";

const RULES: readonly Rule[] = [replaced, engineRestart, nodeRolls, nodeGroupRolls, deletionProtection, publicEndpoint, iamPolicy, secretStore];

/** Everything in a plan that a reviewer must not miss. */
export const flagsOf = (changes: readonly Changed[]): Flag[] => RULES.flatMap((rule) => rule(changes));
