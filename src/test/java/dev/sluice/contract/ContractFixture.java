package dev.sluice.contract;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** All stand-ins, one Sluice in front of them and the client SDKs: started once for all tests of this package. */
final class ContractFixture implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final List<ProviderRow> rows = ProviderRows.all(vertx);
    private final RunningSluice sluice = RunningSluice.start(yaml(rows), Map.of(), 2);
    private final OpenAIClient openai = OpenAIOkHttpClient.builder()
            .baseUrl(sluice.baseUrl())
            .apiKey("not-needed")
            .maxRetries(0)
            .timeout(Duration.ofSeconds(20))
            .build();
    private final AnthropicClient anthropic = AnthropicOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + sluice.port())
            .apiKey("not-needed")
            .maxRetries(0)
            .timeout(Duration.ofSeconds(20))
            .build();
    private Matrix matrix;

    /** Injects the shared fixture into test parameters. */
    static final class Running implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ContractFixture.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(ContractFixture.class))
                    .getOrComputeIfAbsent(ContractFixture.class, key -> new ContractFixture(), ContractFixture.class);
        }
    }

    List<ProviderRow> rows() {
        return rows;
    }

    ProviderRow row(String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    List<ClientApi> apis() {
        return List.of(new ChatApi(openai), new ResponsesApi(openai), new MessagesApi(anthropic));
    }

    OpenAIClient openai() {
        return openai;
    }

    AnthropicClient anthropic() {
        return anthropic;
    }

    RunningSluice sluice() {
        return sluice;
    }

    /** Computed on the first call. */
    Matrix matrix() {
        if (matrix == null) {
            matrix = Matrix.of(this);
        }
        return matrix;
    }

    @Override
    public void close() {
        openai.close();
        anthropic.close();
        sluice.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static String yaml(List<ProviderRow> rows) {
        StringBuilder yaml = new StringBuilder(RunningSluice.EPHEMERAL).append("providers:\n");
        rows.forEach(row -> provider(yaml, row.name(), row));
        for (ProviderErrorCases.Case each : ProviderErrorCases.cases()) {
            rows.stream()
                    .filter(row -> row.name().equals(each.row()))
                    .forEach(row -> provider(yaml, each.provider(), row));
        }
        return yaml.toString();
    }

    private static void provider(StringBuilder yaml, String name, ProviderRow row) {
        yaml.append("  %s: { %s, api_keys: [{ key: \"%s\" }], breaker: { min_calls: 100000 } }\n"
                .formatted(name, row.yaml(), row.mock().key()));
    }
}
