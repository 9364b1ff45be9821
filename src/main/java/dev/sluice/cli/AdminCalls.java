package dev.sluice.cli;

import java.io.IOException;
import java.util.Map;

/** Whom a command asks: a server's admin API, or the same API over a store without a server. */
interface AdminCalls extends AutoCloseable {

    /**
     * A response.
     *
     * @param next where the next page begins, for answers whose format has no place for that; or null
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
     * Asks and waits.
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
