/**
 * Addresses of NATS servers, and how to log in there.
 * @module
 */
import { ENGINE_ADDRESS_FAULT } from "../../wording/engine.ts";

/** As CONNECT has them. */
export type NatsCredentials =
  | { readonly user: string; readonly pass: string }
  | { readonly auth_token: string };

export interface NatsServer {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether it must be encrypted; it is too if the server says so. */
  readonly tls: boolean;
  /** The name that its certificate should be valid for. */
  readonly tlsName: string;
  /** Those of the address. */
  readonly credentials?: NatsCredentials;
}

const PORT = 4222;

const FORM = /^(nats|tls):\/\/(?:([^@/]*)@)?(\[[^\]]*\]|[^:@/[\]]*)(?::([^/]*))?(\/.*)?$/i;

/** How a server is named in messages: without its credentials. */
export function natsPlace({ host, port }: NatsServer): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Parses `nats://HOST`, `tls://HOST:PORT`, `nats://USER:PASSWORD@HOST`, `nats://TOKEN@HOST`. Returns
 * what is wrong with it as part of a sentence, which does not quote it.
 */
export function parseNatsUrl(url: string): NatsServer | { readonly fault: string } {
  const [all, scheme = "", login, inBrackets = "", port, path = ""] = FORM.exec(url.trim()) ?? [];
  if (all === undefined) return { fault: ENGINE_ADDRESS_FAULT.form };
  if (path.length > 1) return { fault: ENGINE_ADDRESS_FAULT.path };
  const host = inBrackets.replace(/^\[(.*)\]$/, "$1");
  const valid = host === inBrackets ? /^[\w.-]{1,253}$/ : /^[0-9a-f:.]{2,45}(%\w+)?$/i;
  if (!valid.test(host)) return { fault: ENGINE_ADDRESS_FAULT.host };
  const number = port === undefined ? PORT : /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65535) return { fault: ENGINE_ADDRESS_FAULT.port };
  const server = { host, port: number, tls: scheme.toLowerCase() === "tls", tlsName: host };
  if (login === undefined) return server;
  try {
    const [first = "", ...rest] = login.split(":").map(decodeURIComponent);
    const credentials = rest.length === 0
      ? { auth_token: first }
      : { user: first, pass: rest.join(":") };
    return { ...server, credentials };
  } catch {
    return { fault: ENGINE_ADDRESS_FAULT.login };
  }
}

/** Another server of a cluster, HOST:PORT, of which a server told; undefined if it is not valid. */
export function otherServer(
  place: string,
  teller: NatsServer,
  tls: boolean,
): NatsServer | undefined {
  const found = parseNatsUrl(`${tls ? "tls" : "nats"}://${place}`);
  if ("fault" in found || found.credentials !== undefined) return undefined;
  // Certificates are often valid for names only, but servers tell addresses.
  const isAddress = found.host.includes(":") || /^[\d.]+$/.test(found.host);
  const { credentials } = teller;
  return {
    ...found,
    tlsName: isAddress ? teller.tlsName : found.host,
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** Parses the text of a file of credentials: `USER:PASSWORD`, or a token without a colon. */
export function parseCredentials(text: string): NatsCredentials | { readonly fault: string } {
  const line = text.replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
  const [, user = "", pass] = /^([^:\r\n]+)(?::(.*))?$/.exec(line) ?? [];
  if (user === "" || pass === "") return { fault: ENGINE_ADDRESS_FAULT.credentials };
  return pass === undefined ? { auth_token: user } : { user, pass };
}
