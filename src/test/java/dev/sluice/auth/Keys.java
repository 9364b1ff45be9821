package dev.sluice.auth;

import dev.sluice.auth.KeyMint.MintedKey;
import dev.sluice.config.AuthConfig;
import dev.sluice.config.Secret;
import java.util.List;
import java.util.stream.Stream;

/** Keys for tests. */
final class Keys {

    static final Secret PEPPER = new Secret("pepper-canary-6f1d");

    private static final KeyMint MINT = new KeyMint();

    private Keys() {}

    static MintedKey mint(String id) {
        return MINT.mint(id, "platform", List.of("fast", "openai/*"), PEPPER);
    }

    static AuthConfig config(MintedKey... keys) {
        return new AuthConfig(Stream.of(keys).map(MintedKey::stanza).toList(), PEPPER);
    }

    static AuthConfig open() {
        return new AuthConfig(List.of(), null);
    }
}
