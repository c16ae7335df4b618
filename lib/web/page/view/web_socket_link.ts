/// <reference lib="dom" />
import type { Dial, DialOutcome, LineLink } from "../../../client/stay/line_link.ts";
import type { Route } from "../../../client/stay/routes.ts";
import type { SocketPlace } from "../page_address.ts";
import { PAGE_LINK } from "../../../wording/page.ts";

/** The subprotocol whose messages are text (IRCv3 `websocket`). */
const TEXT_LINES = "text.ircv3.net";

/** How long a connection may take, in milliseconds; a browser itself waits for minutes. */
const DIAL_MS = 8000;

/**
 * Connects to the server that the page came from, or to another one of its chat.
 *
 * @param placeOf tells where a server is; undefined if the page can't go there.
 * @param opened takes the function that drops the new connection without a word to its owner.
 */
export function webSocketDial(
  placeOf: (route: Route) => SocketPlace | undefined,
  opened: (drop: () => void) => void,
): Dial {
  const failed = { kind: "failed", port: undefined, why: PAGE_LINK.noAnswer } as const;
  return (signal, route) =>
    new Promise<DialOutcome>((resolve) => {
      const place = placeOf(route);
      if (place === undefined) return resolve(failed);
      const { url, secrecy } = place;
      const socket = new WebSocket(url, [TEXT_LINES]);
      const fail = () => {
        clearTimeout(timer);
        socket.onopen = socket.onclose = null;
        socket.close();
        resolve(failed);
      };
      const timer = setTimeout(fail, DIAL_MS);
      signal.addEventListener("abort", fail, { once: true });
      socket.onclose = fail;
      socket.onopen = () => {
        clearTimeout(timer);
        socket.onclose = null;
        signal.removeEventListener("abort", fail);
        opened(() => {
          socket.onmessage = socket.onclose = null;
          socket.close(1000);
        });
        const link = linkOver(socket);
        resolve({ kind: "connected", link, port: undefined, secrecy, notice: undefined });
      };
      // Some browsers throw if a page may not connect there.
    }).catch(() => failed);
}

function linkOver(socket: WebSocket): LineLink {
  let ended: ((reason: string) => void) | undefined;
  const close = (reason: string) => {
    const tell = ended;
    ended = undefined;
    socket.onmessage = socket.onclose = null;
    socket.close();
    tell?.(reason);
  };
  return {
    run({ line, closed }) {
      ended = closed;
      socket.onmessage = ({ data }) => void line(String(data));
      socket.onclose = () => close(PAGE_LINK.closed);
      // It may have been closed since it was opened, and says so only once.
      if (socket.readyState !== WebSocket.OPEN) queueMicrotask(() => close(PAGE_LINK.closed));
    },
    send(lines) {
      // What a closed socket does not take is sent again on the next one.
      for (const line of lines) if (socket.readyState === WebSocket.OPEN) socket.send(line);
    },
    end: () => socket.close(1000),
    close,
  };
}
