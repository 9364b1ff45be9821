package dev.sluice.config;

import dev.sluice.binding.ByteSize;
import dev.sluice.binding.Key;
import dev.sluice.binding.Secret;
import dev.sluice.model.Strictness;
import java.time.Duration;

/** The data-plane listener. Host, port, admin and tls need a restart; other changes apply from the next request. */
public record ServerConfig(
        @Key(
                value = "Address to listen on. Anything but loopback needs auth.keys, auth.jwt or auth.required.",
                or = "127.0.0.1")
        String host,

        @Key(value = "Port to listen on; 0 picks a free one.", or = "8080", min = 0, max = 65535)
        int port,

        @Key("The admin listener: probes, metrics, admin API. Loopback only.")
        AdminConfig admin,

        @Key(value = "Largest request body.", or = "20MiB", min = 1024, max = 1073741824)
        ByteSize maxBody,

        @Key(
                value = "Largest multipart upload. It is kept in a temporary file until the request ends.",
                or = "512MiB",
                min = 1024,
                max = 17179869184.0)
        ByteSize maxUpload,

        @Key(
                value = "Multipart uploads in progress at once, of all callers together. A caller may have at most as"
                        + " many as remain free.",
                or = "128",
                min = 8,
                max = 100000)
        int maxUploads,

        @Key(
                value = "Bytes of all temporary files of uploads together, shared as max_uploads is; 0: eight times"
                        + " max_upload.",
                or = "0",
                min = 0,
                max = 1099511627776.0)
        ByteSize maxUploadSpace,

        @Key(
                value = "Bytes in memory of all request bodies, whole responses and held-back streams together; 0: 30 %"
                        + " of the heap. A caller may hold at most as many as remain free.",
                or = "0",
                min = 0,
                max = 1099511627776.0)
        ByteSize maxBuffered,

        @Key(value = "How long open requests may take to finish after SIGTERM.", or = "30s", min = 0, max = 3600000)
        Duration drain,

        @Key("Timeouts of client connections, on both listeners.")
        ClientTimeouts timeouts,

        @Key("Serve TLS (HTTP/2 by ALPN).") TlsConfig tls,

        @Key(
                value = "Which parameters that a provider does not support make a request fail instead of being"
                        + " dropped. off: none; meaning: those without which the response means something else, such"
                        + " as a tool; all. A route's strict and x-sluice-strict override it.",
                or = "off")
        Strictness strict,

        @Key(
                value = "Silence after which a stream receives a comment that keeps the connection open; 0: never.",
                or = "15s",
                min = 0,
                max = 3600000)
        Duration heartbeat,

        @Key(value = "Limits on the number of items in a request; 0: no limit.", was = "bounds")
        RequestLimits requestLimits,

        @Key(
                value = "What happens to a request that has a budget and no known price. flag: it is admitted, and the"
                        + " cost that the provider reports is charged; refuse: it is refused.",
                or = "flag")
        UnknownPrice unknownPrice,

        @Key("The provider of /v1/files and /v1/batches for requests without x-sluice-provider. Without it, such a"
                + " request is refused if several providers offer them.")
        String defaultProvider,

        @Key("Responses of /v1/responses that no provider stores, kept in memory with their input, so that later"
                + " requests may refer to them. Nothing is kept of requests with store: false.")
        StoredResponses storedResponses) {

    /** The same settings with other addresses. */
    public ServerConfig at(String host, int port, int adminPort) {
        return new ServerConfig(
                host,
                port,
                new AdminConfig(admin.host(), adminPort),
                maxBody,
                maxUpload,
                maxUploads,
                maxUploadSpace,
                maxBuffered,
                drain,
                timeouts,
                tls,
                strict,
                heartbeat,
                requestLimits,
                unknownPrice,
                defaultProvider,
                storedResponses);
    }

    /** Handling of a request whose price is unknown. */
    public enum UnknownPrice {
        /** It is served, and its ledger row has cost source {@code unknown}. */
        FLAG,
        /** It is refused. */
        REFUSE
    }

    /** The memory for earlier responses. */
    public record StoredResponses(
            @Key(
                    value = "Bytes of all of them together. One owner (a team, or a key without a team) may have at"
                            + " most as many as remain free, one response an eighth. 0: nothing is kept.",
                    or = "64MiB",
                    min = 0,
                    max = 17179869184.0)
            ByteSize size,

            @Key(
                    value = "Time after its last use for which a response is kept. 0: nothing is kept.",
                    or = "8h",
                    min = 0,
                    max = 2592000000.0)
            Duration ttl) {

        /** The most bytes of all responses together; 0 when nothing is kept. */
        public long bytes() {
            return ttl.isPositive() ? size.bytes() : 0;
        }
    }

    /** The admin listener's address. */
    public record AdminConfig(
            @Key(value = "Address of the admin listener; must be loopback.", or = "127.0.0.1")
            String host,

            @Key(value = "Port of the admin listener; 0 picks a free one.", or = "8081", min = 0, max = 65535)
            int port) {}

    /** Timeouts of client connections. */
    public record ClientTimeouts(
            @Key(
                    value = "From connecting to the end of the first request's headers.",
                    or = "10s",
                    min = 100,
                    max = 600000)
            Duration header,

            @Key(
                    value = "From the headers to the end of the body; for multipart uploads, between two reads.",
                    or = "30s",
                    min = 100,
                    max = 3600000)
            Duration body,

            @Key(value = "From the headers to the end of a multipart upload.", or = "10m", min = 100, max = 86400000)
            Duration upload,

            @Key(value = "Between requests on a kept-alive connection.", or = "75s", min = 1000, max = 3600000)
            Duration idle,

            @Key(
                    value = "How long a WebSocket of /v1/responses may stay open. A response in progress is finished.",
                    or = "1h",
                    min = 1000,
                    max = 86400000)
            Duration responsesSocket,

            @Key(
                    value = "Without progress while bytes wait for a client that does not read. Then the connection is"
                            + " closed by force; over HTTP/2, the stream.",
                    or = "60s",
                    min = 1000,
                    max = 3600000)
            Duration write) {}

    /** Server certificate and key, both PEM. */
    public record TlsConfig(
            @Key(value = "PEM certificate chain: file:/path.", required = true)
            Secret cert,

            @Key(value = "PEM private key: file:/path.", required = true)
            Secret key,

            @Key("PEM certificates of the authorities that sign client certificates: file:/path. If set, clients"
                    + " must present a certificate.")
            Secret clientCa) {}
}
