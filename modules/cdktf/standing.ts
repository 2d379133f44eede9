import { TerraformResource, Token } from "cdktf";
import type { Construct } from "constructs";

/** What must hold of a thing that stands, and the sentence that a person reads when a changed configuration breaks it. */
export interface Standing {
  /** A Terraform expression, without `${`; `self` is the resource as it stands. */
  readonly holds: string;
  /** May hold references such as `${self.cidr_block}`. */
  readonly sentence: string;
}

/**
 * Conditions as Terraform wants them. Terraform keeps `self` as it stands only for what `ignoreChanges` names; a plan
 * that breaks one fails as a whole, before anything is applied, also without this project's commands.
 */
export const asConditions = (...conditions: readonly Standing[]) =>
  conditions.map(({ holds, sentence }) => ({ condition: `\${${holds}}`, errorMessage: sentence }));

/** A text or a list of texts in Terraform's language, for an expression; a reference stays one. */
export const literal = (value: string | readonly string[]): string =>
  typeof value === "string" && Token.isUnresolved(value) ? value : JSON.stringify(value);

/** cdktf's own class for it starts `terraform version` in every synth; a synth starts no process. */
class Memory extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly input: Readonly<Record<string, string>>,
    conditions: readonly Standing[],
  ) {
    super(scope, id, {
      terraformResourceType: "terraform_data",
      lifecycle: { ignoreChanges: ["input"], postcondition: asConditions(...conditions) },
    });
  }

  protected override synthesizeAttributes() {
    return { input: this.input };
  }
}

/**
 * Writes into the state what the configuration said when the stack was first applied, and never again. It makes
 * nothing outside the state. The conditions compare it (`self.input`) with what the configuration says now.
 */
export const remember = (scope: Construct, id: string, input: Readonly<Record<string, string>>, ...conditions: readonly Standing[]): TerraformResource =>
  new Memory(scope, id, { ...input }, conditions);
