import type { Finding } from "../findings/finding.ts";
import type { SettingDifference } from "../jit-setup/setting-difference.ts";
import type { InboundApp, InboundSettings } from "../ports/inbound-apps.ts";
import type { PoolAppClient } from "./app-client.ts";
import type { AppClientAim, AppClientClass } from "./classify-app-client.ts";

/** What the plan says about one app client. */
export interface ApplicationPlanItem {
  readonly client: PoolAppClient;
  readonly class: AppClientClass;
  readonly aim: AppClientAim;
  /** `skip`: nothing is made for it; `reason` says why. */
  readonly operation: "create" | "update" | "unchanged" | "skip";
  /** One lower-case line. */
  readonly reason: string;
  /** Absent where nothing is made. */
  readonly wanted?: InboundSettings;
  /** The application that is there; absent where there is none. */
  readonly present?: InboundApp;
  readonly differences: readonly SettingDifference[];
}

/** What would be made of the app clients. */
export interface ApplicationPlan {
  readonly items: readonly ApplicationPlanItem[];
  readonly findings: readonly Finding[];
}
