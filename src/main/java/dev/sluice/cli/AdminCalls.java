package dev.sluice.cli;

import java.io.IOException;
import java.util.Map;

/** A client of the admin API: over HTTP to a running server, or directly on a store. */
interface AdminCalls extends AutoCloseable {

    /**
     * A response.
     *
     * @param next cursor of the next page, for formats that cannot contain it; or null
     */
    record Reply(int status, String body, String next) {

        boolean succeeded() {
            return status < 400;
        }

        /** The body may be a new key. */
        @Override
        public String toString() {
            return "Reply[" + status + "]";
        }
    }

    /**
     * Sends a request and waits for the response.
     *
     * @param path below {@code /admin/v1}, with its parameters percent-encoded
     * @param body JSON, or null
     * @throws java.net.ConnectException when no server is listening there
     * @throws IOException when there is no response
     */
    Reply call(String method, String path, Map<String, String> query, String body) throws IOException;

    @Override
    void close();
}
