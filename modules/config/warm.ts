import { z } from "zod";
import { DURING, readHours } from "./fields/hours";
import { quoted } from "./fields/text";

const during = () =>
  z.string({ error: quoted(DURING) }).superRefine((value, context) => {
    const hours = readHours(value);
    if ("wrong" in hours) context.addIssue({ code: "custom", input: value, message: hours.wrong });
  });

/** Nodes that wait for jobs, by the clock. */
export const warmSchema = z
  .array(
    z.strictObject({
      during: during().meta({
        description:
          "When: days, hours and a time zone, such as `mon-fri 07:00-19:00 Europe/Dublin`. Days are `daily`, `mon-fri` or `mon,wed,sat`; `22:00-06:00` ends on the next day.",
      }),
      runners: z.int().min(1).max(500).meta({ description: "How many. Where hours overlap, the largest number holds." }),
    }),
  )
  .default([])
  .meta({
    description:
      "Room on nodes that is kept for this many runners in some hours, with engine, cache and images ready: a job that comes takes the place of a placeholder at once.",
  });
