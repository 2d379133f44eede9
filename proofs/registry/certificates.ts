import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "ignore" });

export interface Certificates {
  /** The authority's own certificate, alone in a folder. */
  readonly authority: string;
  readonly folder: string;
  readonly key: string;
  readonly certificate: string;
}

/** A certificate authority of one's own, and the certificate of a server with these names. */
export function certificates(work: string, names: readonly string[]): Certificates {
  const at = (name: string) => join(work, name);
  const folder = at("authorities");
  mkdirSync(folder);
  const authority = join(folder, "proof.crt");
  openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=proof", "-keyout", at("ca.key"), "-out", authority);
  openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout", at("server.key"), "-out", at("server.csr"));
  writeFileSync(at("names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`);
  openssl("x509", "-req", "-in", at("server.csr"), "-CA", authority, "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "30", "-extfile", at("names"), "-out", at("server.crt"));
  return { authority, folder, key: at("server.key"), certificate: at("server.crt") };
}
