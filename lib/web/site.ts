/**
 * What browsers can load from the server.
 * @module
 */

/** A file of a {@linkcode Site}. */
export interface Asset {
  /** The media type, as `Content-Type` tells it. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The bytes compressed by gzip, for browsers that understand it. */
  readonly gzip?: Uint8Array<ArrayBuffer>;
  /** How long it may be kept, as `Cache-Control` tells it (RFC 9111 section 5.2). */
  readonly cache: string;
  /** The entity tag without quotes (RFC 9110 section 8.8.3); it changes with the bytes. */
  readonly tag?: string;
  /** Further header fields; they win over those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Site {
  /** The file at a path such as `/`; undefined if there is none. */
  find(path: string): Asset | undefined | Promise<Asset | undefined>;
}
