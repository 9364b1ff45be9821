package dev.sluice.config;

import dev.sluice.binding.Key;
import dev.sluice.binding.Secret;
import dev.sluice.model.Role;
import java.util.List;

/** Authentication: virtual keys of the file and of the store, and tokens of an issuer. */
public record AuthConfig(
        @Key("Virtual keys; create one with `keys create --print`.")
        List<StaticKey> keys,

        @Key("Tokens of an OpenID Connect issuer.") JwtConfig jwt,

        @Key("Secret that is part of every key's hash; required as soon as there is a key.")
        Secret pepper,

        @Key(
                value = "Require a key even if this file has no keys and no issuer. Keys of the store are then"
                        + " accepted.",
                or = "false")
        boolean required) {

    /** One virtual key, known only by its hash. */
    public record StaticKey(
            @Key(
                    value = "Public id: the part after sk-sluice-.",
                    required = true,
                    pattern = "[a-z0-9_]{1,64}",
                    expected = "1 to 64 of a-z, 0-9 and _")
            String id,

            @Key(
                    value = "hmac-sha256:<salt>:<hex>, as printed by keys create.",
                    required = true,
                    pattern = "hmac-sha256:[0-9a-f]{32}:[0-9a-f]{64}",
                    expected = "hmac-sha256:<32 hex digits>:<64 hex digits>")
            String hash,

            @Key("The key's team, whose limits and budget it shares.")
            String team,

            @Key("The key's tier, one of tiers.") String tier,

            @Key("Models the key may request; patterns allowed; empty: all.")
            List<String> models,

            @Key(
                    value = "Endpoints the key may call, such as chat or embeddings; empty: all but passthrough."
                            + " account: files, batches and videos of every owner.",
                    was = "surfaces")
            List<String> endpoints,

            @Key(value = "The key's role at the admin listener.", was = "admin", or = "none")
            Role role,

            @Key("The key's own limits, in addition to those of its tier and team.")
            LimitsConfig limits,

            @Key("The key's own budget.") BudgetConfig budget) {

        /** A key with nothing but a team and models. */
        public StaticKey(String id, String hash, String team, List<String> models) {
            this(id, hash, team, null, models, List.of(), Role.NONE, LimitsConfig.NONE, null);
        }
    }

    /** True when this file requires no key. The store may hold keys nevertheless. */
    public boolean open() {
        return keys.isEmpty() && jwt == null && !required;
    }
}
