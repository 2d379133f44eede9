// A server on a port of its own, on this machine.
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";

/**
 * @param answer gets method, address and body of a request; gives a status, headers and a body.
 * @param tls key and certificate, if it is to speak TLS.
 * @returns its port, and what ends it.
 */
export async function serve(answer, tls) {
  const onRequest = (request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { status = 200, headers = {}, body = "" } = answer({
        method: request.method,
        url: new URL(request.url, "http://here"),
        headers: request.headers,
        body: Buffer.concat(chunks),
      });
      response.writeHead(status, headers);
      response.end(body);
    });
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { port: server.address().port, close: () => (server.closeAllConnections(), server.close()) };
}
