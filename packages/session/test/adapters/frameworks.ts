import type { Server } from "node:http";
import { principalOf } from "@cognito-to-descope/session/express";
import * as expressAdapter from "@cognito-to-descope/session/express";
import { sessionPlugin } from "@cognito-to-descope/session/fastify";
import * as honoAdapter from "@cognito-to-descope/session/hono";
import { CurrentPrincipal, Requires, SessionGuard } from "@cognito-to-descope/session/nestjs";
import * as nextAdapter from "@cognito-to-descope/session/nextjs";
import type { Principal } from "@cognito-to-descope/session";
import { Controller, type DynamicModule, Get, HttpCode, type INestApplication, Post, Req } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import { ROUTES, serve, servedBy, serveFetch, type ServeApp } from "./served-routes.ts";
import "reflect-metadata";

const answer = (principal: Principal | null | undefined): object => ({ subject: principal?.subject ?? null });

const routes = Object.entries(ROUTES);

/** The same routes, served by each framework. */
export const FRAMEWORKS: Readonly<Record<string, ServeApp>> = {
  Express: (options) => {
    const guard = expressAdapter.createSessionGuard(options);
    const app = express();
    for (const [path, route] of routes) {
      app.all(path, guard(route), (request, response) => {
        response.json(answer(request.principal));
      });
    }
    // A router whose routes have a guard of their own too.
    const nested = express.Router();
    nested.get("/orders", guard({ roles: ["admin"] }), (request, response) => {
      response.json(answer(principalOf(request)));
    });
    app.use("/nested", guard(), nested);
    return serve(app);
  },
  Fastify: async (options) => {
    const app = fastify();
    await app.register(sessionPlugin, options);
    for (const [url, session] of routes) {
      app.route({
        method: ["GET", "POST"],
        url,
        config: { session },
        handler: (request) => answer(request.principal),
      });
    }
    app.get("/health", { config: { session: false } }, () => ({ ok: true }));
    await app.listen({ host: "127.0.0.1", port: 0 });
    return servedBy(app.server);
  },
  Hono: (options) => {
    const guard = honoAdapter.createSessionGuard(options);
    const app = new Hono();
    for (const [path, route] of routes) {
      app.all(path, guard(route), (context) => context.json(answer(context.get("principal"))));
    }
    return serveFetch((request) => app.fetch(request));
  },
  NestJS: async (options) => {
    const app: INestApplication = await NestFactory.create(nestModule(), { logger: false });
    app.useGlobalGuards(new SessionGuard(options));
    await app.listen(0, "127.0.0.1");
    const { stop, url } = servedBy(app.getHttpServer() as Server);
    return {
      url,
      stop: async () => {
        await stop();
        await app.close();
      },
    };
  },
  "Next.js route handlers": (options) => {
    const guard = nextAdapter.createSessionGuard(options);
    const handlers = new Map(
      routes.map(([path, route]) => [
        path,
        guard.handler<object>(route, (_request, principal) => Response.json(answer(principal))),
      ]),
    );
    return serveFetch((request) => {
      const handler = handlers.get(new URL(request.url).pathname);
      return handler === undefined ? new Response(null, { status: 404 }) : handler(request, {});
    });
  },
  "Next.js middleware": (options) => {
    const guard = nextAdapter.createSessionGuard(options);
    const all = new Map(routes.map(([path, route]) => [path, guard.middleware(route)]));
    const handlers = new Map(
      routes.map(([path]) => [
        path,
        // Behind the middleware, the subject is asked for as a page would.
        guard.handler<object>({ anonymous: "allow" }, (_request, principal) => Response.json(answer(principal))),
      ]),
    );
    return serveFetch(async (request) => {
      const { pathname } = new URL(request.url);
      const refusal = await all.get(pathname)?.(request);
      return refusal ?? handlers.get(pathname)?.(request, {}) ?? new Response(null, { status: 404 });
    });
  },
};

/** A module with a controller, whose decorators are applied by hand: the test runner does not know Nest's kind of them. */
function nestModule(): DynamicModule {
  class Orders {
    readAny(request: { readonly principal?: Principal }): object {
      return answer(request.principal);
    }
    readMine(principal: Principal): object {
      return answer(principal);
    }
  }
  for (const [path, route] of routes) {
    const own = path === "/open" ? "readAny" : "readMine";
    for (const [method, decorate] of [
      ["get", Get],
      ["post", Post],
    ] as const) {
      const name = `${method}${path.slice(1)}`;
      const value = Orders.prototype[own].bind(Orders.prototype);
      Object.defineProperty(Orders.prototype, name, { value, writable: true, configurable: true });
      const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, name) ?? {};
      decorate(path)(Orders.prototype, name, descriptor);
      HttpCode(200)(Orders.prototype, name, descriptor);
      Requires(route)(Orders.prototype, name, descriptor);
      (own === "readAny" ? Req() : CurrentPrincipal())(Orders.prototype, name, 0);
    }
  }
  Controller()(Orders);
  // The class of a module matters to nobody here, so it is the controller's.
  return { module: Orders, controllers: [Orders] };
}
