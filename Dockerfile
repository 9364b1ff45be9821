# The gateway in an image without shell or package manager.
#
#   docker build -t sluice .
#   docker run --rm --read-only --tmpfs /tmp -p 8080:8080 -e SLUICE_HOST=0.0.0.0 -e SLUICE_PEPPER \
#       -v ./my-conf:/app/conf:ro -v sluice-data:/app/data sluice
#
# SLUICE_HOST: inside a container only 0.0.0.0 can be reached from outside, and Sluice refuses to listen on anything but
# loopback without auth (keys, jwt or required). So mount a conf/ with it, and set this; it is not set here, because an image that opens
# itself to everybody by default is none to trust. The admin listener stays on the container's loopback either way.
#
# Two places are written. /app/data has the store and the journal: keys, budgets, the ledger. Without a volume of its own
# it ends with the container. A folder of the host mounted there must belong to 65532. In /tmp Netty unpacks its epoll
# library, where that may be executed (--tmpfs /tmp:exec), and uploads lie; otherwise the plain Java transport serves.

FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /src
# The goals that make the jar, first without sources: their downloads are a layer that lasts until the POM changes.
COPY pom.xml LICENSE ./
RUN mvn -B -ntp -Dquick compile jar:jar@default-jar shade:shade@one-jar
COPY src/main src/main
RUN mvn -B -ntp -Dquick compile jar:jar@default-jar shade:shade@one-jar
# SQLite's library beside the jar, because a /tmp of Docker's is mounted noexec; and a folder that 65532 may write to.
RUN mkdir -p /made/data /made/lib && cd /made && jar xf /src/target/sluice.jar org/sqlite/native/Linux/$(uname -m)/libsqlitejdbc.so \
    && mv org/sqlite/native/Linux/*/libsqlitejdbc.so lib/

FROM gcr.io/distroless/java25-debian13:nonroot
WORKDIR /app
COPY --from=build /src/target/sluice.jar ./
COPY --from=build /made/lib lib
COPY --from=build --chown=65532:65532 /made/data data
COPY conf conf
# By number, because Kubernetes' runAsNonRoot knows no names; it is the image's "nonroot".
USER 65532:65532
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/app/sluice.jar", "dev.sluice.cli.Health"]
# The same flags as in launcher.sh, where they are explained. Add your own with JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", \
    "-XX:MaxRAMPercentage=40", \
    "-XX:+ExitOnOutOfMemoryError", \
    "-XX:+UseCompactObjectHeaders", \
    "-XX:-UsePerfData", \
    "--sun-misc-unsafe-memory-access=allow", \
    "-Dio.netty.allocator.type=pooled", \
    "-Dorg.sqlite.lib.path=/app/lib", \
    "-Dorg.sqlite.lib.name=libsqlitejdbc.so", \
    "-jar", "/app/sluice.jar"]
CMD ["serve"]
