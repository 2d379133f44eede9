import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How S3 answers: as it is; credentials that are over; not at all; so many bytes a second, each way. */
export type Mood = "well" | "expired" | "silent" | { readonly bytesPerSecond: number };

const EXPIRED = '<?xml version="1.0"?><Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>';

/** A way to S3 that can be told to fail. */
export class FaultyS3 {
  mood: Mood = "well";
  private constructor(private readonly server: Server) {}

  static async before(port: number): Promise<FaultyS3> {
    const server = createServer((incoming, outgoing) => it.answer(incoming, outgoing, port));
    const it = new FaultyS3(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return it;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
    if (this.mood === "silent") return;
    if (this.mood === "expired") {
      incoming.resume();
      outgoing.writeHead(403, { "content-type": "application/xml" }).end(EXPIRED);
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request({ port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      this.pass(answer, outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    this.pass(incoming, onward);
  }

  private pass(from: IncomingMessage, to: NodeJS.WritableStream): void {
    const { mood } = this;
    if (typeof mood !== "object") {
      from.pipe(to);
      return;
    }
    from.on("data", (data: Buffer) => {
      to.write(data);
      from.pause();
      setTimeout(() => from.resume(), (data.length / mood.bytesPerSecond) * 1000);
    });
    from.on("end", () => to.end());
  }
}
