package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code keys …}, {@code usage} and {@code backup}, at a running server and directly on its store. */
class AdminCommandsTest {

    @TempDir
    private Path folder;

    private Path config;
    private String yaml;

    /** The result of a command. */
    private record Ran(int exit, String out, String err) {

        static Ran of(String... words) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int exit = new CommandLine(new Sluice())
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute(words);
            return new Ran(exit, out.toString(), err.toString());
        }

        String token() {
            assertThat(exit).as(err).isZero();
            return out.lines()
                    .filter(line -> line.startsWith("sk-sluice-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @BeforeEach
    void configure() throws IOException {
        yaml = """
            server: { port: 0, admin: { port: %d } }
            providers: { sluice: { type: simulator, models: [echo] } }
            tiers: { free: { limits: { rpm: 60 } } }
            store: { url: "sqlite:%s" }
            """.formatted(freePort(), folder.resolve("sluice.db"));
        config = Files.writeString(folder.resolve("sluice.yaml"), yaml);
    }

    @Test
    void commandsWorkAtARunningServer() {
        try (RunningSluice sluice = RunningSluice.start(yaml)) {
            String token = run(
                            "keys",
                            "create",
                            "--id",
                            "cli_key",
                            "--name",
                            "mine",
                            "--tier",
                            "free",
                            "--budget",
                            "5/month",
                            "--rpm",
                            "30",
                            "--expires",
                            "30d")
                    .token();
            await().until(() -> status(sluice, token) == 200);
            JsonObject key = new JsonObject(run("keys", "show", "cli_key").out());
            assertThat(key.getString("created_by")).isEqualTo("local");
            assertThat(key.getJsonObject("budget").getDouble("usd")).isEqualTo(5);
            assertThat(key.getJsonObject("limits").getInteger("rpm")).isEqualTo(30);
            assertThat(run("keys", "list").out())
                    .contains("cli_key", "free", "mine")
                    .doesNotContain(token);
            await().untilAsserted(() ->
                    assertThat(run("usage", "--group-by", "key,model").out()).containsPattern("cli_key +echo +1 "));
            Ran former = run("usage", "--by", "key,model");
            assertThat(former.out()).containsPattern("cli_key +echo +1 ");
            assertThat(former.err())
                    .isEqualTo("warning: --by is now --group-by; the former name is accepted until 0.3\n");
            assertThat(run("usage", "--format", "csv").out())
                    .startsWith("key,requests,")
                    .contains("\r\ncli_key,1,");

            String second = run("keys", "rotate", "cli_key", "--grace", "1h").token();
            await().until(() -> status(sluice, second) == 200);
            assertThat(new JsonObject(run("keys", "revoke", "cli_key").out()).getString("state"))
                    .isEqualTo("revoked");
            await().until(() -> status(sluice, second) == 401);
        }
    }

    @Test
    void keysCreatedInTheStoreAreKnownToALaterServer() throws IOException {
        Ran made = run("keys", "create", "--id", "early", "--role", "admin");
        String token = made.token();
        assertThat(made.err()).contains("no server is listening at http://127.0.0.1:", "using the store of");
        assertThat(run("keys", "list", "--json").out()).contains("\"early\"").doesNotContain("hmac");
        assertThat(run("usage").exit()).isZero();
        Path copy = folder.resolve("copy.db");
        assertThat(run("backup", copy.toString()).exit()).isZero();
        assertThat(copy).isNotEmptyFile();
        Ran again = run("backup", copy.toString());
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err()).contains("exists");

        try (RunningSluice sluice = RunningSluice.start(yaml)) {
            await().until(() -> status(sluice, token) == 200);
            ChatClient admin = new ChatClient(sluice.adminUrl() + "/admin/v1");
            JsonObject audit = new JsonObject(
                    admin.get("/audit", "authorization", "Bearer " + token).body());
            assertThat(audit.getJsonArray("entries").stream()
                            .map(entry -> ((JsonObject) entry).getString("actor") + " "
                                    + ((JsonObject) entry).getString("action")))
                    .containsExactly("cli store.backup", "cli key.create");
            Ran refused = run("keys", "list");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains("401", "SLUICE_ADMIN_KEY");
            assertThat(run("keys", "list", "--store").out()).contains("early");
        }
    }

    /** A typing mistake in a path must not look like an empty store. */
    @Test
    void onlyCreatingAKeyCreatesADatabase() throws IOException {
        for (String[] command : new String[][] {
            {"keys", "list"},
            {"keys", "list", "--store"},
            {"keys", "revoke", "a", "--store"},
            {"usage"},
            {"backup", folder.resolve("copy.db").toString()}
        }) {
            Ran ran = run(command);
            assertThat(ran.exit()).as(String.join(" ", command)).isEqualTo(2);
            assertThat(ran.err())
                    .contains("the store cannot be opened: store.url: " + folder.resolve("sluice.db")
                            + " does not exist");
            assertThat(folder).isDirectoryNotContaining("glob:**{db,journal,pepper}*");
        }
        run("keys", "create", "--id", "a").token();
        assertThat(run("keys", "list").out()).contains("a");

        // The database is lost, the pepper and the mark of its keys are not.
        for (String file : List.of("sluice.db", "sluice.db-wal", "sluice.db-shm")) {
            Files.deleteIfExists(folder.resolve(file));
        }
        Ran lost = run("keys", "create", "--id", "b");
        assertThat(lost.exit()).isEqualTo(2);
        assertThat(lost.err()).contains("shows that there were keys");
        assertThat(folder.resolve("sluice.db")).doesNotExist();
    }

    @Test
    void errorsAreReported() throws IOException {
        run("keys", "create", "--store", "--id", "there").token();
        assertThat(run("keys", "create", "--store", "--tier", "gold").err())
                .contains("tier: is not configured", "(400)");
        assertThat(run("keys", "create", "--budget", "much").err()).contains("--budget much (expected:");
        assertThat(run("keys", "show", "--store", "nobody").err())
                .contains("No key has this id. GET /admin/v1/keys lists all keys. (404)");
        Ran away = run("keys", "list", "--admin", "http://127.0.0.1:" + freePort());
        assertThat(away.exit()).isEqualTo(2);
        assertThat(away.err()).contains("no server is listening");
        Files.writeString(config, "providers: [");
        assertThat(run("keys", "list", "--store").exit()).isEqualTo(1);
    }

    private Ran run(String... words) {
        return Ran.of(Stream.concat(Stream.of(words), List.of("--config", config.toString()).stream())
                .toArray(String[]::new));
    }

    private static int status(RunningSluice sluice, String token) {
        return sluice.chat()
                .chat(ChatClient.request("sluice/echo", "hi"), "authorization", "Bearer " + token)
                .statusCode();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
