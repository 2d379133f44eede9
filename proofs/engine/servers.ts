/**
 * `servers ROOTFS KEY CERTIFICATE`, in the engine's network: a registry over HTTPS with one image, which has the files of
 * ROOTFS, and a proxy on port 3128 that leads every tunnel to it and answers any other request with 502. Each line that it
 * prints is something that it was asked.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect } from "node:net";
import { artefact, digest, json, registry } from "../registry/registry";

const [rootfs = "", key = "", certificate = ""] = process.argv.slice(2);
const OCI = "application/vnd.oci.image";
const layer = execFileSync("tar", ["-C", rootfs, "-c", "."], { maxBuffer: 1e9 });
const architecture = process.arch === "x64" ? "amd64" : "arm64";
const config = json({ architecture, os: "linux", config: { Env: ["PATH=/bin"] }, rootfs: { type: "layers", diff_ids: [digest(layer)] } });
const image = artefact({ mediaType: `${OCI}.config.v1+json`, bytes: config }, [{ mediaType: `${OCI}.layer.v1.tar`, bytes: layer }]);
const answering = registry(() => image);

createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, answer) => {
  console.log(`registry ${request.headers.host} ${request.method} ${request.url!.split("?")[0]}`);
  answering(request, answer);
}).listen(5443, "127.0.0.1");

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
