/**
 * What the programs of peers do wrong at the port for browsers.
 * @module
 */

/** Why a request can't be understood: whole sentences, the bodies of answers. */
export const REQUEST_FAULTS = {
  control: "The head of the request contains a control character.",
  lineEnd: "A line of the request does not end with CR LF.",
  requestLine: "The first line of the request is not valid in HTTP/1.1.",
  requestLineLength: "The first line of the request is too long.",
  version: "This server understands HTTP/1.1 only.",
  method: "This server answers GET and HEAD only.",
  target: "The request's target is not a path that starts with a slash.",
  otherHost: "The request's target names another host than its Host header.",
  head: "The headers of the request are too long.",
  fields: "The request has too many headers.",
  field: "A header of the request is not valid in HTTP/1.1.",
  repeated: (name: string): string => `The request has more than one ${name} header.`,
  noHost: "The request has no Host header.",
  host: "The Host header of the request is not a host and a port.",
  coding: "This server takes no request with a Transfer-Encoding.",
  contentLength: "The Content-Length of the request is not a number.",
  body: "This server takes no request with a body.",
} as const;

/** Why a request does not become a WebSocket: whole sentences, the bodies of answers. */
export const HANDSHAKE_FAULTS = {
  notUpgrade: "The request does not ask for a WebSocket with GET.",
  version: "This server understands version 13 of WebSocket only.",
  key: "The Sec-WebSocket-Key of the request is not 16 bytes in base64.",
} as const;

/** How frames break the rules of WebSocket: parts of a sentence. The peer gets them too. */
export const FRAME_FAULTS = {
  reserved: "a reserved bit is set",
  opcode: "the opcode is unknown",
  unmasked: "a frame has no mask",
  length: "the length of a frame is not in its shortest form",
  brokenControl: "a control frame is fragmented",
  longControl: "a control frame is too long",
  noStart: "a fragment continues no message",
  noEnd: "a message starts within another",
  closeCode: "the code of a close frame is not valid",
  closeReason: "the reason of a close frame is not UTF-8",
  notUtf8: "a text message is not UTF-8",
  tooLong: "a message is too long",
} as const;
