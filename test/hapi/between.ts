import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a sender and a FHIR server, hears what is asked, and may lose an answer to what was done. */
export interface Between {
  readonly base: string;
  /** Method and path, without the base: `PUT Patient/p1`. */
  readonly asked: string[];
  loses: (asked: string) => boolean;
  /** What happens after the server has answered, and before the sender hears of it. */
  after: (asked: string) => Promise<void>;
  stop(): Promise<void>;
}

export async function startBetween(target: string): Promise<Between> {
  const { hostname, port, pathname } = new URL(target);
  const pass = (from: IncomingMessage, to: ServerResponse) => {
    const path = from.url ?? '';
    const asked = `${from.method ?? ''} ${path.replace(`${pathname}/`, '')}`;
    between.asked.push(asked);
    const { method, headers } = from;
    const onward = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
      void whole(answer).then(async (body) => {
        await between.after(asked);
        if (between.loses(asked)) return void from.socket.destroy();
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        to.end(body);
      });
    });
    from.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const between: Between = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    asked: [],
    loses: () => false,
    after: () => Promise.resolve(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return between;
}

async function whole(answer: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
