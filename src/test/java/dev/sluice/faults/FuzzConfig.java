package dev.sluice.faults;

import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.testkit.SelfSigned;
import dev.sluice.testkit.VirtualKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The configuration of a fuzz, and random edits of it: valid ones, invalid ones, and the example files. */
final class FuzzConfig {

    /** What the example files need. */
    static final Map<String, String> ENVIRONMENT = Map.of("SLUICE_PEPPER", VirtualKeys.PEPPER);

    private static final List<String> EXAMPLES =
            List.of("conf/sluice.yaml", "conf/example-routing.yaml", "conf/example-tenancy.yaml");

    /** Valid changes: a text of the base and what replaces it. */
    private static final List<String[]> EDITS = List.of(
            edit("heartbeat: 300ms", "heartbeat: 0s"),
            edit("heartbeat: 300ms", "heartbeat: 50ms, strict: true"),
            edit("heartbeat: 300ms", "heartbeat: 1s, request_limits: { messages: 3, tools: 1, choices: 1 }"),
            edit("heartbeat: 300ms", "unknown_price: refuse"),
            edit("max_body: 4MiB", "max_body: 16KiB"),
            edit("max_body: 4MiB", "max_body: 4MiB, max_buffered: 600KiB"),
            edit("  perp:", "  renamed:"),
            edit("  sim:", "  extra: { type: simulator, tokens: 3 }\n  sim:"),
            edit("attempts: 2", "attempts: 4"),
            edit("attempts: 2", "attempts: 1"),
            edit("min_calls: 100000", "min_calls: 2, open_duration: 1s, window: 2s"),
            edit("#limits", "limits: { concurrency: 3 }, concurrency: { queue: 4, max_wait: 200ms },"),
            edit("#limits", "limits: { rpm: 60 }, pool: { max_connections: 2, max_queue: 3 },"),
            edit("#limits", "quirks: { drop: [user, seed], rename: { max_tokens: most }, defaults: { x: 1 } },"),
            edit("#limits", "models: [\"gpt-*\", a],"),
            edit("strategy: priority", "strategy: latency"),
            edit("strategy: priority", "strategy: round_robin\n    sticky: session"),
            edit("strategy: priority", "strategy: cost\n    sticky: prefix"),
            edit("hedge: { after: 40ms }", "hedge: { after: 1ms }"),
            edit("hold: { all: true }", "hold: { events: 2, within: 300ms }"),
            edit("where: both", "where: responses"),
            edit("block: [\"forbidden\"]", "block: [\"a+b\", \"data\"]"),
            edit("tiers:", "tiers: # a comment"));

    private static final List<String> INVALID = List.of(
            "\nunknown: 1\n",
            "\nproviders: { a: { type: none } }\n",
            "\n\ttab: 1",
            "\nmodels: []\n",
            "\n&a [*a, *b]",
            "\n...\n{",
            "\nserver: 1\n",
            "\nmodels: { safe: { targets: [] } }\n",
            "\nmodels: { a: { fallbacks: [a] } }\n",
            "\0",
            "\nlog: { level: x }");

    private static final String TIMEOUTS = "timeouts: { header: 2s, body: 1500ms, upload: 3s, idle: 10s, write: 2s }";

    private final String base;
    private final Random random;

    /** @param tls of a data plane over TLS; null without */
    FuzzConfig(int upstream, Path store, VirtualKeys callers, SelfSigned tls, Random random) {
        this.random = random;
        String keys =
                IntStream.range(0, 30).mapToObj(i -> "{ key: k" + i + " }").collect(Collectors.joining(", "));
        String common = "api_keys: [" + keys + "], retry: { attempts: 2, backoff: 10ms, max_backoff: 50ms, budget: 1 },"
                + " breaker: { min_calls: 100000 }, timeouts: { connect: 1s, first_byte: 900ms, first_token: 900ms,"
                + " idle: 700ms, response: 900ms, total: 3s } }";
        base = """
            server: { port: 0, admin: { port: 0 }, max_body: 4MiB, max_upload: 2MiB, drain: 1s, heartbeat: 300ms,
              TIMEOUTS }
            store: { url: "sqlite:STORE" }
            providers:
              up: { type: openai_compatible, base_url: "URL/v1", COMMON
              openai: { type: openai, base_url: "URL/v1", #limits
                COMMON
              claude: { type: anthropic, base_url: "URL", COMMON
              gem: { type: gemini, base_url: "URL", COMMON
              coh: { type: cohere, base_url: "URL", COMMON
              perp: { type: perplexity, base_url: "URL", COMMON
              router: { type: openrouter, base_url: "URL/api/v1", COMMON
              grok: { type: grok, base_url: "URL/v1", COMMON
              deep: { type: deepseek, base_url: "URL", COMMON
              mist: { type: mistral, base_url: "URL/v1", COMMON
              sim: { type: simulator, models: ["*"], steerable: true, tokens: 20 }
            models:
              safe:
                strategy: priority
                targets: [{ provider: up, model: a }, { provider: claude, model: b }, { provider: sim, model: lorem }]
                fallbacks: [gem/c]
                fallbacks_on: { context_window: [sim/lorem], rate_limit: [sim/echo] }
              held:
                on_stream_failure: hold
                hold: { all: true }
                targets: [{ provider: openai, model: a }, { provider: coh, model: b }]
              long:
                on_stream_failure: continue
                targets: [{ provider: up, model: a }, { provider: claude, model: b }, { provider: sim, model: lorem }]
              hedged:
                hedge: { after: 40ms }
                targets: [{ provider: up, model: a }, { provider: gem, model: b }]
              clean:
                targets: [{ provider: up, model: a }, { provider: gem, model: b }]
                sanitize: { strip_controls: true, redact: [email, credit_card, api_key, phone],
                  block: ["forbidden"], where: both }
              limited:
                limits: { rpm: 1000, tpm: 100000, concurrency: 5 }
                targets: [{ provider: grok, model: a }, { provider: mist, model: b }]
            model_info:
              "up/*": { input: 1, output: 1 }
              "sim/*": { input: 1, output: 1 }
            tiers:
              small: { limits: { rpm: 100000, concurrency: 3 }, priority: 2, budget: { usd: 100, period: day } }
            """.replace("URL", "http://127.0.0.1:" + upstream)
                        .replace("#limits\n    ", "#limits ")
                        .replace("COMMON", common)
                        .replace("TIMEOUTS", TIMEOUTS + (tls == null ? "" : ", " + yaml(tls)))
                        .replace("STORE", store.toString())
                + callers.yaml();
    }

    static VirtualKeys callers() {
        return new VirtualKeys()
                .with("plain", "")
                .with("boss", "role: admin")
                .with("relay", "endpoints: [passthrough, account, chat, files, batches]")
                .with("narrow", "models: [safe, clean, \"up/*\"], endpoints: [chat, messages], tier: small")
                .with("slow", "limits: { rpm: 600, tpm: 90000, concurrency: 2 }")
                .with("poor", "budget: { usd: 0.01, period: day }, team: t");
    }

    String base() {
        return base.replace("#limits", "");
    }

    /** The single edits that would be refused, or would change nothing. Without this, a typo here fuzzes less. */
    List<String> wrongEdits(Path file) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (String[] edit : EDITS) {
            String text = base.replace(edit[0], edit[1]).replace("#limits", "");
            LoadedConfig loaded = ConfigLoader.load(Files.writeString(file, text), ENVIRONMENT::get);
            if (text.equals(base()) || !(loaded instanceof LoadedConfig.Ok)) {
                wrong.add(edit[1] + ": " + loaded);
            }
        }
        return wrong;
    }

    /** The base with random changes, or another text. */
    String edited() throws IOException {
        int choice = random.nextInt(10);
        if (choice < 6) {
            String text = base;
            for (int i = random.nextInt(3); i >= 0; i--) {
                String[] edit = EDITS.get(random.nextInt(EDITS.size()));
                text = text.replace(edit[0], edit[1]);
            }
            return text.replace("#limits", "");
        } else if (choice < 7) {
            return base() + INVALID.get(random.nextInt(INVALID.size()));
        } else if (choice < 9) {
            return new FuzzJson(random).damage(base());
        }
        String example = Files.readString(Path.of(EXAMPLES.get(random.nextInt(EXAMPLES.size()))));
        // With the timeouts of the base, within which requests have to end.
        String text = example.contains("\nserver:\n")
                ? example.replace("\nserver:\n", "\nserver:\n  " + TIMEOUTS + "\n")
                : "server: { " + TIMEOUTS + " }\n" + example;
        return random.nextBoolean() ? text : new FuzzJson(random).damage(text);
    }

    private static String yaml(SelfSigned tls) {
        return "tls: { cert: \"file:" + tls.cert() + "\", key: \"file:" + tls.key() + "\" }";
    }

    private static String[] edit(String from, String to) {
        return new String[] {from, to};
    }
}
