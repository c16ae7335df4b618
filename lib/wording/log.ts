/**
 * The lines of the server's log: its start, what happens to it, and what its users do.
 * @module
 */
import { plural } from "./plural.ts";

/** Lines about the server itself. */
export const LOG = {
  ofCluster: (directory: string): string =>
    `The data in ${directory} is that of a cluster. To go on there: --cluster URLS --node NAME. To ` +
    "be a server of its own from now on: --no-cluster. The cluster does not take this data back",
  created: "The socket is created",
  bound: (address: string): string => `The socket is bound to ${address}`,
  boundEncrypted: (address: string): string =>
    `The socket for encrypted connections is bound to ${address}`,
  ready: "The server is ready: the chat room is open",
  othersHere: (command: string): string => `Others on this network join with: ${command}`,
  othersJoin: (command: string): string => `Others join with: ${command}`,
  groups: (groups: string): string => `They compare the fingerprint: ${groups}`,
  announced: (title: string, host: string): string =>
    `The room is announced on this network as "${title}" (${host})`,
  ircPrograms: (port: number, certificate: string): string =>
    `IRC programs use port ${port} with TLS; the certificate is ${certificate}`,
  inBrowser: (page: string): string => `In a browser: ${page}`,
  noPage: (why: string): string => `There is no page for browsers. ${why}`,
  kept: (days: number, directory: string): string => {
    const time = days === 0 ? "for ever" : days === 1 ? "for a day" : `for ${days} days`;
    return `Messages are kept ${time} in ${directory}; with --ephemeral only in memory`;
  },
  notKept: "Nothing is kept on disk: messages are gone when the server stops",
  reloaded: "The configuration was read again",
  notReloaded: (why: string): string => `The configuration was not changed. ${why}`,
  newCertificate: (fingerprint: string): string =>
    `New connections use a new certificate: ${fingerprint}`,
  oldCertificate: (why: string): string => `The certificate was not changed. ${why}`,
  noSuspend: "Ctrl-Z does not work here: the chat room stays open. Ctrl-C closes it",
  closing: "The server is closing",
  closed: "The server is closed",
  ownFault: (details: string): string => `An error in the server itself: ${details}`,
  linesLost: (count: number): string =>
    count === 1
      ? "1 line of this log is missing: it could not be written in time"
      : `${count} lines of this log are missing: they could not be written in time`,
  /** On standard error, because there is no log any more. */
  noLog: (why: string): string => `${why} The chat room stays open without a log.`,
  mustWait: (why: string): string => `New connections have to wait: ${why}`,
  noDescriptors: "there are no file descriptors left",
} as const;

/** Lines about users; `who` is an address, with the username in brackets if there is one. */
export const USER_LOG = {
  connected: (address: string): string => `${address} is connected to the server`,
  refused: (address: string, why: string): string => `${address} was refused: ${why}`,
  claimed: (address: string, name: string): string => `${address} claimed ${name} as its username`,
  renamed: (who: string, name: string): string => `${who} is now called ${name}`,
  says: (who: string, text: string): string => `${who} says: ${text}`,
  saysIn: (who: string, room: string, text: string): string => `${who} says in ${room}: ${text}`,
  acts: (who: string, text: string): string => `${who} acts: ${text}`,
  actsIn: (who: string, room: string, text: string): string => `${who} acts in ${room}: ${text}`,
  disconnected: (who: string): string => `${who} is disconnected`,
  disconnectedFor: (who: string, why: string): string => `${who} is disconnected (${why})`,
  lost: (who: string, seconds: number, why: string): string =>
    `${who} lost its connection (${why}) and can come back within ${plural(seconds, "second")}`,
  returned: (address: string, name: string): string => `${name} is back from ${address}`,
  registered: (who: string, account: string): string => `${who} registered the account ${account}`,
  in: (who: string, account: string): string => `${who} logged in to the account ${account}`,
  out: (who: string, account: string): string => `${who} logged out of the account ${account}`,
  failed: (who: string, account: string): string =>
    `${who} failed to log in to the account ${account}`,
  failedNone: (who: string): string => `${who} failed to log in: there is no such account`,
  password: (who: string, account: string): string =>
    `${who} changed the password of the account ${account}`,
  deleted: (who: string, account: string): string => `${who} deleted the account ${account}`,
  "too-long": (who: string): string => `${who} sent a line that is too long`,
  nul: (who: string): string => `${who} sent a line with a NUL character in it`,
  "not-utf8": (who: string): string => `${who} sent a line that is not UTF-8`,
  flood: (who: string): string => `${who} sends too fast and has to wait`,
} as const;

/** Why a connection ended, as the log shows it in brackets. */
export const ENDS = {
  tlsOnPlainPort: "It uses TLS on the port without encryption",
  plainOnTlsPort: "It uses no encryption on the port for encrypted connections",
  handshakeTimeout: "The TLS handshake timed out",
  handshakeTooLong: "The TLS handshake is too long",
  webSocket: (why: string): string => `It broke the rules of WebSocket: ${why}`,
} as const;

/** Warnings about the certificate and the key of cloaks. */
export const KEYS = {
  cloakNotKept: (path: string, why: string): string =>
    `The key that hides addresses can't be kept in ${path} (${why}). Each start of the server uses ` +
    "a new one, so bans on hosts that end with .ip are lost when the server stops.",
  cloakMissing: (path: string): string =>
    `${path} was missing, so a new key hides addresses: everyone has another cloak, and bans on ` +
    "hosts that end with .ip no longer hold.",
  notEncrypted: (why: string): string => `Connections are not encrypted: ${why}.`,
  cannotEncrypt: (why: string): string => `Connections can't be encrypted: ${why}.`,
  oldRuntime: (version: string): string =>
    `this program was built with Deno ${version}, which can't encrypt; use Deno 2.9`,
  certificateNotKept: (directory: string, why: string): string =>
    `The server's certificate can't be kept in ${directory} (${why}). Each start of the server ` +
    "makes a new one, which everyone has to trust again.",
  certificateEnds: (day: string): string =>
    `The certificate expires on ${day}. After that, programs refuse it.`,
  certificateEnded: (day: string): string =>
    `The certificate expired on ${day}. Programs refuse it now.`,
  unusable: (which: "cert" | "key", path: string, why: string, advice: string): string =>
    `The ${which === "cert" ? "certificate" : "key"}${path && ` ${path}`} can't be used: ` +
    `${why}.${advice}`,
  unreadable: (which: "cert" | "key", path: string, why: string): string =>
    `Cannot read the ${which === "cert" ? "certificate" : "key"} ${path}: ${why}.`,
  /** How {@linkcode FILES} names the key. */
  key: (path: string): string => `The key ${path}`,
  makeAnew: (directory: string): string =>
    ` If you delete both files in ${directory}, the server makes new ones, which everyone has to ` +
    "trust again.",
  noCertificate: "it is not a certificate in PEM format",
  noKey: "it is not a private key in PEM format",
  passphrase: "it is protected by a passphrase, and chat can't ask for that",
  otherKey: "it belongs to another certificate",
  damaged: "it is damaged",
  absent: "there is no such file",
  forbidden: "permission denied",
} as const;

const IN_MEMORY = "are kept in memory only, and are lost when the server stops.";

/** What can happen to the server's data. The log, the operators and `chat user` show it. */
export const DATA = {
  none: (directory: string): string => `There is no data of a chat server in ${directory}.`,
  empty: (path: string): string => `${path} is empty.`,
  missing: (path: string): string =>
    `${path} is missing, although a server with accounts ran here.`,
  emptied: (path: string): string => `${path} is empty, although a server ran here before.`,
  namesUnreadable: (path: string, why: string): string => ` ${path} can't be read either: ${why}.`,
  putBack: (toDelete: string): string =>
    " Stop the server, and put back a copy of the database. Or begin anew without the accounts: " +
    `delete ${toDelete}.`,
  both: (one: string, other: string): string => `${one} and ${other}`,
  cannotOpen: (path: string, why: string): string => `Cannot open ${path}: ${why}.`,
  cannotRead: (path: string, why: string): string => `Cannot read ${path}: ${why}.`,
  cannotMake: (directory: string, why: string): string =>
    `Cannot create the directory ${directory}: ${why}.`,
  fileInTheWay: "a file is in the way",
  notFile: "it is not an ordinary file",
  /** @param process the number of the other server's process; empty if it is unknown. */
  inUse: (directory: string, process: string): string =>
    `Another server${process && ` (process ${process})`} is using the data in ${directory}. ` +
    "Stop it, or choose another directory.",
  newer: (path: string): string =>
    `The data in ${path} was written by a later version of chat. Use that version, or choose ` +
    "another directory.",
  refused: (why: string): string => `${why} See: --data DIR, --ephemeral`,
  readOnly: (path: string, why: string): string =>
    `Cannot write to ${path}: ${why}. What is in it can be read, but new messages ${IN_MEMORY}`,
  inMemory: (why: string, consequence: string): string =>
    `${why} Messages ${IN_MEMORY}${consequence} See: --data DIR`,
  noPlace: "There is no usual directory for data, because HOME is not set.",
  cannotWrite: (path: string, why: string): string =>
    `Cannot write to ${path}: ${why}. New messages are kept in memory only.`,
  repairedLater: " The next start of the server repairs the file.",
  writtenLater: " They are written as soon as that is possible again.",
  works: (path: string, lost: number): string =>
    `${path} can be written again, and new messages were written to it.` +
    (lost === 0 ? "" : ` ${plural(lost, "message")} did not fit into memory and were lost.`),
  rebuilt: (path: string): string =>
    `An index in ${path} was damaged, and was made again. Nothing is lost, but it takes a while ` +
    "until older messages can be searched.",
  salvaged: (path: string, aside: string, messages: number, accounts: number): string =>
    `The data in ${path} is damaged. The file was renamed to ${aside}, and ` +
    (messages === 0
      ? "history begins anew. "
      : `${plural(messages, "message")} could be saved from it. `) +
    (accounts === 0
      ? "No accounts could be saved from it."
      : `Accounts that could be saved from it: ${accounts}.`),
  roomsLost: " Rooms may have lost their keys, bans and operators, and the server its bans.",
  roomDamaged: (room: string, path: string): string =>
    `The state of the room ${room} in ${path} can't be read. Only invited people can enter it ` +
    "until an operator of the server enters it and opens it.",
  accountsUnreadable: (path: string, why: string): string =>
    `The accounts in ${path} can't be read: ${why}.`,
  accountsReadable: (path: string): string => `The accounts in ${path} can be read again.`,
  nobody: " Until then, nobody can log in or register.",
  ownersUnknown: " It is not known which usernames have an owner, so newcomers get guest names.",
  ownersKnown: (count: number): string =>
    ` ${count === 1 ? "The one username" : `The ${count} usernames`} with an owner can't be used.`,
  lostAccounts: (names: string): string =>
    "These accounts were lost with a damaged file, or because an older copy replaced it, and " +
    `their names can't be used: ${names}. To restore one: chat user add NAME. To free its name: ` +
    "chat user delete NAME. ",
  andMore: (names: string, count: number): string => `${names} and ${count} more`,
  unknownAccounts: (path: string): string =>
    "Accounts were lost with a damaged file, and it is not known which, so newcomers get guest " +
    `names. To continue with the other accounts, delete ${path} and start the server again. `,
  noRegistration: "Until then, nobody can register.",
} as const;

/** Why a file can't be used, within a sentence. */
export const DATA_FAULTS = {
  full: "the disk is full",
  readonly: "it can't be written",
  busy: "another program is using it",
  damaged: "it is damaged",
  unopened: "it can't be opened or written",
  disk: "the disk reports an error",
} as const;
