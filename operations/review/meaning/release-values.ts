import { readHelmValues } from "../../../modules/cdktf/helm-values";
import { listAt } from "../plan-json";

/** The values of a Helm release, from one side of its change. */
export const releaseValues = (side: unknown): unknown => readHelmValues(listAt(side, "values")[0]);
