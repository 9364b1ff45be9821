package dev.sluice.auth;

import dev.sluice.config.LoopbackAddress;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.net.URI;

/**
 * The rule for what needs no key: only programs and pages of this machine may call. A loopback address alone does not
 * keep other web pages out, because they run in this machine's browser. One that points its own name here (DNS
 * rebinding) shows in {@code Host}, one that posts across origins shows in {@code Origin}; forms, files and WebSockets
 * need no preflight.
 */
public final class LocalOnlyPolicy {

    /** The header by which a request is refused. */
    public enum Violation {
        HOST,
        ORIGIN
    }

    private LocalOnlyPolicy() {}

    /** Why the request is refused, or null if it is admitted. */
    public static Violation violation(HttpServerRequest request) {
        if (!isLocalHost(request)) {
            return Violation.HOST;
        }
        boolean local = request.headers().getAll(HttpHeaders.ORIGIN).stream().allMatch(LocalOnlyPolicy::isLocalOrigin);
        return local ? null : Violation.ORIGIN;
    }

    private static boolean isLocalHost(HttpServerRequest request) {
        int hosts = request.headers().getAll(HttpHeaders.HOST).size();
        HostAndPort authority = request.authority();
        if (authority == null) {
            // HTTP/1.0 has no Host, and browsers do not speak it.
            return hosts == 0 && request.version() == HttpVersion.HTTP_1_0;
        }
        return hosts <= 1 && LoopbackAddress.is(authority.host());
    }

    private static boolean isLocalOrigin(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && LoopbackAddress.is(host);
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }
}
