package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Lets in only requests that were meant for this machine. A web page may point its own name at 127.0.0.1 (DNS
 * rebinding) and then read answers; or post across origins without reading. The first shows in {@code Host}, the second
 * in {@code Origin}.
 */
final class LocalOnlyHandler implements Handler<RoutingContext> {

    /** The whole of 127.0.0.0/8; nothing that a resolver would have to be asked about. */
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        HostAndPort authority = request.authority();
        if (request.headers().getAll("host").size() > 1 || authority == null || !isLoopback(authority.host())) {
            AdminErrors.send(
                    context, 421, "host", "Host must be localhost or a loopback address on the admin listener.");
            return;
        }
        List<String> origins = request.headers().getAll("origin");
        if (!origins.stream().allMatch(LocalOnlyHandler::isLoopbackOrigin)) {
            AdminErrors.send(context, 403, "origin", "Requests of other origins are refused on the admin listener.");
            return;
        }
        context.next();
    }

    private static boolean isLoopbackOrigin(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && isLoopback(host);
        } catch (IllegalArgumentException notAUri) {
            return false;
        }
    }

    static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("[::1]")
                || name.equals("::1")
                || LOOPBACK_V4.matcher(name).matches();
    }
}
