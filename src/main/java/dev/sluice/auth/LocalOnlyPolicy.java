package dev.sluice.auth;

import dev.sluice.config.LoopbackAddress;
import dev.sluice.model.GatewayError;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.util.List;

/**
 * Where no key is asked for, whoever runs on this machine may call, but not a page from elsewhere in this machine's
 * browser: neither under a name of its own that leads here (DNS rebinding), nor from another origin. A form, a file or
 * a WebSocket needs no preflight, and each request may cost money.
 */
final class LocalOnlyPolicy {

    private LocalOnlyPolicy() {}

    /** Why the request is refused, or null. */
    static GatewayError refusal(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        // HTTP/1.0 knows no Host, and no browser speaks it.
        if (authority != null && !LoopbackAddress.is(authority.host())) {
            return refused("Host is not this machine");
        }
        List<String> origins = request.headers().getAll("origin");
        return origins.stream().allMatch(LocalOnlyPolicy::own)
                ? null
                : refused("the request comes from a page of another origin");
    }

    private static boolean own(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && LoopbackAddress.is(host);
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }

    private static GatewayError refused(String what) {
        return GatewayError.of(
                        GatewayError.Kind.PERMISSION,
                        what + ", and Sluice has no auth.keys, so it serves this machine only (expected: localhost or a"
                                + " loopback address in Host and Origin, or keys in the config)")
                .withCode("open_mode");
    }
}
