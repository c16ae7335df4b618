/**
 * What the door for browsers answers.
 * @module
 */

/** The reasons in its answers, as plain text. */
export const WEB_ANSWERS = {
  notFound: "There is nothing here. The chat room is at the address without a path.",
  otherHost:
    "This server does not answer to that name. Use one of its addresses; whoever runs it " +
    "can allow other names with web.origins.",
  otherOrigin:
    "Pages of other sites may not connect to this chat room. Whoever runs it can allow " +
    "them with web.origins.",
  onlyEncrypted: (address: string): string => `This server encrypts: ${address}`,
  onlyPrivate: "Without encryption, this server answers browsers in its own network only.",
  tooSlow: "The request took too long.",
} as const;

/** The page at `/`. It needs no script. */
export const FIRST_PAGE = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Chat</title>
<h1>This is a chat room.</h1>
<p>To enter it from a terminal, type <code>chat join</code> and the address of this machine.</p>
<p>Programs that speak IRC over WebSocket can use the address of this page.</p>
</html>
`;
