package dev.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.process.SluiceProcess.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a contract: 0 a clean stop, 1 bad config or usage, 2 port in use or cannot start. */
class CommandLineExitCodesIT {

    private static final Map<String, String> NOTHING = Map.of();

    @TempDir
    Path folder;

    @Test
    void fiveMistakesAreFiveErrorsEachWithItsPlace() throws IOException {
        Path file = write("""
            server:
              prot: 8080
              drain: soon
            providers:
              sim: { type: simulater }
              up: { type: openai_compatible, base_url: "http://127.0.0.1:9", pool: { max_connections: 0 } }
            models:
              chat: { targets: [{ provider: nowhere, model: x }] }
            """);

        Ended ended = SluiceProcess.run(NOTHING, "check", "--config", file.toString());

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.out().lines().filter(line -> line.matches(".*sluice\\.yaml:\\d+:\\d+: .*")))
                .hasSize(5)
                .anySatisfy(line -> assertThat(line).contains(":2:3:", "prot", "port"))
                .anySatisfy(line -> assertThat(line).contains(":3:", "drain"))
                .anySatisfy(line -> assertThat(line).contains(":5:", "simulater", "simulator"))
                .anySatisfy(line -> assertThat(line).contains(":6:", "max_connections"))
                .anySatisfy(line -> assertThat(line).contains(":8:", "nowhere"));
        assertThat(ended.out()).contains("5 errors");
    }

    @Test
    void theEffectiveConfigMasksSecrets() throws IOException {
        Path file = write("""
            providers:
              openai: { type: openai, api_keys: [{ key: "${OPENAI_API_KEY}" }] }
            """);

        Ended ended = SluiceProcess.run(
                Map.of("OPENAI_API_KEY", "sk-distinctive-4711"), "config", "--config", file.toString());

        assertThat(ended.exit()).isZero();
        assertThat(ended.out()).contains("***", "max_connections: 256").doesNotContain("4711");
        assertThat(ended.err()).doesNotContain("4711");
    }

    @Test
    void explainShowsThePlan() throws IOException {
        Path file = write("""
            providers:
              one: { type: simulator }
              two: { type: simulator }
            models:
              chat: { strategy: priority, targets: [{ provider: one, model: echo }, { provider: two, model: lorem }] }
            """);

        Ended ended = SluiceProcess.run(NOTHING, "explain", "--model", "chat", "--config", file.toString());

        assertThat(ended.exit()).isZero();
        assertThat(ended.out()).contains("1. one", "2. two");
        assertThat(SluiceProcess.run(NOTHING, "explain", "--model", "none", "--config", file.toString()))
                .satisfies(none -> assertThat(none.exit()).isEqualTo(1))
                .satisfies(none -> assertThat(none.err()).contains("none"));
    }

    @Test
    void unknownArgumentsAreUsageErrors() {
        assertThat(SluiceProcess.run(NOTHING, "sevre")).satisfies(ended -> {
            assertThat(ended.exit()).isEqualTo(1);
            assertThat(ended.err()).contains("sevre", "serve");
        });
        assertThat(SluiceProcess.run(NOTHING, "serve", "--port", "eighty").exit())
                .isEqualTo(1);
        assertThat(SluiceProcess.run(NOTHING, "explain").exit()).isEqualTo(1);
    }

    @Test
    void aFileThatIsNotThereIsABadConfig() {
        Ended ended = SluiceProcess.run(
                NOTHING, "serve", "--config", folder.resolve("none.yaml").toString());

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("none.yaml").doesNotContain("Exception", "\tat ");
    }

    @Test
    void aPortInUseIsNamedAndEndsIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Path file = write("server: { port: " + taken.getLocalPort() + ", admin: { port: 0 } }\n"
                    + "providers: { sim: { type: simulator } }\n" + store());

            Ended data = SluiceProcess.run(NOTHING, "serve", "--config", file.toString());
            Ended admin = SluiceProcess.run(
                    Map.of("SLUICE_PORT", "0"),
                    "serve",
                    "--config",
                    file.toString(),
                    "--admin-port",
                    "" + taken.getLocalPort());

            assertThat(data.exit()).isEqualTo(2);
            assertThat(data.err())
                    .contains("cannot start", "127.0.0.1:" + taken.getLocalPort(), "in use")
                    .doesNotContain("\tat ");
            assertThat(admin.exit()).isEqualTo(2);
            assertThat(admin.err()).contains("cannot start", "admin 127.0.0.1:" + taken.getLocalPort(), "in use");
            assertThat(data.out() + admin.out()).doesNotContain("\tat ", "ready in");
        }
    }

    @Test
    void withoutKeysItListensOnLoopbackOnly() throws IOException {
        Path file =
                write("server: { port: 0, admin: { port: 0 } }\nproviders: { sim: { type: simulator } }\n" + store());

        Ended ended = SluiceProcess.run(NOTHING, "serve", "--host", "0.0.0.0", "--config", file.toString());

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("0.0.0.0", "auth.keys").doesNotContain("\tat ");
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path file = write(
                "server: { host: localhost, port: 1, admin: { port: 1 } }\nproviders: { sim: { type: simulator } }\n"
                        + store());
        Map<String, String> environment = Map.of(
                "SLUICE_PORT", "2", "SLUICE_ADMIN_PORT", "0", "SLUICE_HOST", "127.0.0.1", "SLUICE_CONFIG", "nowhere");

        try (SluiceProcess sluice = SluiceProcess.serve(environment, file, "--port", "0")) {
            assertThat(sluice.url()).startsWith("http://127.0.0.1:");
            assertThat(sluice.port()).isGreaterThan(2);
            assertThat(sluice.adminUrl()).doesNotEndWith(":1");
        }
        Ended byEnvironment = SluiceProcess.run(Map.of("SLUICE_CONFIG", file.toString()), "check");
        assertThat(byEnvironment.exit()).isZero();
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("sluice.yaml"), yaml);
    }

    /** Nothing is left where the tests run. */
    private String store() {
        return "store: { url: \"sqlite:" + folder.resolve("data").resolve("sluice.db") + "\" }\n";
    }
}
