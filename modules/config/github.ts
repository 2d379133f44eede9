import { z } from "zod";
import { awsSecret } from "./fields/arn";
import { enterprise, organization, repository } from "./fields/github";
import { httpsServer } from "./fields/hosts";
import { certificate } from "./fields/pem";
import { revision } from "./fields/secrets";

/** Whose jobs the runners take, and with which credentials. */
export const githubSchema = z
  .strictObject({
    organization: organization()
      .optional()
      .meta({ description: "GitHub organisation whose jobs the runners take." }),
    repository: repository("acme/api")
      .optional()
      .meta({ description: "GitHub repository whose jobs the runners take, instead of an organisation." }),
    enterprise: enterprise()
      .optional()
      .meta({ description: "GitHub enterprise whose jobs the runners take, instead of an organisation; needs a token, not an App." }),
    server: z
      .strictObject({
        url: httpsServer("the URL of a GitHub Enterprise Server without a path, such as https://github.acme.example").meta(
          { description: "URL of a GitHub Enterprise Server." },
        ),
        certificate: certificate()
          .optional()
          .meta({ description: "Its private certificate authority, if it has one." }),
      })
      .optional()
      .meta({ description: "A GitHub Enterprise Server instead of github.com." }),
    secret: awsSecret().meta({ description: "AWS Secrets Manager secret with GitHub's credentials: its name, or its ARN where another account has it." }),
    secretRevision: revision(),
  }, { error: ({ input }) => (Array.isArray(input) ? "one GitHub; a fleet may have another one in its own github" : undefined) })
  .meta({ title: "GitHub" });

export type GithubConfig = z.infer<typeof githubSchema>;
