# Sluice in an image without shell or package manager.
#
#   docker build -t sluice .
#   docker run --rm --read-only --tmpfs /tmp -p 8080:8080 -e SLUICE_HOST=0.0.0.0 -e SLUICE_PEPPER \
#       -v ./my-conf:/app/conf:ro -v sluice-data:/app/data sluice
#
# Authentication. A container must listen on 0.0.0.0 to be reachable, and Sluice refuses any address but loopback
# without authentication. Mount a conf folder with auth.keys, auth.jwt or auth.required, and set SLUICE_HOST. It is not
# set here, so that the image is never open by default. The admin listener stays on the container's loopback.
#
# /app/data is written: the store and the journal with keys, budgets and ledger. Without a volume it is lost with the
# container. A host folder mounted there must belong to 65532.
#
# /tmp is written: uploads, and Netty's epoll library. If /tmp is mounted noexec (Docker's default for --tmpfs; use
# --tmpfs /tmp:exec to change it), that library cannot be loaded, and Sluice uses Java's own transport.

FROM maven:3.9.11-eclipse-temurin-25 AS build
WORKDIR /src
# First without sources: the downloads are a layer that is reused until the POM changes.
COPY pom.xml LICENSE ./
RUN mvn -B -ntp -Dquick compile jar:jar@default-jar shade:shade@one-jar
COPY src/main src/main
RUN mvn -B -ntp -Dquick compile jar:jar@default-jar shade:shade@one-jar
# SQLite's library is beside the jar, because /tmp may be mounted noexec. User 65532 may write to the folder data.
RUN mkdir -p /made/data /made/lib && cd /made && jar xf /src/target/sluice.jar org/sqlite/native/Linux/$(uname -m)/libsqlitejdbc.so \
    && mv org/sqlite/native/Linux/*/libsqlitejdbc.so lib/

FROM gcr.io/distroless/java25-debian13:nonroot
WORKDIR /app
COPY --from=build /src/target/sluice.jar ./
COPY --from=build /made/lib lib
COPY --from=build --chown=65532:65532 /made/data data
COPY conf conf
# A number, because Kubernetes' runAsNonRoot does not accept names; it is the user "nonroot" of the base image.
USER 65532:65532
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/app/sluice.jar", "dev.sluice.cli.Health"]
# The flags of launcher.sh, which explains them. Set additional ones in JDK_JAVA_OPTIONS.
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
