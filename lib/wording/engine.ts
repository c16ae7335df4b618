/**
 * What is said about the NATS servers that put the entries of a cluster in order.
 * @module
 */

interface At {
  /** HOST:PORT. */
  readonly place: string;
}

interface Why {
  /** A part of a sentence. */
  readonly why: string;
}

interface Of {
  /** The name of a stream. */
  readonly stream: string;
}

interface To {
  readonly subject: string;
}

/** Faults: a row for each kind, whole sentences. None holds a secret. */
export const ENGINE_FAULT = {
  /** No connection: name, network, nothing listens, too slow. */
  unreachable: ({ place, why }: At & Why): string =>
    `Cannot reach the NATS server at ${place}: ${why}.`,
  /** The certificate is not trusted, or the handshake failed. */
  tls: ({ place, why }: At & Why): string =>
    `The encrypted connection to the NATS server at ${place} failed: ${why}. Check its ` +
    "certificate, and the file of the authority that signed it.",
  unencrypted: ({ place }: At): string =>
    `The NATS server at ${place} does not offer encryption, but its address starts with tls://. ` +
    "Nothing was sent.",
  /** Wrong credentials, or none. */
  login: ({ place }: At): string =>
    `The NATS server at ${place} rejected the login. Check the username and the password, or ` +
    "the token.",
  /** Not a NATS server, or damaged bytes. */
  protocol: ({ place, why }: At & Why): string =>
    `What answers at ${place} is not a NATS server that chat understands: ${why}.`,
  /** Other errors that the server reports. */
  refused: ({ place, why }: At & Why): string =>
    `The NATS server at ${place} reports an error: ${why}.`,
  /** What was in flight may have arrived. */
  lost: ({ place, why }: At & Why): string =>
    `The connection to the NATS server at ${place} was lost: ${why}.`,
  /** By this program. */
  closed: (_: unknown): string => "The connection to the NATS server was closed.",
  timeout: ({ subject }: To): string => `The NATS server did not answer in time (${subject}).`,
  /** Nobody listens on the subject, or a stream has no leader at the moment. */
  noResponders: ({ subject }: To): string =>
    `Nobody answers at the NATS server for ${subject} at the moment.`,
  tooBig: ({ bytes, most }: { readonly bytes: number; readonly most: number }): string =>
    `A message of ${bytes} bytes is too big for the NATS server, which takes ${most}. Set ` +
    "max_payload in its configuration.",
  /** Too much waits to be written. */
  overflow: (_: unknown): string =>
    "The NATS server takes messages too slowly: too much is waiting to be sent.",
  noJetStream: (_: unknown): string =>
    "JetStream is not enabled on the NATS server. Start it with -js, or add jetstream {} to its " +
    "configuration.",
  noStream: ({ stream }: Of): string => `The NATS server has no stream ${stream}.`,
  otherShape: ({ stream, differences }: Of & { readonly differences: readonly string[] }): string =>
    `The stream ${stream} of the NATS server is not as chat needs it: ${differences.join("; ")}.`,
  /** The last sequence of the subject is not the expected one. */
  wrongLast: ({ subject }: To & { readonly last: number | undefined }): string =>
    `Somebody else has published to ${subject}: is a second server running with the same name?`,
  full: ({ stream }: Of): string =>
    `The stream ${stream} of the NATS server is full, so nothing more can be said. Raise its ` +
    "limit, or start the servers that still have to read it.",
  /** Disk or memory of the server, or its limits. */
  noResources: ({ why }: Why): string =>
    `The NATS server has no room for more data: ${why}. Free space on its disk, or raise the ` +
    "limits of JetStream.",
  /** The stream does not have the next entry any more. */
  gone: (
    { stream, asked, first }: Of & { readonly asked: number; readonly first: number },
  ): string =>
    `The stream ${stream} of the NATS server begins at entry ${first}, but entry ${asked} is ` +
    "still needed.",
  /** The stream ends before the next entry: it is another one than before. */
  ahead: (
    { stream, asked, last }: Of & { readonly asked: number; readonly last: number },
  ): string =>
    `The stream ${stream} of the NATS server ends at entry ${last}, but entry ${asked} should ` +
    "come next: the stream was deleted, or this is another NATS server.",
  /** Another error of JetStream, with its `err_code`. */
  api: ({ why, code }: Why & { readonly code: number }): string =>
    `The NATS server could not do what was asked: ${why} (${code}).`,
  transfer: ({ why }: Why): string => `A file could not be copied from another server: ${why}.`,
} as const;

/** Why a connection or a message is faulty: parts of a sentence. */
export const ENGINE_REASON = {
  silent: "it stopped answering",
  closed: "it closed the connection",
  leaving: "it is shutting down",
  useless: "it stored nothing for a while",
  noInfo: "it did not introduce itself",
  line: "a line is too long or does not end with CR LF",
  unknown: "it sent something unknown",
  numbers: "a message has no valid length",
  payload: "a message is longer than the server allows",
  end: "a message does not end with CR LF",
  info: "its introduction is not valid",
  headers: "it does not support headers; version 2.2 or later is needed",
  early: "it sent something before the encryption began",
  transferSilent: "the other server stopped sending",
  transferGap: "a part of it was lost",
  difference: (field: string, found: string, wanted: string): string =>
    `${field} is ${found} instead of ${wanted}`,
} as const;

/** Why the address of a NATS server, or a login, is not valid: parts of a sentence. */
export const ENGINE_ADDRESS_FAULT = {
  form: "it must be nats://HOST:PORT or tls://HOST:PORT",
  host: "its host is not valid",
  port: "its port must be a number from 1 to 65535",
  login: "its username or password has a broken %-escape",
  path: "nothing may follow the port",
  credentials: "it is not a line with USER:PASSWORD or a token",
} as const;
