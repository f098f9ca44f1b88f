import { openSqliteStore } from "../../src/sqlite/open-sqlite-store.ts";
import { describeStateStore } from "../contract/state-store-contract.ts";

describeStateStore("SQLite", () => openSqliteStore(":memory:"));
