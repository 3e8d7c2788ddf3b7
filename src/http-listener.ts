import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const GRACE_MS = 2_000;

/** Listens, and says where this process itself reaches it: at loopback, whatever interface others come by. */
export async function listen(server: Server, { port, host }: { port: number; host: string }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  const own = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${own}:${bound}`;
}

/** Takes no more, lets what is being answered end, and ends what has not ended after a while. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  });
}
