package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.sluice.testkit.Chat;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A committed stream that falls silent is kept open by comments, which no client takes for an event. */
class HeartbeatsTest {

    private static final String PING = ": ping\n\n";
    private static final String SLOW = "up/lorem-4_gap-400ms";

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static RunningSluice sluice;
    private static RunningSluice silent;

    @BeforeAll
    static void start() {
        String providers = """
            providers:
              up: { type: openai_compatible, base_url: "%s" }
            """.formatted(simulator.baseUrl());
        sluice = RunningSluice.start(server("100ms") + providers);
        silent = RunningSluice.start(server("0ms") + providers);
    }

    @AfterAll
    static void stop() {
        sluice.close();
        silent.close();
    }

    @Test
    void aSilentStreamBeatsBetweenItsEvents() {
        String body = stream(sluice, SLOW, "beats");

        assertThat(body).contains(PING).endsWith("data: [DONE]\n\n");
        assertThat(body.replace(PING, ""))
                .isEqualTo(Chat.data(body).stream()
                        .map(data -> "data: " + data + "\n\n")
                        .collect(Collectors.joining()));
        JsonObject line = Observed.accessLine(sluice, "beats");
        assertThat(line.getInteger("first_token_ms")).isLessThan(line.getInteger("duration_ms"));
    }

    @Test
    void nothingIsSentBeforeTheStatusIsKnown() {
        String body = stream(sluice, "up/lorem-2_head-500ms", "before");

        assertThat(body).startsWith("data: ");
    }

    @Test
    void aBusyStreamDoesNotBeat() {
        assertThat(stream(sluice, "up/lorem-60_gap-10ms", "busy")).doesNotContain(PING);
    }

    @Test
    void zeroIsNever() {
        assertThat(stream(silent, SLOW, "never")).doesNotContain(PING);
    }

    @Test
    void anSdkReadsOnAsIfNothingHadCome() {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(sluice.baseUrl())
                .apiKey("none")
                .maxRetries(0)
                .build();
        ChatCompletionCreateParams ask = ChatCompletionCreateParams.builder()
                .model(SLOW)
                .addUserMessage("Hello")
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(ask)) {
            String said = stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse(""))
                    .collect(Collectors.joining());
            assertThat(said).isNotBlank();
        } finally {
            client.close();
        }
    }

    private static String server(String heartbeat) {
        return """
            server:
              port: 0
              heartbeat: %s
              admin: { port: 0 }
            """.formatted(heartbeat);
    }

    private static String stream(RunningSluice sluice, String model, String id) {
        return sluice.chat()
                .chat(Chat.ask(model, "Hello").put("stream", true), "x-request-id", id)
                .body();
    }
}
