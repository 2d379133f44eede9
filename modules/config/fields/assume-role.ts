import { z } from "zod";
import { roleArn } from "./arn";
import { text } from "./text";

/** A role that is taken before anything is asked of AWS (limits of STS's AssumeRole). */
export const assumeRole = () =>
  z.strictObject({
    roleArn: roleArn().meta({ description: "ARN of the role." }),
    sessionName: text("2 to 64 letters, digits and _ = , . @ -", /^[A-Za-z0-9_=,.@-]{2,64}$/)
      .default("dagger-on-eks")
      .meta({ description: "Name of the session, as CloudTrail shows it." }),
    externalId: text("2 to 1224 letters, digits and _ + = , . @ : / -", /^[A-Za-z0-9_+=,.@:/-]{2,1224}$/)
      .optional()
      .meta({ description: "External id that the role's trust policy asks for, if it does." }),
  });

export type AssumeRole = z.output<ReturnType<typeof assumeRole>>;
