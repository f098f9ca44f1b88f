import { guard } from "./session.ts";

/** Sends visitors without a session to sign in. In Next.js before 16, this file is `middleware.ts` and exports `middleware`. */
export const proxy: (request: Request) => Promise<Response | undefined> = guard.middleware();

export const config: { matcher: string[] } = { matcher: ["/account/:path*", "/api/:path*"] };
