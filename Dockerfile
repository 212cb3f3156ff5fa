# The image of connected-registry, for those who have a container engine: the same root file system as hack/image packs.
FROM debian:12 AS build
WORKDIR /source
# The list of packages first, so that a change of the sources does not install them again.
COPY hack/lib/needs.py hack/lib/needs.py
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 \
    && python3 hack/lib/needs.py build | xargs apt-get install -y --no-install-recommends
COPY . .
RUN hack/rootfs /rootfs

FROM scratch
COPY --from=build /rootfs /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Not root, and in no /etc/passwd: Kubernetes can tell from the number alone that it is not root.
USER 65532:65532
LABEL org.opencontainers.image.title="connected-registry" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
ENTRYPOINT ["/usr/bin/connected-registry"]
