/**
 * What `chat join` says about reaching a server: addresses, trust, encryption, proxies.
 * @module
 */

/** Why an address can't be understood: parts of a sentence, unless they say otherwise. */
export const ADDRESS_FAULT = {
  /** A sentence. */
  whole: (address: string, reason: string): string =>
    `Cannot understand the address ${address}: ${reason}. ` +
    "Write it as HOST, HOST:PORT or HOST:PORT/ROOM.",
  /** A sentence about an invitation, which must not be quoted. */
  invitation: (reason: string): string =>
    `Cannot understand the address: ${reason}. Copy it in full, exactly as you received it.`,
  /** A sentence. */
  encryption:
    "The address asks for encryption, and --no-tls turns it off: use only one of the two.",
  /** A sentence for a pipe. */
  missing: "The server's address is missing. Give it like this: chat join HOST",
  scheme: (scheme: string): string => `${scheme}:// is not the address of a chat server`,
  username: "it must not contain a username",
  brokenInvitation: "the invitation in it is incomplete",
  brokenKey: "the key of the room in it is not valid",
  brokenFingerprint: "the fingerprint in it is incomplete",
  brackets: "the text in brackets is not an IPv6 address",
  colons: "it has too many colons; an IPv6 address with a port needs [brackets]",
  noHost: "the host is missing",
  host: "this is not a valid host name",
  port: "the port must be a number from 1 to 65535",
  /** The start of a sentence. */
  escape: "The room's name has a broken %-escape",
} as const;

/** Whether to trust a server: sentences. Fingerprints have lines of their own, to compare them. */
export const TRUST = {
  question: (place: string, fingerprint: string, groups: string): string =>
    `You have not used this server before. The fingerprint of ${place} is\n${fingerprint}\n` +
    `that is, in the groups that the server shows,\n${groups}\n` +
    "If its owner told you the same one, it is the right one. Continue and remember it?",
  unknown: (place: string, fingerprint: string): string =>
    `You have not used the server at ${place} before, and no authority vouches for it. Its ` +
    `fingerprint is\n${fingerprint}\nIf its owner told you the same one, join with\n` +
    `--fingerprint ${fingerprint}\nTo trust every new server without a question, use --trust-new.`,
  unexpected: (place: string, fingerprint: string, expected: string): string =>
    `This is not the expected server. Someone may be intercepting the connection. Nothing was ` +
    `sent. The fingerprint of ${place} is\n${fingerprint}\nbut it must be\n${expected}`,
  changed: (place: string, now: string, before: string, advice: string): string =>
    `WARNING: the certificate of ${place} has changed. Someone may be intercepting the ` +
    `connection. Nothing was sent. Its fingerprint is now\n${now}\n${before}\n${advice}`,
  changedFrom: (since: string, fingerprint: string): string =>
    `Since ${since} it was\n${fingerprint}`,
  changedFromAuthority: (since: string): string =>
    `Since ${since} an authority vouched for it, and now none does.`,
  changedAdvice: (now: string, line: number, file: string): string =>
    `If its owner confirms the new one, join with\n--fingerprint ${now}\nor remove line ` +
    `${line} of ${file}.`,
  declined: "The server was not trusted. Nothing was sent.",
  remembered: (fingerprint: string): string =>
    `The server's fingerprint was remembered: ${fingerprint}`,
  notRemembered: (file: string, reason: string): string =>
    `The server could not be remembered in ${file}: ${reason}`,
  noAuthority: (host: string, port: number, advice: string): string =>
    `No authority vouches for the server at ${host}, port ${port}. ${advice}`,
  notOfAuthority: "Its certificate is not the one in --ca FILE, and not signed by it.",
  cannotAsk: (reason: string): string =>
    `Its certificate cannot be shown: ${reason}. Give its certificate with --ca FILE.`,
  cannotCompare: (reason: string): string =>
    `The fingerprint cannot be checked: ${reason}. Give the server's certificate with --ca FILE.`,
} as const;

/** The file of known servers. */
export const KNOWN_HOSTS = {
  /** If its path is not known. */
  file: "the file of known servers",
  /** The reasons are parts of a sentence; all other texts are sentences. */
  broken: (file: string, line: number, reason: string): string =>
    `${file}, line ${line}: ${reason}. Correct the line, or remove it.`,
  twice: (file: string, line: number, other: number): string =>
    `${file}, line ${line}: this server is already on line ${other}. Remove one of the two lines.`,
  form: "it must be HOST:PORT, a fingerprint and a date",
  fingerprint: "the text after the port is not a fingerprint",
  unreadable: (file: string, reason: string): string =>
    `The file of known servers ${file} cannot be read: ${reason}.`,
  noFile: "this system has no directory for the file",
} as const;

/** Why a connection could not be made, or was lost: parts of a sentence. */
export const CONNECTION_FAULT = {
  refused: "nothing is listening on this port",
  hostUnreachable: "the machine is unreachable",
  networkUnreachable: "the network is unreachable",
  timedOut: "the connection timed out",
  reset: "the server closed the connection immediately",
  resetPlain: "the server closed the connection immediately; if this port accepts only encrypted " +
    "connections, write it as HOST:+PORT",
  mute: "the server accepted the connection but did not answer",
  unknownName: "there is no host with this name",
  notPermitted: "this program is not allowed to connect there",
  closed: "the server closed the connection",
  resetLater: "the connection was reset",
  noCertificate: "this program cannot see the server's certificate",
  notEncrypted: "the other side sent data that is not valid TLS",
  encryption: (reason: string): string => `the encryption failed: ${reason}`,
  tooSlow: "the server stopped reading",
  notChat: "the program that answers there is not a chat server",
  gaveUp: (reason: string): string => `${reason}; gave up`,
  keepsClosing: "the server keeps closing the connection",
  notAdmitted: "the server did not let you in",
  silent: "the server stopped answering",
  notTrusted: "its certificate is not trusted",
  lessSafe: "the connection would be less safe than before",
  addressGone: "this computer has left the network",
} as const;

/** Sentences about connections. */
export const CONNECTION = {
  unreachable: (address: string, reason: string): string =>
    `Cannot reach a chat server at ${address}: ${reason}.`,
  downgraded: (host: string): string =>
    `Connections to ${host} were encrypted before, so chat does not connect without encryption. ` +
    "To connect anyway, use --no-tls.",
  needsEncryption:
    "The server accepts only encrypted connections on this port. Write it as HOST:+PORT, without " +
    "--no-tls.",
  mute: "The server accepted the connection but has said nothing yet. It may be busy, or this is " +
    "not the port of a chat server.",
  notEncrypted: "This connection is not encrypted: others on the network can read what is said.",
} as const;

/** Proxies. */
export const PROXY = {
  /** How to write one. */
  form: "socks5h://HOST:PORT",
  formWithLogin: "socks5h://USER:PASSWORD@HOST:PORT",
  unsupported: (variable: string, kind: string): string =>
    `${variable} names ${kind}, which chat does not support: it connects without a proxy. ` +
    `Only SOCKS5 is supported. Write it as ${PROXY.form}.`,
  kind: (scheme: string): string => `a proxy of the kind ${scheme}`,
  unknownKind: "an address of an unknown kind",
  invalid: (variable: string): string =>
    `${variable} is not a valid address, so no proxy is used. Write it as ${PROXY.form} or ` +
    `${PROXY.formWithLogin}.`,
  /** The rest are parts of a sentence. */
  unreachable: (proxy: string, reason: string): string =>
    `the proxy ${proxy} cannot be reached: ${reason}`,
  failed: (proxy: string, words: string): string => `the proxy ${proxy} ${words}`,
} as const;

/** What a proxy does instead of connecting: follows its name. */
export const PROXY_FAULT = {
  silent: "did not answer",
  closed: "closed the connection",
  failed: "could not connect",
  notAllowed: "does not allow this connection",
  networkUnreachable: "says that the network is unreachable",
  hostUnreachable: "says that the machine is unreachable",
  timedOut: "says that the connection timed out",
  command: "does not support such connections",
  addressKind: "does not support such addresses",
  notSocks: "does not speak SOCKS5",
  longName: "does not support such a long name",
  wrongLogin: "rejected the username and the password",
  needsLogin: "requires a username and a password",
  noLogin: "does not accept a username and a password",
} as const;

/** Rooms that are announced on the local network. */
export const NEARBY = {
  heading: "Rooms on this network (type a number, a part of a title, or any address):",
  /** A line of the list, and one of `chat find`. */
  line: (number: number, title: string, place: string, notes: readonly string[]): string =>
    `${`${number}`.padStart(3)}  ${[`"${title}" at ${place}`, ...notes].join(", ")}`,
  found: (title: string, command: string, notes: readonly string[]): string =>
    [`"${title}": ${command}`, ...notes].join(", "),
  none: "No room was found on this network so far. Ask whoever runs the room for its address: " +
    "chat serve shows it at its start.",
  gone: (title: string): string => `"${title}" is not there any more.`,
  /** The notes are parts of a sentence. */
  last: (day: string): string => `you were there on ${day}`,
  otherTitle: (title: string): string => `then called "${title}"`,
  changed: (day: string): string => `WARNING: its fingerprint is not that of ${day}`,
  plain: "not encrypted",
  needs: { invite: "by invitation", password: "with a password" },
  /** The rest are sentences. */
  noNumber: (number: string): string => `There is no room with the number ${number} here.`,
  several: (titles: readonly string[]): string =>
    `That is a part of several titles: ${titles.map((title) => `"${title}"`).join(", ")}. ` +
    "Type a number.",
  notSame: (title: string, day: string, address: string): string =>
    `The fingerprint that "${title}" announces is not that of ${day}, so it may be somebody ` +
    `else's room. If you know better, type its address: ${address}`,
  untitled: (title: string): string =>
    `No room "${title}" was found on this network. To see all: chat find. If it is on another ` +
    "network, join it by its address.",
  nothing:
    "No room was found on this network. Rooms on other networks, and those of servers that " +
    "run with --no-announce, are joined by their address.",
} as const;
