import { Release } from "@cdktf/provider-helm/lib/release";
import { arcController, arcControllerValues } from "../../../modules/arc/controller";
import { parseConfig } from "../../../modules/load-config";
import { minimal } from "../../support/project";
import { renderAlone } from "../../support/testing";

test("a release in ARC's namespace, with the values of the configuration", () => {
  const config = parseConfig(minimal());
  expect(renderAlone((stack) => arcController(stack, config))).toHaveResourceWithProperties(Release, {
    name: "arc",
    namespace: "arc-systems",
    create_namespace: true,
    values: [expect.stringContaining('  serviceAccount:\n    create: true\n    name: "arc-controller"\n') as unknown],
  });
  expect(arcControllerValues(config)).toMatchObject({ replicaCount: 2 });
  expect(arcControllerValues(parseConfig(minimal("cluster: {supportNodes: {count: 1}}")))).toMatchObject({ replicaCount: 1 });
});
