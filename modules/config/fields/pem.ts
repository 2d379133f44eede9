import { X509Certificate } from "node:crypto";
import { z } from "zod";

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates in a text in PEM form. @returns undefined where there is anything else in it, or none. */
export function certificatesIn(pem: string): X509Certificate[] | undefined {
  const blocks = pem.match(BLOCK) ?? [];
  // Between certificates a bundle may name them.
  const rest = pem.replace(BLOCK, "").replace(/^\s*#.*$/gm, "");
  if (blocks.length === 0 || rest.trim() !== "") return undefined;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

/** A certificate, or several, as text. A private key is told by its name: it must never be in a configuration. */
export const certificate = () =>
  z.string({ error: CERTIFICATE_ALLOWED }).refine((value) => certificatesIn(value) !== undefined, {
    error: ({ input }) =>
      /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(String(input))
        ? "the certificate, never a private key: take the key out of this file, and out of its history"
        : CERTIFICATE_ALLOWED,
  });

const CERTIFICATE_ALLOWED = "a certificate in PEM form, its text and no path (-----BEGIN CERTIFICATE-----, …)";
