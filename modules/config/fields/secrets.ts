import { z } from "zod";

/** Counts how often a secret was changed: what is ephemeral, Terraform cannot compare. */
export const revision = () =>
  z.int().min(1).default(1).meta({
    description: "Raise it after changing the secret, so that the next apply writes it to the cluster again.",
  });
