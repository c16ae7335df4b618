import { assertEquals } from "@std/assert";
import { dataDirectory } from "../../../lib/cli/os/data_directory.ts";

Deno.test("Data directory: it is the one that is given, or else the usual place of the system", () => {
  const cases: [
    data: string | null,
    os: string,
    env: Record<string, string>,
    directory: string | null | undefined,
  ][] = [
    ["some/where", "linux", { HOME: "/home/u" }, "some/where"],
    ["./auto", "linux", { HOME: "/home/u" }, "./auto"],
    [null, "linux", { HOME: "/home/u" }, null],
    ["auto", "linux", { HOME: "/home/u" }, "/home/u/.local/state/chat"],
    ["auto", "linux", { HOME: "/home/u", XDG_STATE_HOME: "/state" }, "/state/chat"],
    ["auto", "linux", { HOME: "/h", XDG_STATE_HOME: "state" }, "/h/.local/state/chat"],
    ["auto", "linux", { HOME: "/h", XDG_STATE_HOME: "" }, "/h/.local/state/chat"],
    ["auto", "linux", {}, undefined],
    ["auto", "linux", { HOME: "" }, undefined],
    ["auto", "freebsd", { HOME: "/h" }, "/h/.local/state/chat"],
    ["auto", "darwin", { HOME: "/Users/u" }, "/Users/u/Library/Application Support/chat"],
    ["auto", "darwin", { HOME: "/Users/u", XDG_STATE_HOME: "/state" }, "/state/chat"],
    [
      "auto",
      "windows",
      { LOCALAPPDATA: "C:\\Users\\u\\AppData\\Local" },
      [
        "C:",
        "Users",
        "u",
        "AppData",
        "Local",
        "chat",
      ].join("\\"),
    ],
    ["auto", "windows", { XDG_STATE_HOME: "D:\\state" }, "D:\\state/chat"],
    ["auto", "windows", { HOME: "/home/u" }, undefined],
  ];
  for (const [data, os, env, directory] of cases) {
    const here = { os, env: (name: string) => env[name] };
    assertEquals(dataDirectory(data, here), directory, JSON.stringify([data, os, env]));
  }
});
