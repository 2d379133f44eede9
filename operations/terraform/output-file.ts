import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/**
 * A file that a child process writes into and this one reads from. Unlike a pipe it takes what is written when nobody
 * reads. It has no name: it is gone when both have closed it, however they end, and what is in it may be secret.
 */
export class OutputFile {
  readonly fd: number;
  private position = 0;

  constructor(
    directory: string,
    private readonly hear: (chunk: Buffer) => void,
  ) {
    const path = join(directory, `.output-${randomUUID()}`);
    this.fd = openSync(path, "ax+", 0o600);
    unlinkSync(path);
  }

  /** Hands on what was written since the last time. */
  read(): void {
    for (;;) {
      const chunk = Buffer.alloc(65536);
      const length = readSync(this.fd, chunk, 0, chunk.length, this.position);
      if (length === 0) return;
      this.position += length;
      this.hear(chunk.subarray(0, length));
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}
