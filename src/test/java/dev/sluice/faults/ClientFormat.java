package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/** The format of the client: its requests, and its checks of responses and errors. */
enum ClientFormat {
    /** The provider's own format: bytes pass through. */
    DIRECT("/chat/completions") {
        @Override
        void isWhole(String body) {
            assertThat(new JsonObject(body)
                            .getJsonArray("choices")
                            .getJsonObject(0)
                            .getString("finish_reason"))
                    .isEqualTo("stop");
        }

        @Override
        void isComplete(String sse) {
            assertThat(sse).endsWith("data: [DONE]\n\n").contains("\"finish_reason\":\"stop\"");
        }

        @Override
        void isBroken(String sse) {
            assertThat(sse).doesNotContain("[DONE]");
            JsonObject last = new JsonObject(ChatClient.data(sse).getLast());
            assertThat(last.getJsonObject("error").getString("message")).isNotBlank();
        }

        @Override
        void isError(JsonObject body) {
            assertThat(body.getJsonObject("error").fieldNames()).contains("message", "type", "param", "code");
        }
    },
    /** Anthropic's format, with a provider of OpenAI's format. */
    TRANSLATED("/messages") {
        @Override
        void isWhole(String body) {
            assertThat(new JsonObject(body).getString("stop_reason")).isEqualTo("end_turn");
        }

        @Override
        void isComplete(String sse) {
            assertThat(sse)
                    .contains("event: message_start", "event: message_stop")
                    .doesNotContain("event: error");
        }

        @Override
        void isBroken(String sse) {
            assertThat(sse).contains("event: error").doesNotContain("message_stop");
        }

        @Override
        void isError(JsonObject body) {
            assertThat(body.getString("type")).isEqualTo("error");
            assertThat(body.getJsonObject("error").getString("message")).isNotBlank();
        }
    };

    private final String path;

    ClientFormat(String path) {
        this.path = path;
    }

    HttpResponse<String> send(RunningSluice sluice, String model, boolean stream, String... headers) {
        JsonObject body =
                ChatClient.request(model, "Hello there").put("stream", stream).put("max_tokens", 100);
        return sluice.chat().post(path, body.encode(), headers);
    }

    abstract void isWhole(String body);

    abstract void isComplete(String sse);

    abstract void isBroken(String sse);

    abstract void isError(JsonObject body);
}
