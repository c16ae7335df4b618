/**
 * What is told about the health of a server, and the help of its metrics.
 * @module
 */

/** The answer of `/healthz` if all is well. */
export const HEALTHY = "ok";

/** What each metric tells, by its name. */
export const METRIC_HELP = {
  chat_build_info: "Always 1; the label has the version of the program.",
  process_start_time_seconds: "When the server started, in seconds since 1970.",
  process_cpu_seconds_total: "Processor time that the server used.",
  process_resident_memory_bytes: "Memory that the server takes.",
  chat_event_loop_delay_seconds: "How late timers were. Measured ten times a second, for five " +
    "minutes after somebody asked.",
  chat_connections: "Open connections: of users without encryption (plain), with it (tls) and by " +
    "WebSocket (web), and of browsers that load the page (http).",
  chat_connections_opened_total: "Connections of users that were opened, by the same kinds.",
  chat_refusals_total:
    "Connections that were refused: for a ban (ban), because their address has " +
    "too many (address), or because there are too many in all (server).",
  chat_users: "Users with a username, those who wait included.",
  chat_users_waiting: "Users whose connection broke, and who can still come back.",
  chat_users_entered_total: "Users who entered the chat.",
  chat_users_returned_total: "Users who came back after their connection broke.",
  chat_rooms: "Rooms with members (occupied), and without (empty).",
  chat_messages_total: "Messages that were said in rooms (room) and to one person (person).",
  chat_commands_total: "Commands that users sent.",
  chat_sent_lines_total: "Lines that were sent to users.",
  chat_sent_bytes_total: "Bytes of these lines, before encryption.",
  chat_writes_total: "Writes in which they were sent.",
  chat_send_queue_bytes: "Bytes that wait to be sent, of all send queues.",
  chat_send_queue_longest_bytes: "Bytes that wait in the longest send queue.",
  chat_send_queue_overflows_total:
    "Connections that were closed because their send queue was full.",
  chat_accounts_registered_total: "Accounts that were registered in the chat.",
  chat_logins_total: "Logins to accounts.",
  chat_login_failures_total:
    "Wrong passwords: of accounts (account), of operators (operator), and " +
    "of the server (server).",
  chat_accounts_readable: "1 if accounts can be read, 0 if not.",
  chat_store_writable: "1 if messages can be kept, 0 if the last try to write them failed.",
  chat_cluster_nodes: "Servers of the cluster that are there, as this one knows it.",
  chat_cluster_open: "1 if this server lets people in, 0 if it is cut off from the others.",
  chat_cluster_applied_sequence: "The last entry of the cluster's stream that was applied here.",
  chat_cluster_waiting_records: "What happened here and is not in the cluster's stream yet.",
  chat_store_seconds: "How long it took to make messages safe (commit), and to put them from the " +
    "write-ahead log into the database in a quiet moment (checkpoint).",
} as const;
