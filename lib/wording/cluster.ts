/**
 * What a server of a cluster says: in its log, to its operators, and to those who are connected.
 * @module
 */

export const CLUSTER = {
  connecting: (servers: string): string => `Connecting to the cluster: ${servers}`,
  waiting: (why: string): string =>
    `${why} The chat room opens when the cluster can be reached; until then nobody can enter`,
  begun:
    "This is the first server of the cluster: its rooms, history and accounts are the cluster's",
  copying: "Copying the data of another server",
  copied: (megabytes: number, seconds: number): string =>
    `Copied ${megabytes} MB in ${seconds} seconds`,
  catchingUp: (entries: number): string => `Catching up with ${entries} entries`,
  caughtUp: (entries: number, seconds: number): string =>
    `Caught up with ${entries} entries in ${seconds.toFixed(1)} seconds`,
  joined: (node: string, others: readonly string[]): string =>
    others.length === 0
      ? `This server is ${node}; no other server of the cluster is there`
      : `This server is ${node}; the others are ${others.join(", ")}`,
  oldNats: (version: string): string =>
    `NATS ${version} may give servers different entries once its own servers have lost each other; ` +
    "then they stop. Update it to 2.10.23 or later: see docs/cluster.md",
  came: (node: string): string => `The server ${node} has joined the cluster`,
  left: (node: string): string => `The server ${node} has left the cluster`,
  differs: (path: string, here: string, agreed: string): string =>
    `${path} is ${here} here and ${agreed} in the cluster, which counts. To change it for all ` +
    "servers, use REHASH on this one",
  /** To those who are connected, and in the log. */
  cutOff: "This server has lost its connection to the others: go on at another one",
  isCutOff: (seconds: number): string =>
    `Nothing has come from the cluster for ${seconds} seconds: everybody here is sent to another ` +
    "server",
  back: "The cluster can be reached again",
  givenUp: "The other servers gave this one up while it was silent. It starts anew",
  leaving: "This server is leaving: go on at another one",
  full: "The cluster's stream is full, so nobody can say anything. Give it more room: see " +
    "docs/cluster.md",
  noRoom: (why: string): string => `NATS can't store what is said: ${why}`,
  // Why a server must stop or can't start.
  fenced: (node: string): string =>
    `Another server has the name ${node} in this cluster. Start this one with another --node`,
  foreign: (stream: string): string =>
    `The stream ${stream} in NATS belongs to another program. Use other NATS servers`,
  newer: "The cluster is used by a later version of chat. Update this server too",
  otherChat: (directory: string): string =>
    `The data in ${directory} is of another chat than the cluster's. Use an empty directory: ` +
    "--data DIR",
  ahead: "The cluster's stream ends before what this server knows. NATS has lost data, or it is " +
    "another NATS. See docs/cluster.md",
  unusable: (why: string): string =>
    `${why} A server of a cluster needs all of its data: mend that, or use an empty directory ` +
    "(--data DIR), then it copies the data of another server",
  ephemeral: (isKept: boolean): string =>
    isKept
      ? "The servers of this cluster keep nothing on disk, so this one can't either: --ephemeral"
      : "The servers of this cluster keep their data on disk, so this one must too: leave out " +
        "--ephemeral",
  noData:
    "This server has to copy the data of another one, but none answers. Start one that has it",
  differentWorld: (sequence: number): string =>
    `This server's state differs from that of the others after entry ${sequence}, so it stops. ` +
    "Delete its data and start it again: it copies the data of another server",
  differentStream: (sequence: number): string =>
    `NATS gave this server other entries than the others before entry ${sequence}, so it stops. ` +
    "Update NATS, and begin a new stream: see docs/cluster.md",
  disk: (why: string): string =>
    `This server can't store what is said, so it stops; the others go on. ${why}`,
  clock: (seconds: number): string =>
    `The clock of this machine differs by ${seconds} seconds from that of the cluster`,
  password: (isThere: boolean): string =>
    isThere
      ? "The cluster has a password, so this server needs one too: --password-file FILE"
      : "This server has a password, but the cluster has none: remove it, or add it on all servers",
} as const;
