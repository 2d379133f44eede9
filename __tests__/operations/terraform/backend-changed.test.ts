import { initError } from "../../../operations/terraform/backend-changed";

/** As Terraform 1.11.4 says it, without a terminal to ask on. */
test.each([
  ["another bucket", "Error: Backend configuration changed\n\nA change in the backend configuration has been detected, which may require migrating existing state."],
  ["into HCP Terraform", "Error: Can't ask approval for state migration when interactive input is disabled."],
  ["out of HCP Terraform", "Error: Migrating state from HCP Terraform or Terraform Enterprise to another backend is not \nyet implemented."],
])("states that are to be elsewhere: %s", (_where, output) => {
  expect(initError(output)).toBe(
    "The states of this configuration are to be in another place than before. To move them there: npm run state -- move --help. " +
      "If state, name or region of the configuration changed by mistake, put it back.",
  );
});

test("any other error stays as it is", () => expect(initError("Error: no such bucket")).toBe("Error: no such bucket"));
