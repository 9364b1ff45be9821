package dev.sluice.http.exchange;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Sends a client to where what it asked for lies: nothing is fetched on its behalf. */
public final class Redirect {

    private static final int FOUND = 302;

    private Redirect() {}

    public static void to(HttpServerResponse response, String location) {
        response.setStatusCode(FOUND).putHeader(HttpHeaders.LOCATION, location).end();
    }
}
