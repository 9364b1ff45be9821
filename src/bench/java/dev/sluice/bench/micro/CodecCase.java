package dev.sluice.bench.micro;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.spi.ProviderCodec;
import java.nio.file.Path;

/** The client's and the provider's format, and the provider's events: a start, then one token per event. */
public enum CodecCase {
    CHAT_PASSES(Surface.CHAT_COMPLETIONS, "openai_compatible", ProviderEvents.CHAT),
    MESSAGES_PASS(Surface.MESSAGES, "anthropic", ProviderEvents.MESSAGES),
    RESPONSES_PASS(Surface.RESPONSES, "openai", ProviderEvents.RESPONSES),
    MESSAGES_TO_CHAT(Surface.CHAT_COMPLETIONS, "anthropic", ProviderEvents.MESSAGES),
    CHAT_TO_MESSAGES(Surface.MESSAGES, "openai_compatible", ProviderEvents.CHAT),
    CHAT_TO_RESPONSES(Surface.RESPONSES, "openai_compatible", ProviderEvents.CHAT);

    private static final String REQUEST =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"input\":\"Hi\",\"max_tokens\":99,\"stream\":true}";

    private final Surface client;
    private final String type;
    private final ProviderEvents events;

    CodecCase(Surface client, String type, ProviderEvents said) {
        this.client = client;
        this.type = type;
        this.events = said;
    }

    ProviderCodec codec() {
        String yaml = "providers: { p: { type: " + type
                + ", base_url: \"http://127.0.0.1:1\", api_keys: [ { key: k } ], enabled: true } }";
        LoadedConfig loaded = ConfigLoader.parse(yaml, "bench.yaml", name -> null, Path.of("."));
        if (!(loaded instanceof LoadedConfig.Ok accepted)) {
            throw new IllegalStateException(loaded.toString());
        }
        ClientRequest request = Protocols.read(client, ByteSlice.of(REQUEST));
        return Protocols.codecFor(
                request,
                ProviderSettings.of("p", accepted.config().providers().get("p")),
                "gpt-4o-mini",
                1_741_569_952);
    }

    ProviderEvents events() {
        return events;
    }
}
