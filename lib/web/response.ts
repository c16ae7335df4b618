/**
 * Writes the heads of HTTP/1.1 responses.
 * @module
 */
import type { Asset } from "./site.ts";

const REASONS = {
  200: "OK",
  304: "Not Modified",
  308: "Permanent Redirect",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  421: "Misdirected Request",
  426: "Upgrade Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
} as const;

/** What a request gets. */
export interface Answer {
  readonly status: keyof typeof REASONS;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * What every answer says: nothing of another site is loaded or shown here, and nothing of this
 * server there. A page connects to where it came from; not all browsers include WebSocket in
 * `'self'`, so its schemes stand there too.
 */
const ALWAYS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'self'; connect-src 'self' ws: wss:; " +
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

const encoder = new TextEncoder();

/** An answer of one sentence. */
export function sentence(
  status: Answer["status"],
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const always = { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
  return { status, headers: { ...always, ...headers }, body: encoder.encode(`${text}\n`) };
}

/**
 * The head of an answer, and the empty line.
 *
 * @param last whether the connection ends with it.
 */
export function headOf(
  { status, headers, body }: Answer,
  now: number,
  last: boolean,
): Uint8Array<ArrayBuffer> {
  const fields = Object.entries({
    Date: new Date(now).toUTCString(),
    ...ALWAYS,
    // RFC 9110 section 15.4.5: a 304 has the length of what it stands for, or none.
    ...status === 304 ? {} : { "Content-Length": `${body.length}` },
    ...last ? { Connection: "close" } : {},
    ...headers,
  });
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return encoder.encode(`HTTP/1.1 ${status} ${REASONS[status]}\r\n${lines.join("")}\r\n`);
}

/** The answer with a file of a site. */
export function assetAnswer(asset: Asset, requested: ReadonlyMap<string, string>): Answer {
  const { type, bytes, gzip, cache, tag } = asset;
  const headers = {
    "Content-Type": type,
    "Cache-Control": cache,
    ...gzip === undefined ? {} : { Vary: "Accept-Encoding" },
    // Weak, because the compressed form has the same.
    ...tag === undefined ? {} : { ETag: `W/"${tag}"` },
    ...asset.headers,
  };
  const known = (requested.get("if-none-match") ?? "").split(",").map((each) => each.trim());
  if (tag !== undefined && known.some((each) => each.replace(/^W\//, "") === `"${tag}"`)) {
    return { status: 304, headers, body: new Uint8Array() };
  }
  if (gzip === undefined || !GZIP.test(requested.get("accept-encoding") ?? "")) {
    return { status: 200, headers, body: bytes };
  }
  return { status: 200, headers: { ...headers, "Content-Encoding": "gzip" }, body: gzip };
}

/** An `Accept-Encoding` that allows gzip (RFC 9110 section 12.5.3). */
const GZIP = /(?:^|[\s,])gzip(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i;
