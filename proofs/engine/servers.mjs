/**
 * `servers.mjs ROOTFS KEY CERTIFICATE`, in the engine's network: a registry over HTTPS with one image, which has the files of
 * ROOTFS, and a proxy on port 3128 that leads every tunnel to it and answers any other request with 502. Each line that it
 * prints is something that it was asked.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";

const [rootfs, key, certificate] = process.argv.slice(2);
const digest = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const json = (value) => Buffer.from(JSON.stringify(value));

const layer = execFileSync("tar", ["-C", rootfs, "-c", "."], { maxBuffer: 1e9 });
const architecture = process.arch === "x64" ? "amd64" : "arm64";
const config = json({ architecture, os: "linux", config: { Env: ["PATH=/bin"] }, rootfs: { type: "layers", diff_ids: [digest(layer)] } });
const OCI = "application/vnd.oci.image";
const described = (mediaType, bytes) => ({ mediaType, digest: digest(bytes), size: bytes.length });
const manifest = json({
  schemaVersion: 2,
  mediaType: `${OCI}.manifest.v1+json`,
  config: described(`${OCI}.config.v1+json`, config),
  layers: [described(`${OCI}.layer.v1.tar`, layer)],
});
const blobs = new Map([layer, config].map((bytes) => [digest(bytes), bytes]));

function registry({ url, method, headers: { host } }, answer) {
  console.log(`registry ${host} ${method} ${url.split("?")[0]}`);
  const [, what, which] = /\/(manifests|blobs)\/(.+?)(?:\?|$)/.exec(url) ?? [];
  const bytes = what === "manifests" ? manifest : blobs.get(which);
  if (url === "/v2/") return answer.end("{}");
  if (bytes === undefined) return answer.writeHead(404).end();
  answer.writeHead(200, {
    "content-type": what === "manifests" ? `${OCI}.manifest.v1+json` : "application/octet-stream",
    "content-length": bytes.length,
    "docker-content-digest": digest(bytes),
  });
  answer.end(method === "HEAD" ? undefined : bytes);
}

createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, registry).listen(5443, "127.0.0.1");

createServer(({ method, url }, answer) => {
  console.log(`proxy ${method} ${url}`);
  answer.writeHead(502).end("the proxy knows no such host");
})
  .on("connect", ({ url }, client) => {
    console.log(`proxy CONNECT ${url}`);
    const upstream = connect(5443, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) socket.on("error", () => [client, upstream].forEach((each) => each.destroy()));
  })
  .listen(3128, () => console.log("ready"));
