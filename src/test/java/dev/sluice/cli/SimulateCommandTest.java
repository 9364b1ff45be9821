package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimulateCommandTest {

    private static final String READY = "simulator ready on http://127.0.0.1:";

    @Test
    void theAnnouncedUrlIsServedUntilStopped() throws InterruptedException {
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(new SimulateCommand()).setOut(new PrintWriter(out));
        AtomicInteger exit = new AtomicInteger(-1);
        Thread running = Thread.startVirtualThread(() -> exit.set(
                command.execute("--tokens", "7", "--first-token", "5ms", "--token-gap", "1ms", "--instances", "2")));

        await().until(() -> out.toString().endsWith("\n"));
        assertThat(out.toString()).matches(READY + "\\d+/v1\\R");
        ChatClient chat =
                new ChatClient(out.toString().substring(READY.indexOf("http")).strip());
        String sse =
                chat.chat(ChatClient.request("lorem", "x").put("stream", true)).body();
        assertThat(ChatClient.chunks(sse)).hasSize(9);
        assertThat(chat.chat(ChatClient.request("fault-status-503", "x")).statusCode())
                .isEqualTo(503);
        String stats = new ChatClient(chat.baseUrl().replace("/v1", ""))
                .get("/_sim/stats")
                .body();
        assertThat(new JsonObject(stats).getInteger("requests")).isEqualTo(2);
        assertThat(new JsonObject(stats).getJsonArray("last_requests")).isEmpty();

        running.interrupt();
        running.join();
        assertThat(exit).hasValue(0);
    }

    @Test
    void aPortInUseExitsWithTwo() throws Exception {
        StringWriter err = new StringWriter();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandLine command = new CommandLine(new SimulateCommand()).setErr(new PrintWriter(err));
            assertThat(command.execute("--port", Integer.toString(taken.getLocalPort())))
                    .isEqualTo(2);
        }
        assertThat(err.toString()).contains("in use");
    }

    @Test
    void anInvalidDurationIsAUsageError() {
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new SimulateCommand()).setErr(new PrintWriter(err));
        assertThat(command.execute("--token-gap", "soon")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("250ms");
    }
}
