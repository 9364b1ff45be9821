package dev.sluice.bench.micro;

import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.sanitize.ResponseFilter;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.protocol.sanitize.SanitizerFindings;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Scans text without any match for mail addresses, keys and numbers: a prompt of 100 bytes, one of 100 KB, and a
 * stream.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SanitizeBenchmark {

    private static final int EVENTS = 100;
    private static final String SENTENCE = "The quick brown fox said \\\"jump\\\" over the lazy dog.\\n";

    private final Sanitizer rules = rules();
    private final ClientRequest small = chat(2);
    private final ClientRequest large = chat(2000);
    private final ByteSlice one = ProviderEvents.CHAT.tokens(1);

    @Benchmark
    public ClientRequest smallPrompt() {
        return rules.prompt(small, new SanitizerFindings());
    }

    @Benchmark
    public ClientRequest largePrompt() {
        return rules.prompt(large, new SanitizerFindings());
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public ByteSlice oneEventPerRead(Blackhole passed) {
        ResponseFilter filter = rules.responseFilter(Surface.CHAT_COMPLETIONS, new SanitizerFindings());
        for (int i = 0; i < EVENTS; i++) {
            passed.consume(filter.filterEvents(one));
        }
        return filter.end();
    }

    private static ClientRequest chat(int sentences) {
        return Protocols.read(
                Surface.CHAT_COMPLETIONS,
                ByteSlice.of("{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
                        + SENTENCE.repeat(sentences) + "\"}]}"));
    }

    private static Sanitizer rules() {
        LoadedConfig loaded = ConfigLoader.parse(
                "providers: { p: { type: openai_compatible, base_url: \"http://127.0.0.1:1\", api_keys: [ { key: k } ]"
                        + " } }\n"
                        + "models: { m: { targets: [ { provider: p, model: x } ], sanitize: { redact: [email, api_key,"
                        + " phone, credit_card, iban, ip_address], where: both } } }",
                "bench.yaml",
                name -> null,
                Path.of("."));
        if (!(loaded instanceof LoadedConfig.Ok accepted)) {
            throw new IllegalStateException(loaded.toString());
        }
        return Sanitizer.of(accepted.config().models().get("m").sanitize());
    }
}
