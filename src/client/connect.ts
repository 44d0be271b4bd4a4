import type { ClientDialect, LinkedClient } from '../dialects/client-link.js';
import { type ConnectOptions, ReconnectingLink } from './link.js';

/**
 * Connects to a chat server in one of its dialects, and stays connected. In Node and in browsers.
 *
 * Opens the first socket at once; nothing is told before the current task ends, so listeners added right after hear
 * everything. Throws what the socket's constructor throws about a malformed address.
 *
 * @param dialect - such as {@link sockchat}; only the dialects that are imported are loaded.
 * @param url - `ws:` or `wss:`.
 * @example
 * const chat = connect(sockchat, 'wss://example.org/sock', { credentials: ['Bearer', token] });
 * chat.on('message', ({ user, text }) => show(user.name, text));
 * const { channel } = await chat.login;
 */
export function connect<Client extends LinkedClient, Options extends object>(
  dialect: ClientDialect<Client, Options>,
  url: string | URL,
  options: Options & ConnectOptions,
): Client {
  const link = new ReconnectingLink(url, options, dialect.reconnect);
  const client = dialect.create(link, options);
  link.start(client.listener());
  return client;
}
