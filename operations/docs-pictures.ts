import { readFileSync } from "node:fs";
import { loadConfig } from "../modules/load-config";
import { reportLines, reviewLines, textPicture } from "./graph/text-picture";
import { picture } from "./graph/picture";
import { svg } from "./graph/svg";
import { describeFleet } from "./placement/describe";
import { fleetFacts } from "./placement/facts";
import { timelinesPicture } from "./timeline/picture";
import { readRecord } from "./timeline/record";
import { timelines } from "./timeline/timelines";

/** Of the placement of a fleet: which nodes, and how many runners fit; not which families are out. */
const firstParts = (text: string): string => text.split("\n\n").slice(0, 2).join("\n\n");

/**
 * The pictures of README.md by their files in docs/images: drawn from the configuration, the review and the record of jobs that
 * lie beside them. A test holds that review to be what `npm run review` says.
 */
export function docsPictures(): Record<string, string> {
  const config = loadConfig("docs/images/architecture.yaml");
  return {
    "architecture.svg": svg(picture(config)),
    "placement.svg": textPicture("npm run placement", reportLines(firstParts(describeFleet(fleetFacts(config.fleets[0]!))))),
    "timeline.svg": timelinesPicture(timelines(readRecord("docs/images/timeline.jsonl"), { since: 0 }, undefined)),
    "review.svg": textPicture("npm run review", reviewLines(readFileSync("docs/images/review.md", "utf8").trim())),
  };
}
