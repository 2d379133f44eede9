import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { versions } from "../../modules/facts/versions";
import { PAUSE } from "./node";

/** Starts a registry with the images of all pods of a fleet, by the names that the pods have for them; returns what ends it. */
export async function startImages(parts: string, port: number, engineImage: string): Promise<() => void> {
  const images = { [PAUSE]: "pause", [engineImage]: "engine", [versions.runnerImage]: "runner" };
  const words = Object.entries(images).map(([reference, name]) => `${reference}=${resolve(parts, "images", name)}`);
  const server = spawn("node", ["proofs/node/images.mjs", String(port), ...words], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((ready) => server.stdout.once("data", ready));
  return () => void server.kill();
}
