package dev.sluice.http.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import io.vertx.core.MultiMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request chooses among the models of its key; errors name the wrong choice. */
class RoutingOverridesParserTest {

    private static final RouteTable TABLE = table("""
        providers:
          a: { type: simulator }
          b: { type: simulator }
        models:
          m: { targets: [{ provider: a, model: x }, { provider: b, model: x }], fallbacks: [a/y] }
          secret: { targets: [{ provider: b, model: z }] }
        """);

    private static final Principal SOME = new Principal("k1", null, List.of("m", "a/*"));

    @Test
    void withoutOverridesThePlanIsTheRoutes() {
        assertThat(plan("", Map.of()).explain()).isEqualTo("a/x > b/x > a/y; strategy priority");
    }

    @Test
    void headersOverrideThePlan() {
        assertThat(plan("", Map.of("x-sluice-only", " b , a/y ")).explain())
                .isEqualTo("b/x > a/y; skipped a/x (not_chosen); strategy priority");
        assertThat(plan("", Map.of("x-sluice-strategy", "round_robin")).explain())
                .endsWith("strategy round_robin");
        assertThat(plan("", Map.of("x-sluice-fallbacks", "a/q")).explain()).startsWith("a/x > b/x > a/q;");
        assertThat(plan("", Map.of("x-sluice-fallbacks", " ")).explain()).startsWith("a/x > b/x;");
    }

    @Test
    void theBodyOverridesThePlanAndHeadersTakePrecedence() {
        String body = "{\"strategy\":\"cost\",\"only\":[\"b\"],\"fallbacks\":[\"a/q\"],\"session\":\"s\"}";

        assertThat(plan(body, Map.of()).explain())
                .isEqualTo("b/x; skipped a/x (not_chosen), a/q (not_chosen); strategy cost");
        assertThat(plan(body, Map.of("x-sluice-only", "a", "x-sluice-strategy", "weighted"))
                        .explain())
                .isEqualTo("a/x > a/q; skipped b/x (not_chosen); strategy weighted");
    }

    @Test
    void modelsThatTheKeyMayNotUseAreRefused() {
        GatewayError error = refusal("", Map.of("x-sluice-fallbacks", "a/y,secret"));
        assertThat(error.status()).isEqualTo(403);
        assertThat(error.message()).contains("key k1 may not use model secret");
        assertThat(error.param()).isEqualTo("x-sluice-fallbacks");

        error = refusal("{\"fallbacks\":[\"b/z\"]}", Map.of());
        assertThat(error.status()).isEqualTo(403);
        assertThat(error.param()).isEqualTo("sluice.fallbacks");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "x-sluice-strategy | fastest | expected one of: priority, weighted, round_robin, least_busy, latency,"
                        + " cost",
                "x-sluice-only | c | leaves no target of model m",
                "x-sluice-only | , | is empty",
                "x-sluice-only | a b | invalid name",
                "x-sluice-fallbacks | a/{} | invalid name",
                "x-sluice-fallbacks | a/ | is not known (expected",
                "x-sluice-session | ~ ~ | 1 to 256"
            })
    void badHeadersAreNamedWithWhatIsExpected(String header, String value, String expected) {
        GatewayError error = refusal("", Map.of(header, value));

        assertThat(error.status()).isEqualTo(400);
        assertThat(error.param()).isEqualTo(header);
        assertThat(error.message()).startsWith(header).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "sluice.strategy | {\"strategy\":\"fastest\"} | expected one of",
                "sluice.only | {\"only\":[\"c\"]} | leaves no target of model m",
                "sluice.only | {\"only\":[]} | is empty",
                "sluice.fallbacks | {\"fallbacks\":[\"a/ \"]} | invalid name",
                "sluice.session | {\"session\":\"\"} | 1 to 256"
            })
    void badMembersAreNamedWithWhatIsExpected(String param, String member, String expected) {
        GatewayError error = refusal(member, Map.of());

        assertThat(error.status()).isEqualTo(400);
        assertThat(error.param()).isEqualTo(param);
        assertThat(error.message()).startsWith(param).contains(expected);
    }

    @Test
    void listsAreLimited() {
        assertThat(refusal("", Map.of("x-sluice-only", "a,".repeat(5000))).message())
                .contains("more than 32 names");
        assertThat(refusal("", Map.of("x-sluice-fallbacks", "a/y,".repeat(33))).message())
                .startsWith("x-sluice-fallbacks");
    }

    @Test
    void anUnknownModelStaysUnknown() {
        RoutingOverridesParser steer = RoutingOverridesParser.of(
                request("", "nobody"), MultiMap.caseInsensitiveMultiMap().add("x-sluice-only", "a"));

        assertThat(steer.plan(TABLE, request("", "nobody"), SOME)).isNull();
    }

    private static RoutePlan plan(String member, Map<String, String> headers) {
        ClientRequest request = request(member, "m");
        return RoutingOverridesParser.of(
                        request, MultiMap.caseInsensitiveMultiMap().addAll(headers))
                .plan(TABLE, request, SOME);
    }

    private static GatewayError refusal(String member, Map<String, String> headers) {
        return catchThrowableOfType(GatewayException.class, () -> plan(member, headers))
                .error();
    }

    private static ClientRequest request(String member, String model) {
        String sluice = member.isEmpty() ? "" : ",\"sluice\":" + member;
        return Protocols.read(
                Surface.CHAT_COMPLETIONS,
                ByteSlice.of("{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                        + sluice + "}"));
    }

    private static RouteTable table(String yaml) {
        LoadedConfig.Ok ok = (LoadedConfig.Ok) ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        return new RouteTable(ok.config(), Map.of("a", 1L, "b", 1L));
    }
}
