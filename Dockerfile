# docker build -t claviger . && docker run -p 4280:4280 -v claviger:/var/lib/claviger claviger
FROM node:24-bookworm-slim AS manifests
WORKDIR /opt/claviger
COPY package.json package-lock.json ./
COPY core/package.json core/
COPY sdk/package.json sdk/
COPY server/package.json server/
COPY dashboard/package.json dashboard/

FROM manifests AS packages
# No install scripts, no tools of the tests, no second Node: the image brings one.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --workspace server --include-workspace-root=false

FROM manifests AS screens
RUN npm ci --ignore-scripts --no-audit --no-fund --workspace dashboard --include-workspace-root=false
COPY tsconfig.base.json ./
COPY scripts scripts
COPY core core
COPY sdk sdk
COPY dashboard dashboard
RUN node scripts/build-dashboard.mjs

FROM node:24-bookworm-slim
WORKDIR /opt/claviger
COPY --from=packages /opt/claviger ./
COPY core core
COPY sdk sdk
COPY server server
COPY profiles profiles
COPY --from=screens /opt/claviger/dashboard/dist dashboard/dist
# So that `docker exec CONTAINER claviger …` works, on the same data.
RUN ln -s /opt/claviger/server/bin/claviger.mjs /usr/local/bin/claviger \
  && install -d -o node -g node -m 0700 /var/lib/claviger
USER node
VOLUME /var/lib/claviger
ENV NODE_ENV=production CLAVIGER_HOST=0.0.0.0 CLAVIGER_DATA_DIR=/var/lib/claviger
EXPOSE 4280
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:4280/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["claviger"]
CMD ["serve"]
