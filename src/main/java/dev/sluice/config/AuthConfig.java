package dev.sluice.config;

import java.util.List;

/** Static virtual keys. */
public record AuthConfig(
        @Key("Virtual keys; make one with `keys create --print`.")
        List<StaticKey> keys,

        @Key("Secret mixed into every key's hash; needed as soon as there is a key.")
        Secret pepper) {

    /** One virtual key, known only by its hash. */
    public record StaticKey(
            @Key(
                    value = "Public id, the part after sk-sluice-.",
                    required = true,
                    pattern = "[a-z0-9_]{1,64}",
                    expected = "1 to 64 of a-z, 0-9 and _")
            String id,

            @Key(
                    value = "hmac-sha256:<salt>:<hex>, as keys create prints it.",
                    required = true,
                    pattern = "hmac-sha256:[0-9a-f]{32}:[0-9a-f]{64}",
                    expected = "hmac-sha256:<32 hex digits>:<64 hex digits>")
            String hash,

            @Key("The team it belongs to; a log label.") String team,

            @Key("Models it may ask for, patterns allowed; empty means all.")
            List<String> models) {}

    public boolean open() {
        return keys.isEmpty();
    }
}
