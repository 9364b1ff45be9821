package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.NothingIsLeft;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A gateway under a fuzz, its edits, and what must be true of it between two rounds. */
final class FuzzedGateway implements AutoCloseable {

    private static final Pattern ATTEMPTS = Pattern.compile("\"status\":(\\d+).*\"attempts\":(\\d+)");
    private static final Pattern CODE = Pattern.compile("\"endpoint\":\"(\\w+)\".*\"error_code\":\"([^\"]*)\"");

    private final FuzzConfig config;
    private final String bearer;
    private final Consumer<String> findings;
    private final LongAdder attempts = new LongAdder();
    private final RunningSluice sluice;
    private final NothingIsLeft rest;
    private boolean edited;
    final LoopWatch watch;
    /** How many requests ended with each status and error code. */
    final Map<String, LongAdder> statuses = new ConcurrentSkipListMap<>();

    FuzzedGateway(FuzzConfig config, String bearer, Consumer<String> findings) {
        this.config = config;
        this.bearer = bearer;
        this.findings = findings;
        this.sluice = RunningSluice.start(config.base(), FuzzConfig.ENVIRONMENT, 2, new AccessLines());
        this.rest = NothingIsLeft.withoutRows(sluice, "authorization", bearer);
        this.watch = new LoopWatch(sluice.vertx());
    }

    /** Loads the vocabularies of the token counts, which stay: otherwise they look like growth. */
    void countTokens() {
        for (String model : List.of("gpt-4o", "gpt-4", "text-davinci-003")) {
            String body = "{\"model\":\"sim/" + model + "\",\"input\":\"hello\"}";
            assertThat(new ChatClient(sluice.baseUrl())
                            .post("/responses/input_tokens", body, "authorization", bearer)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    int port() {
        return sluice.port();
    }

    int adminPort() {
        return URI.create(sluice.adminUrl()).getPort();
    }

    void edit() throws IOException {
        edited = !edited;
        sluice.edit(edited ? config.edited() : config.base());
    }

    /** Returns to the first configuration, waits until every request has ended, and looks for what is left. */
    void check(String when) {
        sluice.edit(config.base());
        try {
            Awaitility.await()
                    .atMost(10, TimeUnit.SECONDS)
                    .until(() -> sluice.main()
                            .active()
                            .current()
                            .config()
                            .providers()
                            .containsKey("perp"));
            rest.check();
            checkLedger();
        } catch (AssertionError | ConditionTimeoutException left) {
            findings.accept(when + ": " + left.getMessage());
        }
    }

    /** Returns when a request that was sent after all others is served. */
    void awaitLoops() {
        new ChatClient(sluice.adminUrl()).get("/livez");
    }

    private void checkLedger() {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
            String body = new ChatClient(sluice.adminUrl())
                    .get("/admin/v1/usage", "authorization", bearer)
                    .body();
            JsonArray usage = new JsonObject(body).getJsonArray("usage");
            long rows = usage.isEmpty() ? 0 : usage.getJsonObject(0).getLong("attempts");
            assertThat(rows).as("rows of the ledger, of as many attempts").isEqualTo(attempts.sum());
        });
    }

    @Override
    public void close() {
        watch.close();
        sluice.close();
    }

    /** Counts what the access log says, and keeps none of it. */
    private final class AccessLines extends OutputStream {

        private final StringBuilder line = new StringBuilder();

        @Override
        public void write(int each) throws IOException {
            write(new byte[] {(byte) each}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            line.append(new String(bytes, from, length, StandardCharsets.ISO_8859_1));
            for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
                count(line.substring(0, end));
                line.delete(0, end + 1);
            }
        }

        private void count(String text) {
            Matcher found = ATTEMPTS.matcher(text);
            if (!found.find()) {
                findings.accept("an access line without status or attempts: " + text);
                return;
            }
            attempts.add(Long.parseLong(found.group(2)));
            if (found.group(1).equals("500")) {
                findings.accept("logged a 500: " + text);
            }
            Matcher code = CODE.matcher(text);
            String what = found.group(1) + (code.find() ? " " + code.group(2) : "");
            statuses.computeIfAbsent(what, any -> new LongAdder()).increment();
        }
    }
}
