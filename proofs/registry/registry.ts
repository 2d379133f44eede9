import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** What a registry has under a tag: a manifest, and the bytes that it names. */
export interface Artefact {
  readonly mediaType: string;
  readonly manifest: Buffer;
  readonly blobs: ReadonlyMap<string, Buffer>;
}
interface Part {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const digest = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
export const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export function artefact(config: Part, layers: readonly Part[]): Artefact {
  const described = ({ mediaType, bytes }: Part) => ({ mediaType, digest: digest(bytes), size: bytes.length });
  const manifest = json({ schemaVersion: 2, mediaType: MANIFEST, config: described(config), layers: layers.map(described) });
  return { mediaType: MANIFEST, manifest, blobs: new Map([config, ...layers].map(({ bytes }) => [digest(bytes), bytes])) };
}

/** An OCI registry that only gives. `find` has what is under a tag of a repository, whatever the host's name. */
export function registry(find: (repository: string, tag: string) => Artefact | undefined) {
  const given = new Map<string, Artefact>();
  const bytesOf = (repository: string, what: string, which: string): Part | undefined => {
    if (what === "blobs") {
      const bytes = [...given.values()].flatMap(({ blobs }) => blobs.get(which) ?? [])[0];
      return bytes && { mediaType: "application/octet-stream", bytes };
    }
    const found = given.get(which) ?? find(repository, which);
    if (found) given.set(digest(found.manifest), found);
    return found && { mediaType: found.mediaType, bytes: found.manifest };
  };
  return ({ url = "", method }: IncomingMessage, answer: ServerResponse): void => {
    if (/^\/v2\/?$/.test(url)) return void answer.end("{}");
    const [, repository, what, which] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+?)(?:\?|$)/.exec(url) ?? [];
    const part = which === undefined ? undefined : bytesOf(repository!, what!, which);
    if (part === undefined) return void answer.writeHead(404).end();
    answer.writeHead(200, { "content-type": part.mediaType, "content-length": part.bytes.length, "docker-content-digest": digest(part.bytes) });
    answer.end(method === "HEAD" ? undefined : part.bytes);
  };
}
