import { Release } from "@cdktf/provider-helm/lib/release";
import { certManager } from "../../../modules/addons/cert-manager";
import { parseConfig } from "../../../modules/load-config";
import { minimal } from "../../support/project";
import { renderAlone } from "../../support/testing";

test("a release in a namespace of its own, with its CRDs", () => {
  const json = renderAlone((stack) => certManager(stack, parseConfig(minimal("versions: {certManager: v1.20.0}"))));
  expect(json).toHaveResourceWithProperties(Release, {
    name: "cert-manager",
    namespace: "cert-manager",
    create_namespace: true,
    version: "v1.20.0",
    values: [expect.stringContaining("crds:\n  enabled: true\n") as unknown],
  });
});
