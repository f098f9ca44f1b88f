import { createRateLimiter } from "@cognito-to-descope/core";
import { realClock } from "../support/real-clock.ts";
import { describeRateLimiter } from "./rate-limiter-contract.ts";

describeRateLimiter("the limiter of one process", (limit) => createRateLimiter(limit, realClock));
