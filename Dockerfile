# The command line in a container: the gateway unless another command is named. See docs/gateway.md, and compose.yaml.
#
#   docker build -t c2d .
#   docker run --read-only --tmpfs /work -p 8420:8420 --env-file c2d.env c2d
#   docker run --rm -v "$PWD:/work" --env-file c2d.env c2d assess
#
# Commands name relative paths only: scripts/check-container.ts runs them in a folder that stands for the image.

FROM node:24-slim AS packages
WORKDIR /build
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund
RUN PATH="$PWD/node_modules/.bin:$PATH" node scripts/build.ts
RUN node scripts/lay-out-packages.ts published

FROM node:24-slim AS install
WORKDIR /app
COPY package.json package-lock.json ./
COPY --from=packages /build/published ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production
ENV C2D_HEALTH_URL=http://127.0.0.1:9464/healthz
COPY --from=install /app /app
# The config is mounted here, and the state file is made here where there is no PostgreSQL. Open to any user, as platforms
# choose one by themselves; everything else belongs to root and is not written.
WORKDIR /work
RUN chmod 1777 .
USER node
EXPOSE 8420 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(process.env.C2D_HEALTH_URL).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "/app/apps/cli/bin/c2d.mjs"]
CMD ["gateway", "--listen", "0.0.0.0:8420", "--metrics-listen", "0.0.0.0:9464", "--drain-delay", "5"]
