package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and batches belong to the key or team that created them; other callers do not find them. */
class ResourcesHaveOwnersTest {

    private static final VirtualKeys CALLERS = new VirtualKeys()
            .with("a", "")
            .with("b", "")
            .with("red1", "team: red")
            .with("red2", "team: red")
            .with("operator", "endpoints: [files, batches, account]")
            .with("boss", "role: admin");

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    /** The account at the provider, newest last. */
    private final Map<String, JsonObject> account = new LinkedHashMap<>();

    private final AtomicInteger number = new AtomicInteger();
    private RunningSluice sluice;

    @AfterEach
    void stop() {
        sluice.close();
        RunningSluice.await(vertx.close());
    }

    private void start(boolean store) {
        HttpServer upstream = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> respond(request)))
                .listen(0, "127.0.0.1"));
        sluice = RunningSluice.start("""
            server: { port: 0, admin: { port: 0 } }
            store: %2$s
            providers:
              up: { type: openai, base_url: "http://127.0.0.1:%1$d/v1", api_keys: [{ key: sk-provider }] }
            """.formatted(
                        upstream.actualPort(),
                        store ? "{ url: \"sqlite:" + folder.resolve("sluice.db") + "\" }" : "{ enabled: false }")
                + CALLERS.yaml());
    }

    private synchronized void respond(HttpServerRequest request) {
        String kind = request.path().startsWith("/v1/files") ? "file" : "batch";
        String[] segments = request.path().split("/");
        JsonObject found = segments.length > 3 ? account.get(segments[3]) : null;
        JsonObject response;
        if (segments.length == 3 && request.method().name().equals("POST")) {
            response = new JsonObject()
                    .put("id", kind + "-" + number.incrementAndGet())
                    .put("object", kind);
            if (kind.equals("batch")) {
                String output = "file-" + number.incrementAndGet();
                account.put(output, new JsonObject().put("id", output));
                response.put("output_file_id", output);
            }
            account.put(response.getString("id"), response);
        } else if (segments.length == 3) {
            response = page(kind, request);
        } else if (found == null) {
            request.response().setStatusCode(404).end("{}");
            return;
        } else if (request.method().name().equals("DELETE")) {
            account.remove(segments[3]);
            response = new JsonObject().put("id", segments[3]).put("deleted", true);
        } else {
            response = found;
        }
        // Not the usual content type: a list is limited to its caller all the same.
        request.response().putHeader("content-type", "text/plain").end(response.toBuffer());
    }

    private JsonObject page(String kind, HttpServerRequest request) {
        List<JsonObject> all = new ArrayList<>(account.values().stream()
                .filter(each -> each.getString("id").startsWith(kind))
                .toList()
                .reversed());
        int limit = Integer.parseInt(request.getParam("limit", "3"));
        String after = request.getParam("after");
        int from = after == null
                ? 0
                : IntStream.range(0, all.size())
                                .filter(i -> all.get(i).getString("id").equals(after))
                                .findFirst()
                                .orElseThrow()
                        + 1;
        List<JsonObject> some = all.subList(from, Math.min(all.size(), from + limit));
        return new JsonObject()
                .put("object", "list")
                .put("data", new JsonArray(new ArrayList<>(some)))
                .put("has_more", from + limit < all.size())
                .put("first_id", some.isEmpty() ? null : some.getFirst().getString("id"))
                .put("last_id", some.isEmpty() ? null : some.getLast().getString("id"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anotherOwnersFileIsNotFound(boolean store) {
        start(store);
        String file = create("a", "/files", "{}");

        assertThat(status("a", "GET", "/files/" + file)).isEqualTo(200);
        HttpResponse<String> unknown = send("b", "GET", "/files/file-none", "");
        HttpResponse<String> other = send("b", "GET", "/files/" + file, "");
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(other.body()).isEqualTo(unknown.body());
        for (String tail : List.of("/content", "?x=1", "/../" + file, "%2e", "//x")) {
            assertThat(status("b", "GET", "/files/" + file + tail)).as(tail).isBetween(400, 404);
        }
        assertThat(status("b", "DELETE", "/files/" + file)).isEqualTo(404);
        assertThat(status("operator", "GET", "/files/" + file)).isEqualTo(200);
        assertThat(status("boss", "GET", "/files/" + file)).isEqualTo(200);
        assertThat(status("a", "DELETE", "/files/" + file)).isEqualTo(200);
        assertThat(status("a", "GET", "/files/" + file)).isEqualTo(404);
    }

    @Test
    void aTeamSharesWhatItsKeysCreate() {
        start(true);
        String file = create("red1", "/files", "{}");

        assertThat(status("red2", "GET", "/files/" + file)).isEqualTo(200);
        assertThat(status("a", "GET", "/files/" + file)).isEqualTo(404);
        assertThat(ids("red2", "/files")).containsExactly(file);
    }

    @Test
    void aBatchUsesOwnFilesOnlyAndItsOutputIsItsOwners() {
        start(true);
        String file = create("a", "/files", "{}");
        String body = "{\"input_file_id\":\"" + file + "\",\"endpoint\":\"/v1/chat/completions\"}";

        HttpResponse<String> refused = send("b", "POST", "/batches", body);
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(ObservedState.error(refused.body()).getString("code")).isEqualTo("file_not_found");
        for (String other : List.of(
                "{\"INPUT_FILE_ID\":\"" + file + "\"}",
                "{\"input_files\":[\"" + file + "\"]}",
                "{\"input_file_id\":\"x\",\"input_file_id\":\"" + file + "\"}",
                "{\"x\":{\"file\":{\"id\":\"" + file + "\"}}}")) {
            assertThat(send("b", "POST", "/batches", other).statusCode())
                    .as(other)
                    .isIn(400, 404);
        }
        assertThat(account.keySet()).containsExactly(file);
        JsonObject batch = new JsonObject(send("a", "POST", "/batches", body).body());

        assertThat(status("a", "GET", "/batches/" + batch.getString("id"))).isEqualTo(200);
        assertThat(status("a", "GET", "/files/" + batch.getString("output_file_id")))
                .isEqualTo(200);
        assertThat(status("b", "GET", "/batches/" + batch.getString("id"))).isEqualTo(404);
        assertThat(status("b", "POST", "/batches/" + batch.getString("id") + "/cancel"))
                .isEqualTo(404);
        assertThat(status("b", "GET", "/files/" + batch.getString("output_file_id")))
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/responses |"
                        + " \"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_id\":\"%s\"}]}]",
                "/responses |"
                    + " \"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"f\\u0069le_id\":\"%s\"}]}]",
                "/responses |"
                    + " \"input\":\"x\",\"tools\":[{\"container\":{\"type\":\"auto\",\"file_ids\":[\"f\",\"%s\"]}}]",
                "/chat/completions |"
                    + " \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"File_Id\":\"%s\"}}]}]",
                "/chat/completions |"
                        + " \"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\""
                        + " %s\"}}]}]",
                "/responses |"
                        + " \"input\":\"x\",\"tools\":[{\"container\":{\"type\":\"auto\",\"fileIds\":[\"f\",\"%s\"]}}]",
                "/messages |"
                    + " \"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"source\":"
                    + "{\"type\":\"file\",\"file_id\":\"%s\"}}]}]",
                "/images/edits | \"prompt\":\"x\",\"images\":[{\"file_id\":\"%s\"}]"
            })
    void aPromptMayNotNameAFileOfAnotherOwner(String path, String members) {
        start(true);
        String file = create("a", "/files", "{}");
        String body = "{\"model\":\"up/m\"," + members.formatted(file) + "}";
        int before = number.get();

        HttpResponse<String> refused = send("b", "POST", path, body);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(404);
        assertThat(refused.body()).contains("no such file");
        assertThat(number.get()).as("requests of the provider").isEqualTo(before);
        for (String caller : List.of("a", "boss")) {
            assertThat(send(caller, "POST", path, body).body()).doesNotContain("no such file");
        }
        assertThat(send("b", "POST", path, body.replace(file, "file-old")).body())
                .doesNotContain("no such file");
        assertThat(send("b", "POST", "/responses", "{\"model\":\"up/m\",\"input\":\"about " + file + "\"}")
                        .body())
                .doesNotContain("no such file");
    }

    @Test
    void aListHasOwnEntriesOnlyAndItsPagesAreComplete() {
        start(true);
        List<String> own = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String id = create(i % 7 == 0 ? "a" : "b", "/files", "{}");
            if (i % 7 == 0) {
                own.addFirst(id);
            }
        }

        assertThat(ids("a", "/files")).isEqualTo(own);
        assertThat(ids("operator", "/files")).hasSize(30);
        JsonObject none = new JsonObject(send("red1", "GET", "/files", "").body());
        assertThat(none.getJsonArray("data")).isEmpty();
        assertThat(none.getBoolean("has_more")).isFalse();
        assertThat(none.getString("last_id")).isNull();
    }

    @Test
    void whatHasNoRecordedOwnerIsSeenByAccountKeysOnly() {
        start(true);
        account.put("file-old", new JsonObject().put("id", "file-old"));

        assertThat(status("a", "GET", "/files/file-old")).isEqualTo(404);
        assertThat(ids("a", "/files")).isEmpty();
        assertThat(status("operator", "GET", "/files/file-old")).isEqualTo(200);
        assertThat(ids("boss", "/files")).containsExactly("file-old");
    }

    @Test
    void passthroughNeedsAGrantOfItsOwn() {
        start(true);
        var root = new dev.sluice.testkit.ChatClient("http://127.0.0.1:" + sluice.port());

        for (String caller : List.of("a", "operator")) {
            assertThat(root.get("/passthrough/up/files", "authorization", CALLERS.bearer(caller))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(root.get("/passthrough/up/files", "authorization", CALLERS.bearer("boss"))
                        .statusCode())
                .isEqualTo(200);
    }

    /** All ids, page by page, as a client reads them. */
    private List<String> ids(String caller, String path) {
        List<String> ids = new ArrayList<>();
        JsonObject page;
        do {
            String after = ids.isEmpty() ? "" : "?after=" + ids.getLast();
            page = new JsonObject(send(caller, "GET", path + after, "").body());
            List<String> some = page.getJsonArray("data").stream()
                    .map(each -> ((JsonObject) each).getString("id"))
                    .toList();
            if (some.isEmpty()) {
                break;
            }
            ids.addAll(some);
            assertThat(page.getString("last_id")).isEqualTo(ids.getLast());
        } while (page.getBoolean("has_more"));
        return ids;
    }

    private String create(String caller, String path, String body) {
        HttpResponse<String> made = send(caller, "POST", path, body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        return new JsonObject(made.body()).getString("id");
    }

    private int status(String caller, String method, String path) {
        return send(caller, method, path, "").statusCode();
    }

    private HttpResponse<String> send(String caller, String method, String path, String body) {
        return sluice.chat().send(method, path, body, "authorization", CALLERS.bearer(caller));
    }
}
