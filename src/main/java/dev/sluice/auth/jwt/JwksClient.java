package dev.sluice.auth.jwt;

import dev.sluice.config.JwtConfig;
import dev.sluice.config.LoopbackAddress;
import dev.sluice.stream.BoundedGet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Locale;

/**
 * The HTTP client for an issuer's keys. Their URL is {@code auth.jwt.jwks}, or {@code jwks_uri} of the issuer's
 * {@code /.well-known/openid-configuration} (OpenID Connect Discovery 1.0, section 4). One document at a time, five
 * seconds and 256 KiB each, over https or from this machine. Redirects are not followed; only JSON is accepted.
 *
 * <p>Fails with a {@link TokenRejectedException} that names the cause. Must be called on one context.
 */
final class JwksClient {

    static final int MAX_BYTES = 256 * 1024;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final Vertx vertx;
    private final HttpClient client;

    JwksClient(Vertx vertx) {
        this.vertx = vertx;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(TIMEOUT_MILLIS)
                        .setKeepAlive(false)
                        .setMaxHeaderSize(16 * 1024),
                new PoolOptions().setHttp1MaxSize(2).setMaxWaitQueueSize(4));
    }

    /** The key set as received. */
    Future<byte[]> fetch(JwtConfig config) {
        if (config.jwks() != null) {
            return get("auth.jwt.jwks", config.jwks());
        }
        return get("auth.jwt.issuer's discovery document", withoutSlash(config.issuer()) + DISCOVERY)
                .compose(json -> jwksUri(json, config.issuer()))
                .compose(url -> get("jwks_uri of the issuer", url));
    }

    private static Future<String> jwksUri(byte[] json, String issuer) {
        JsonObject document = StrictJson.object(json);
        if (document == null || !issuer.equals(document.getValue("issuer"))) {
            return failed(
                    "the discovery document has another issuer (expected: auth.jwt.issuer, character for character)");
        }
        return document.getValue("jwks_uri") instanceof String url
                ? Future.succeededFuture(url)
                : failed("the discovery document has no jwks_uri");
    }

    private Future<byte[]> get(String what, String url) {
        if (!secure(url)) {
            return failed(what + " is not an https URL");
        }
        Future<HttpClientRequest> request;
        try {
            request = client.request(new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setAbsoluteURI(url)
                    .setFollowRedirects(false)
                    .putHeader("accept", "application/json"));
        } catch (RuntimeException noUrl) {
            return failed(what + " is not a valid URL");
        }
        return BoundedGet.send(
                        vertx,
                        request.recover(refused -> failed(what + " cannot be reached")),
                        TIMEOUT_MILLIS,
                        MAX_BYTES,
                        head -> refusal(what, head))
                .map(response -> response.body().toBytes())
                .recover(failure -> switch (failure) {
                    case TokenRejectedException explained -> Future.failedFuture(explained);
                    case BoundedGet.LimitExceeded exceeded -> failed(what + " " + exceeded.getMessage());
                    default -> failed(what + " was cut off");
                });
    }

    /** Null for a response that may be a document. */
    private static TokenRejectedException refusal(String what, HttpClientResponse head) {
        if (head.statusCode() < 200 || head.statusCode() > 299) {
            return new TokenRejectedException(what + " responded with status " + head.statusCode());
        }
        return isJson(head.getHeader("content-type"))
                ? null
                : new TokenRejectedException(
                        what + " responded with another content type (expected: application/json)");
    }

    private static boolean isJson(String contentType) {
        if (contentType == null) {
            return false;
        }
        String essence = contentType.toLowerCase(Locale.ROOT).split(";", -1)[0].strip();
        return essence.equals("application/json") || essence.endsWith("+json");
    }

    private static boolean secure(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getHost() != null
                    && uri.getUserInfo() == null
                    && ("https".equalsIgnoreCase(uri.getScheme())
                            || "http".equalsIgnoreCase(uri.getScheme()) && LoopbackAddress.is(uri.getHost()));
        } catch (IllegalArgumentException noUrl) {
            return false;
        }
    }

    private static String withoutSlash(String issuer) {
        return issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    }

    private static <T> Future<T> failed(String why) {
        return Future.failedFuture(new TokenRejectedException(why));
    }
}
