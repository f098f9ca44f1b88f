import { openSqliteStore } from "../src/open-sqlite-store.ts";
import { describeStateStore } from "./state-store-contract.ts";

describeStateStore("SQLite", () => openSqliteStore(":memory:"));
