/**
 * Decides which requests of browsers are answered at all.
 * @module
 */
import { WEB_ANSWERS } from "../wording/web_door.ts";
import { isUpgrade } from "./door/web_handshake.ts";
import type { WebRequest } from "./door/request_reader.ts";
import { type Answer, sentence } from "./response.ts";
import { isPrivate, type Visitor } from "./visitor.ts";

/** What the rules go by. */
export interface WebRules {
  /** Other origins that may connect. */
  readonly origins: readonly string[];
  /** Whether http is answered, in private networks. */
  readonly plain: boolean;
  /** Whether the server can encrypt. */
  readonly encrypts: boolean;
  /** Whether a host, without its port, is one of the server's. */
  readonly isOwn: (host: string) => boolean;
}

/** Why a request is not answered as it wants; undefined if it is. */
export function refusalOf(
  request: WebRequest,
  visitor: Visitor,
  { origins, plain, encrypts, isOwn }: WebRules,
): Answer | undefined {
  const { headers } = request;
  const authority = (headers.get("host") ?? "").toLowerCase();
  // Else a page of another site could speak as this one, whose name it gave an address of ours.
  if (!isOwn(authority.replace(/:\d+$/, ""))) return sentence(421, WEB_ANSWERS.otherHost);
  if (!visitor.secure && !(plain && isPrivate(visitor.host))) {
    return encrypts || visitor.forwarded
      ? toHttps(request, authority, visitor)
      : sentence(403, WEB_ANSWERS.onlyPrivate);
  }
  if (!isUpgrade(request)) return undefined;
  // Programs other than browsers send none (RFC 6455 section 10.2).
  const origin = headers.get("origin")?.toLowerCase();
  const own = `${visitor.secure ? "https" : "http"}://${authority}`;
  return origin === undefined || origin === own || origins.includes(origin)
    ? undefined
    : sentence(403, WEB_ANSWERS.otherOrigin);
}

/** The same port understands both. A proxy has its own ports, and says so in `Host`. */
function toHttps({ path, query }: WebRequest, authority: string, { forwarded }: Visitor): Answer {
  const port = forwarded || /:\d+$/.test(authority) ? "" : ":80";
  const address = `https://${authority}${port}${path}${query === "" ? "" : `?${query}`}`;
  return sentence(308, WEB_ANSWERS.onlyEncrypted(address), { Location: address });
}
