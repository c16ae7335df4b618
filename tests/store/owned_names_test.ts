import { assertEquals } from "@std/assert";
import { OwnedNames } from "../../lib/store/owned_names.ts";

Deno.test("OwnedNames: two that look alike by newer rules both stay, each for its own", () => {
  const names = new OwnedNames(["Sule", "Şule"]);
  assertEquals([names.ownerOf("sule"), names.ownerOf("şule")], ["Sule", "Şule"]);
  assertEquals(names.ownerOf("Sulé"), "Sule");
  names.remove("SULE");
  assertEquals([names.ownerOf("sule"), names.ownerOf("Sulé")], ["Şule", "Şule"]);
  names.remove("Şule");
  assertEquals([names.ownerOf("sule"), names.size], [undefined, 0]);
});
