package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.LogConfig;
import dev.sluice.model.CancelCause;
import dev.sluice.model.RequestContext;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessLineStaysOneLineTest {

    @Test
    void aLineHasAllFields() {
        RequestContext exchange = EndedExchanges.streamed("req_1");
        exchange.dropped = "seed";

        assertThat(new JsonObject(line(exchange, LogConfig.Format.JSON))).isEqualTo(new JsonObject("""
            {"time":"2025-11-24T16:00:00.812Z","level":"INFO","logger":"access","request_id":"req_1","key_id":"ci",
            "team":"platform","method":"POST","path":"/v1/chat/completions","endpoint":"chat","route":"fast",
            "model":"fast","provider":"openai","upstream_model":"gpt-4o-mini","status":200,"outcome":"ok","attempts":2,
            "stream":true,"first_token_ms":200,"duration_ms":812,"overhead_ms":2.5,"prompt_tokens":12,
            "completion_tokens":34,"cached_tokens":5,"bytes_in":300,"bytes_out":4000,"dropped":"seed"}
            """));
    }

    @Test
    void absentFieldsAreLeftOut() {
        RequestContext exchange = new RequestContext("req_1", 1, 0);
        exchange.endNanos = 2;
        exchange.cancelCause = CancelCause.CLIENT_GONE;
        exchange.errorCode = "client_gone";

        assertThat(new JsonObject(line(exchange, LogConfig.Format.JSON)).fieldNames())
                .contains("cancel_cause", "error_code", "outcome", "status")
                .doesNotContain("first_token_ms", "prompt_tokens", "provider", "key_id", "path", "dropped");
    }

    @Test
    void onlyKnownPathsAreWritten() {
        assertThat(pathOf("/v1/models/gpt-4o")).isEqualTo("/v1/models/{id}");
        assertThat(pathOf("/readyz")).isEqualTo("/readyz");
        assertThat(pathOf("/v1/keys/sk-secret")).isEqualTo("other");
    }

    @ParameterizedTest
    @EnumSource(LogConfig.Format.class)
    void hostileNamesForgeNothing(LogConfig.Format format) {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            RequestContext exchange = EndedExchanges.streamed("req_1");
            exchange.model = hostile(random);
            exchange.errorCode = hostile(random);
            exchange.upstreamModel = hostile(random);

            String line = line(exchange, format);

            assertThat(line.codePoints().filter(c -> Character.isISOControl(c) || c == 0x2028))
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(line).endsWith("\n");
            if (format == LogConfig.Format.JSON) {
                assertThat(new JsonObject(line).getString("request_id")).isEqualTo("req_1");
            }
        }
    }

    @Test
    void aNameOfAMegabyteIsCut() {
        RequestContext exchange = EndedExchanges.streamed("req_1");
        exchange.model = "m".repeat(1 << 20);

        assertThat(line(exchange, LogConfig.Format.JSON)).hasSizeLessThan(1_000);
    }

    @Test
    void aTextLineIsReadable() {
        RequestContext exchange = EndedExchanges.streamed("req_1");
        exchange.model = "a b\"c";

        assertThat(line(exchange, LogConfig.Format.TEXT))
                .startsWith("2025-11-24T16:00:00.812Z INFO  access request_id=req_1 key_id=ci")
                .contains(" model=\"a b\\\"c\" ", " status=200 ", " overhead_ms=2.5 ");
    }

    private static String hostile(Random random) {
        String bag = "\n\r\t\0\u001b\"\\{},:=\u0085\u2028\u2029\ud800\udc00a é𝄞";
        StringBuilder name = new StringBuilder();
        for (int length = random.nextInt(300); length > 0; length--) {
            name.append(bag.charAt(random.nextInt(bag.length())));
        }
        return name.toString();
    }

    private static String pathOf(String path) {
        RequestContext exchange = EndedExchanges.streamed("req_1");
        exchange.path = path;
        return new JsonObject(line(exchange, LogConfig.Format.JSON)).getString("path");
    }

    private static String line(RequestContext exchange, LogConfig.Format format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AccessLine.write(exchange, format, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
