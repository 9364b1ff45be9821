package dev.sluice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The admin API of a running server, over HTTP. Plain JDK, one request at a time; redirects are not followed, because
 * the request contains a key.
 */
final class AdminHttp implements AdminCalls {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int RESPONSE_MILLIS = 30_000;
    private static final int MAX_RESPONSE = 64 * 1024 * 1024;

    private final String base;
    private final String key;

    /** @param key or null for none */
    AdminHttp(String base, String key) {
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        this.key = key;
    }

    @Override
    public Reply call(String method, String path, Map<String, String> query, String body) throws IOException {
        String parameters = query.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        URI uri = URI.create(base + "/admin/v1" + path + (parameters.isEmpty() ? "" : "?" + parameters));
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(RESPONSE_MILLIS);
        connection.setRequestMethod(method);
        if (key != null) {
            connection.setRequestProperty("authorization", "Bearer " + key);
        }
        if (body != null) {
            connection.setRequestProperty("content-type", "application/json");
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            String text = in == null ? "" : new String(in.readNBytes(MAX_RESPONSE), StandardCharsets.UTF_8);
            return new Reply(status, text, connection.getHeaderField("x-sluice-next"));
        }
    }

    @Override
    public void close() {
        // Connections are the JDK's.
    }
}
